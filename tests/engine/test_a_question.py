"""A run stops for a question; its one answer lets the session go on."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from bamboo_desktop.domain.errors import (
    AlreadyAnsweredError,
    InvalidAnswerError,
    NotFoundError,
)
from bamboo_desktop.domain.ids import ItemId, OptionId, ProviderId, SessionId
from bamboo_desktop.domain.model import ModelRef
from bamboo_desktop.domain.question import ItemAnswer
from bamboo_desktop.domain.resume import AlreadyRunning, Completed, NotFound, Started
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.work import QueueMode
from tests.engine.scripted import MODEL, Desk, call, say, use

OPTIONS = [
    {"id": "red", "label": "Colour", "description": "warm"},
    {"id": "blue", "label": "Colour", "description": "cold"},
]


def ask(**more: object) -> object:
    item = {"id": "colour", "kind": "single", "prompt": "Which?", "options": OPTIONS, **more}
    return call("Ask", title="A choice", items=[item])


async def asked(desk: Desk, *after: object) -> SessionId:
    session_id = await desk.begin(use(ask()), *after)  # type: ignore[arg-type]
    await desk.ends(session_id, AgentStatus.WAITING_ANSWER)
    return session_id


async def test_a_question_is_answered_and_the_session_goes_on(desk: Desk) -> None:
    session_id = await asked(desk, say("blue it is"))
    record = await desk.question(session_id)
    await desk.answer(record, "blue", note="please")
    await desk.ends(session_id, AgentStatus.COMPLETED)
    told = json.loads(desk.told_model()[-1][1])
    assert told["answers"][0]["options"] == ["blue"]
    assert told["note"] == "please"
    assert desk.types(session_id).count("execution_started") == 2


async def test_a_question_waits_through_a_restart(desk: Desk) -> None:
    session_id = await asked(desk)
    await desk.restart()
    record = await desk.question(session_id)
    desk.plays(say("blue it is"))
    await desk.answer(record, "blue")
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert (await desk.shown(session_id))[-2:] == ["assistant blue it is", "run_end completed"]


async def test_options_with_equal_labels_are_told_apart_by_id(desk: Desk) -> None:
    session_id = await asked(desk, say("ok"))
    await desk.answer(await desk.question(session_id), "red")
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert json.loads(desk.told_model()[-1][1])["answers"][0]["options"] == ["red"]


async def test_a_second_answer_is_told_so_and_changes_nothing(desk: Desk) -> None:
    session_id = await asked(desk, say("ok"))
    record = await desk.question(session_id)
    results = await asyncio.gather(
        desk.answer(record, "red", answered_by="window"),
        desk.answer(record, "blue", answered_by="bambooctl"),
        return_exceptions=True,
    )
    assert {type(r) for r in results} == {type(None), AlreadyAnsweredError}
    wins = "red" if results[0] is None else "blue"
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert json.loads(desk.told_model()[-1][1])["answers"][0]["options"] == [wins]
    assert len(desk.model.requests) == 2


async def test_an_answer_that_does_not_fit_leaves_the_question_open(desk: Desk) -> None:
    session_id = await asked(desk)
    record = await desk.question(session_id)
    wrong = [
        ItemAnswer(item_id=ItemId("colour"), option_ids=(OptionId("green"),)),
        ItemAnswer(item_id=ItemId("colour"), text="my own"),
        ItemAnswer(item_id=ItemId("other"), option_ids=(OptionId("red"),)),
        ItemAnswer(item_id=ItemId("colour")),
        ItemAnswer(item_id=ItemId("colour"), option_ids=(OptionId("red"), OptionId("blue"))),
    ]
    for item in wrong:
        with pytest.raises(InvalidAnswerError):
            await desk.engine.questions.answer(record.question.id, (item,))
    assert len(await desk.engine.questions.open(session_id)) == 1


async def test_an_answer_given_before_the_run_has_quite_ended_is_not_lost(desk: Desk) -> None:
    """The question is answered in the very moment its event is published."""
    answers: list[asyncio.Task[None]] = []

    def at_once(item: object) -> None:
        if getattr(item, "event", None).__class__.__name__ == "NeedClarification":
            answers.append(asyncio.ensure_future(self_answer()))

    async def self_answer() -> None:
        (record,) = await desk.engine.questions.open()
        await desk.answer(record, "blue")

    desk.engine.feed.subscribe(at_once)
    session_id = await desk.begin(use(ask()), say("ok"))  # type: ignore[arg-type]
    while not answers or not answers[0].done():
        await asyncio.sleep(0.001)
    answers[0].result()
    while len(desk.model.requests) < 2:
        await asyncio.sleep(0.001)
    await desk.ends(session_id, AgentStatus.COMPLETED)


async def test_several_items_take_one_answer(desk: Desk) -> None:
    items = [
        {"id": "one", "kind": "confirm", "prompt": "Sure?"},
        {"id": "many", "kind": "multi", "prompt": "Which?", "max_choices": 2, "options": OPTIONS},
        {"id": "why", "kind": "text", "prompt": "Why?"},
    ]
    session_id = await desk.begin(use(call("Ask", title="Three", items=items)), say("ok"))
    record = await desk.question(session_id)
    given = (
        ItemAnswer(item_id=ItemId("one"), option_ids=(OptionId("yes"),)),
        ItemAnswer(item_id=ItemId("many"), option_ids=(OptionId("red"), OptionId("blue"))),
        ItemAnswer(item_id=ItemId("why"), text="because"),
    )
    with pytest.raises(InvalidAnswerError):
        await desk.engine.questions.answer(record.question.id, given[:2])
    await desk.engine.questions.answer(record.question.id, given)
    await desk.ends(session_id, AgentStatus.COMPLETED)


async def test_a_waiting_session_can_be_stopped(desk: Desk) -> None:
    session_id = await asked(desk)
    record = await desk.question(session_id)
    assert await desk.engine.runs.stop(session_id)
    await desk.ends(session_id, AgentStatus.CANCELLED)
    assert await desk.engine.questions.open() == ()
    assert "tool Ask cancelled" in await desk.shown(session_id)
    with pytest.raises(NotFoundError):
        await desk.answer(record, "red")
    assert not await desk.engine.runs.stop(session_id)


async def test_a_session_stopped_while_it_waited_takes_a_new_message(desk: Desk) -> None:
    session_id = await asked(desk)
    await desk.engine.runs.stop(session_id)
    desk.plays(say("fine"))
    await desk.send(session_id, "something else")
    await desk.ends(session_id, AgentStatus.COMPLETED)
    roles = [role for role, _ in desk.told_model()]
    assert roles == ["user", "assistant", "tool", "user"]


async def test_a_waiting_session_can_be_deleted_also_after_a_restart(desk: Desk) -> None:
    session_id = await asked(desk)
    await desk.restart()
    await desk.engine.sessions.trash(session_id)
    assert await desk.engine.questions.open() == ()


async def test_a_message_queued_beside_a_question_is_delivered_after_its_answer(
    desk: Desk,
) -> None:
    session_id = await asked(desk, say("blue"), say("and the rest"))
    await desk.send(session_id, "later", mode=QueueMode.QUEUE)
    assert len(await desk.engine.runs.queued(session_id)) == 1
    await desk.answer(await desk.question(session_id), "blue")
    while len(desk.model.requests) < 3:
        await asyncio.sleep(0.001)
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert desk.told_model()[-1] == ("user", "later")


async def test_a_message_that_steers_takes_the_place_of_an_answer(desk: Desk) -> None:
    session_id = await asked(desk, say("fine"))
    await desk.send(session_id, "never mind", mode=QueueMode.STEER)
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert await desk.engine.questions.open() == ()
    assert [role for role, _ in desk.told_model()] == ["user", "assistant", "tool", "user"]


async def test_a_draft_of_an_answer_is_kept_through_a_restart(desk: Desk) -> None:
    session_id = await asked(desk)
    record = await desk.question(session_id)
    item = ItemAnswer(item_id=ItemId("colour"), option_ids=(OptionId("red"),))
    await desk.engine.questions.save_draft(record.question.id, (item,), "half a note")
    await desk.restart()
    draft = await desk.engine.questions.draft(record.question.id)
    assert draft is not None
    assert (draft.items, draft.note) == ((item,), "half a note")


async def test_resume_says_which_of_four_things_happened(desk: Desk) -> None:
    gate = asyncio.Event()
    assert isinstance(await desk.engine.runs.resume(SessionId("none")), NotFound)
    session = await desk.session()
    assert isinstance(await desk.engine.runs.resume(session.id), Completed)
    desk.plays(say("text", gate=gate.wait))
    started = (await desk.engine.runs.send(session.id, "go")).outcome
    assert isinstance(started, Started)
    assert await desk.engine.runs.resume(session.id) == AlreadyRunning(started.run_id)
    gate.set()
    await desk.ends(session.id, AgentStatus.COMPLETED)
    assert "execution_started" in desk.types(session.id)


async def test_a_changed_default_moves_no_run_that_waits_and_a_changed_session_does(
    desk: Desk, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    session_id = await asked(desk, say("ok"))
    await desk.engine.preferences.put("default_model", '{"provider": "x", "model": "y"}')
    await desk.engine.sessions.set_workspace(session_id, str(other))
    await desk.answer(await desk.question(session_id), "red")
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert desk.model.requests[-1].workspace == str(other)
    notes = [line for line in await desk.shown(session_id) if line.startswith("note")]
    assert notes == [f"note Changed: workspace {desk.workspace} -> {other}"]


async def test_a_session_that_follows_the_default_keeps_it_until_its_question_is_answered(
    desk: Desk,
) -> None:
    """Another default would lead to a provider that does not exist."""
    await desk.engine.models.set_default_model(MODEL)
    desk.plays(use(ask()), say("ok"), say("again"))  # type: ignore[arg-type]
    session = await desk.engine.sessions.create(workspace=str(desk.workspace))
    await desk.send(session.id)
    record = await desk.question(session.id)
    gone = ModelRef(provider=ProviderId("gone"), model="x")
    await desk.engine.models.set_default_model(gone)
    await desk.answer(record, "red")
    await desk.ends(session.id, AgentStatus.COMPLETED)
    await desk.send(session.id, "a new message takes the new default")
    await desk.ends(session.id, AgentStatus.ERROR)
