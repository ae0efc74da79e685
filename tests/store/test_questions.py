"""Questions: stored before they are told, answered once, open until then."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bamboo_desktop.domain.errors import (
    AlreadyAnsweredError,
    Bug,
    ConflictError,
    InvalidAnswerError,
    NotFoundError,
)
from bamboo_desktop.domain.ids import OptionId, QuestionId
from bamboo_desktop.domain.question import AnswerDraft, ItemAnswer, QuestionKind
from bamboo_desktop.store import questions, sessions
from tests.sim import START
from tests.store.making import (
    ITEM,
    NO,
    Q1,
    S1,
    S2,
    YES,
    World,
    a_question,
    a_session,
    an_answer,
    opened,
)


async def test_a_question_waits_through_a_restart(data_dir: Path) -> None:
    asked = a_question(kind=QuestionKind.CONSENT)
    async with opened(data_dir) as world:
        await world.db.write(lambda tx: sessions.insert(tx, a_session(title="Work")))
        await world.db.write(lambda tx: questions.ask(tx, asked))
        assert world.told[1:] == ["need_clarification", "tool_approval_requested"]
    async with opened(data_dir) as world:
        (record,) = await world.db.read(questions.open)
        assert record.question == asked
        assert (record.answer, record.session_title) == (None, "Work")
        answered = await world.db.write(lambda tx: questions.answer(tx, an_answer()))
        assert answered.answer == an_answer()
        assert await world.db.read(questions.open) == ()
        assert world.told == ["question_answered"]
        assert getattr(world.published[0].event, "labels") == ("Do it",)  # noqa: B009


async def test_a_second_answer_is_told_so_and_by_whom(world: World) -> None:
    await world.db.write(lambda tx: questions.ask(tx, a_question()))
    await world.db.write(lambda tx: questions.answer(tx, an_answer(by="bambooctl")))
    with pytest.raises(AlreadyAnsweredError, match="by bambooctl at 2026-03-02T09:00:00Z"):
        await world.db.write(lambda tx: questions.answer(tx, an_answer(NO)))
    record = await world.db.read(lambda tx: questions.get(tx, Q1))
    assert record is not None
    assert record.answer == an_answer(by="bambooctl")


@pytest.mark.parametrize(
    ("by", "told"),
    [
        ("window", "already answered in the window at 2026"),
        ("deadline", "already answered by its own default when the time limit passed at 2026"),
        ("engine", "already answered by a rule at 2026"),
    ],
)
async def test_where_the_first_answer_came_from_is_told_in_words(
    world: World, by: str, told: str
) -> None:
    await world.db.write(lambda tx: questions.ask(tx, a_question()))
    await world.db.write(lambda tx: questions.answer(tx, an_answer(by=by)))
    with pytest.raises(AlreadyAnsweredError, match=told):
        await world.db.write(lambda tx: questions.answer(tx, an_answer(NO)))


async def test_of_many_answers_at_once_one_counts(world: World) -> None:
    await world.db.write(lambda tx: questions.ask(tx, a_question()))
    results = await asyncio.gather(
        *(
            world.db.write(lambda tx, n=number: questions.answer(tx, an_answer(by=f"w{n}")))  # type: ignore[misc]
            for number in range(20)
        ),
        return_exceptions=True,
    )
    won = [result for result in results if not isinstance(result, BaseException)]
    assert len(won) == 1
    assert all(isinstance(r, AlreadyAnsweredError) for r in results if r not in won)
    assert world.told.count("question_answered") == 1


async def test_an_answer_that_does_not_fit_leaves_the_question_open(world: World) -> None:
    await world.db.write(lambda tx: questions.ask(tx, a_question()))
    with pytest.raises(InvalidAnswerError):
        await world.db.write(lambda tx: questions.answer(tx, an_answer(OptionId("no such"))))
    assert len(await world.db.read(questions.open)) == 1
    with pytest.raises(NotFoundError):
        await world.db.write(lambda tx: questions.answer(tx, an_answer(question_id="none")))
    with pytest.raises(ConflictError):
        await world.db.write(lambda tx: questions.ask(tx, a_question()))


async def test_a_withdrawn_question_takes_no_answer(world: World) -> None:
    await world.db.write(lambda tx: questions.ask(tx, a_question()))
    gone = await world.db.write(lambda tx: questions.withdraw(tx, S1, reason="stopped"))
    assert gone == (Q1,)
    assert await world.db.write(lambda tx: questions.withdraw(tx, S1, reason="stopped")) == ()
    with pytest.raises(NotFoundError, match="withdrawn"):
        await world.db.write(lambda tx: questions.answer(tx, an_answer()))
    assert await world.db.read(questions.open) == ()
    assert world.told == ["need_clarification", "question_withdrawn"]


async def test_the_inbox_holds_open_questions_of_all_sessions_out_of_the_bin(
    world: World,
) -> None:
    await world.db.write(lambda tx: sessions.insert(tx, a_session(S2)))
    for name, session_id in (("q1", S1), ("q2", S2), ("q3", S1)):
        asked = a_question(QuestionId(name), session_id=session_id)
        await world.db.write(lambda tx, q=asked: questions.ask(tx, q))  # type: ignore[misc]

    async def inbox() -> list[str]:
        return [record.question.id for record in await world.db.read(questions.open)]

    assert await inbox() == ["q1", "q2", "q3"]
    of_one = await world.db.read(lambda tx: questions.open(tx, S1))
    assert [record.question.id for record in of_one] == ["q1", "q3"]
    await world.db.write(lambda tx: sessions.trash(tx, S1))
    assert await inbox() == ["q2"]


async def test_a_draft_is_kept_until_the_answer(world: World) -> None:
    begun = (ItemAnswer(item_id=ITEM, option_ids=(YES,), text="half"),)
    await world.db.write(lambda tx: questions.ask(tx, a_question()))
    assert await world.db.read(lambda tx: questions.draft(tx, Q1)) is None
    await world.db.write(lambda tx: questions.save_draft(tx, Q1, (), "first"))
    await world.db.write(lambda tx: questions.save_draft(tx, Q1, begun, "note"))
    assert await world.db.read(lambda tx: questions.draft(tx, Q1)) == AnswerDraft(
        question_id=Q1, items=begun, note="note"
    )
    await world.db.write(lambda tx: questions.answer(tx, an_answer()))
    assert await world.db.read(lambda tx: questions.draft(tx, Q1)) is None
    await world.db.write(lambda tx: questions.save_draft(tx, Q1, begun, "too late"))
    assert await world.db.read(lambda tx: questions.draft(tx, Q1)) is None
    with pytest.raises(NotFoundError):
        await world.db.write(lambda tx: questions.save_draft(tx, QuestionId("none"), (), ""))


async def test_only_deadlines_that_have_passed_are_due(world: World) -> None:
    soon, later = START + timedelta(hours=1), START + timedelta(hours=2)
    for name, deadline in (("never", None), ("soon", soon), ("later", later)):
        asked = replace(a_question(QuestionId(name)), deadline_at=deadline)
        await world.db.write(lambda tx, q=asked: questions.ask(tx, q))  # type: ignore[misc]
    assert await world.db.read(lambda tx: questions.due(tx, START)) == ()
    due = await world.db.read(lambda tx: questions.due(tx, soon))
    assert [record.question.id for record in due] == ["soon"]


async def test_consent_to_no_call_is_a_fault(world: World) -> None:
    asked = replace(a_question(kind=QuestionKind.CONSENT), tool_call_id=None)
    with pytest.raises(Bug):
        await world.db.write(lambda tx: questions.ask(tx, asked))
    assert await world.db.read(questions.open) == ()
    assert world.published == []
