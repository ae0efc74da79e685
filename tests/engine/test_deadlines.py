"""A question waits for ever, unless the person has set a time limit and it has defaults."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.engine.runs.deadline_watch import DeadlineWatch
from tests.engine.scripted import Desk, call, say, use
from tests.waiting import until

OPTIONS = [{"id": "red", "label": "Red"}, {"id": "blue", "label": "Blue"}]


def ask(**more: object) -> object:
    item = {"id": "colour", "kind": "single", "prompt": "Which?", "options": OPTIONS, **more}
    return call("Ask", items=[item])


async def test_no_question_has_a_deadline_unless_the_person_set_one(desk: Desk) -> None:
    session_id = await desk.begin(use(ask(default=["blue"])))  # type: ignore[arg-type]
    assert (await desk.question(session_id)).question.deadline_at is None


@pytest.mark.parametrize("text", ["", "0", "soon", "-5", "\u0665", "1.5"])
async def test_a_time_limit_that_is_no_number_of_minutes_is_none(desk: Desk, text: str) -> None:
    await desk.engine.preferences.put("question_deadline_minutes", text)
    session_id = await desk.begin(use(ask(default=["blue"])))  # type: ignore[arg-type]
    assert (await desk.question(session_id)).question.deadline_at is None


async def test_a_question_without_defaults_waits_for_ever(desk: Desk) -> None:
    await desk.engine.preferences.put("question_deadline_minutes", "5")
    session_id = await desk.begin(use(ask()))  # type: ignore[arg-type]
    assert (await desk.question(session_id)).question.deadline_at is None


async def test_after_the_deadline_the_defaults_are_taken(desk: Desk) -> None:
    await desk.engine.preferences.put("question_deadline_minutes", "5")
    session_id = await desk.begin(use(ask(default=["blue"])), say("blue then"))  # type: ignore[arg-type]
    record = await desk.question(session_id)
    assert record.question.deadline_at == record.question.asked_at + timedelta(minutes=5)
    watch = DeadlineWatch(desk.engine._services, desk.engine.questions)
    await watch.tick()
    assert len(await desk.engine.questions.open(session_id)) == 1
    desk.passes(timedelta(minutes=6))
    await watch.tick()
    await desk.ends(session_id, AgentStatus.COMPLETED)
    answered = await desk.engine.questions.get(record.question.id)
    assert answered.answer is not None
    assert answered.answer.answered_by == "deadline"
    assert answered.answer.items[0].option_ids == ("blue",)


async def test_a_program_that_only_reads_answers_nothing(desk: Desk) -> None:
    await desk.engine.preferences.put("question_deadline_minutes", "5")
    session_id = await desk.begin(use(ask(default=["blue"])), say("blue then"))  # type: ignore[arg-type]
    record = await desk.question(session_id)
    desk.passes(timedelta(minutes=6))
    await desk.close()
    await desk.open(goes_on=False)
    # What sweeps up after the start comes to an end; what watches deadlines would not.
    tasks = desk.engine._services.tasks
    await until(lambda: len(tasks) == 0, what="nothing goes on by itself")
    assert [one.question.id for one in await desk.engine.questions.open()] == [record.question.id]
    await desk.restart()
    await until(lambda: len(desk.model.requests) == 2)
    await desk.ends(session_id, AgentStatus.COMPLETED)
