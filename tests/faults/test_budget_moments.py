"""Budgets and what happens, or breaks, in the moment a run pauses for one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bamboo_desktop.domain.errors import StorageError
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.store import messages
from tests.engine.budgeting import limit, pauses, spent, step, tools_run, words
from tests.engine.scripted import Desk
from tests.faults.history import unanswered
from tests.faults.moment import Moment, cut_off
from tests.waiting import until


@pytest.fixture
def moment() -> Moment:
    return Moment()


@pytest.fixture
async def desk(data_dir: Path, moment: Moment) -> AsyncIterator[Desk]:
    async with Desk(data_dir, faults=moment) as opened:
        await limit(opened, tokens=100)
        yield opened


@pytest.mark.parametrize("deed", ["stop", "trash"])
@pytest.mark.parametrize("point", ["question.before", "question.after"])
async def test_a_stop_or_deletion_that_meets_the_pause_leaves_no_question(
    desk: Desk, moment: Moment, point: str, deed: str
) -> None:
    session = await desk.session()
    if deed == "stop":
        moment.at(point, lambda: desk.engine.runs.stop(session.id))
    else:
        moment.at(point, lambda: desk.engine.sessions.trash(session.id))
    desk.plays(step(tokens=100))
    await desk.send(session.id)
    await until(lambda: moment.tasks and moment.tasks[0].done())
    await until(lambda: desk.engine.runs.live(session.id) is None)
    if deed == "trash":
        await desk.engine.sessions.restore(session.id)
    await desk.ends(session.id, AgentStatus.CANCELLED)
    assert await desk.engine.questions.open() == ()
    stored = await desk.engine._services.database.read(lambda tx: messages.history(tx, session.id))
    assert unanswered(stored) == []


async def test_a_pause_whose_end_was_not_written_waits_after_the_restart(
    desk: Desk, moment: Moment
) -> None:
    moment.disk_breaks_at("question.after")
    session_id = await desk.begin(step(tokens=100))
    await cut_off(desk, moment)
    record = await pauses(desk, session_id)
    desk.plays(words())
    await desk.answer(record, "more")
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert await tools_run(desk, session_id) == 1


@pytest.mark.parametrize("answer", ["more", "finish"])
async def test_an_answer_whose_run_never_began_is_followed_after_the_restart_and_given_once(
    desk: Desk, moment: Moment, answer: str
) -> None:
    session_id = await desk.begin(step(tokens=100))
    record = await pauses(desk, session_id)
    moment.disk_breaks_at("answer.after")
    with pytest.raises(StorageError):
        await desk.answer(record, answer)
    desk.plays(step(tokens=100, text="So far."))
    await cut_off(desk, moment)
    if answer == "finish":
        await desk.ends(session_id, AgentStatus.COMPLETED)
        assert await tools_run(desk, session_id) == 0
        return
    # One grant, not two: the second hundred is the last.
    second = await pauses(desk, session_id)
    assert second.question.id != record.question.id
    assert (await spent(desk)).tokens == 200


async def test_what_a_run_had_spent_when_the_program_died_is_counted_when_it_goes_on(
    desk: Desk, moment: Moment
) -> None:
    moment.disk_breaks_at("message.after")
    session_id = await desk.begin(step(tokens=100))
    await cut_off(desk, moment)
    await desk.ends(session_id, AgentStatus.INTERRUPTED)
    await desk.engine.runs.continue_(session_id)
    await pauses(desk, session_id)
    assert (await spent(desk)).tokens == 100
