"""What somebody does, or what breaks, in the one moment where it is most awkward."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bamboo_desktop.domain.errors import StorageError
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.resume import Completed
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.providers.port import CallFault, ModelCallError
from bamboo_desktop.store import messages
from tests.engine.scripted import Desk, call, say, use
from tests.faults.history import unanswered
from tests.faults.moment import Moment, cut_off
from tests.waiting import until

ITEM = {"id": "name", "kind": "text", "prompt": "Which name?"}


@pytest.fixture
def moment() -> Moment:
    return Moment()


@pytest.fixture
async def desk(data_dir: Path, moment: Moment) -> AsyncIterator[Desk]:
    async with Desk(data_dir, faults=moment) as opened:
        yield opened


async def history(desk: Desk, session_id: SessionId) -> list[str]:
    stored = await desk.engine._services.database.read(lambda tx: messages.history(tx, session_id))
    return unanswered(stored)


@pytest.mark.parametrize("point", ["question.before", "question.after"])
async def test_a_stop_that_meets_a_question_takes_it_back(
    desk: Desk, moment: Moment, point: str
) -> None:
    session = await desk.session()
    moment.at(point, lambda: desk.engine.runs.stop(session.id))
    desk.plays(use(call("Ask", items=[ITEM])))
    await desk.send(session.id)
    await until(lambda: moment.tasks and moment.tasks[0].done())
    await desk.ends(session.id, AgentStatus.CANCELLED)
    assert await desk.engine.questions.open() == ()
    assert await history(desk, session.id) == []


@pytest.mark.parametrize("point", ["question.before", "question.after"])
async def test_a_session_that_goes_into_the_bin_while_it_asks_waits_for_nobody(
    desk: Desk, moment: Moment, point: str
) -> None:
    session = await desk.session()
    moment.at(point, lambda: desk.engine.sessions.trash(session.id))
    desk.plays(use(call("Ask", items=[ITEM])))
    await desk.send(session.id)
    await until(lambda: moment.tasks and moment.tasks[0].done())
    await until(lambda: desk.engine.runs.live(session.id) is None)
    await desk.engine.sessions.restore(session.id)
    await desk.ends(session.id, AgentStatus.CANCELLED)
    assert await desk.engine.questions.open() == ()
    assert await history(desk, session.id) == []


async def test_an_answer_whose_run_is_stopped_at_once_still_reaches_the_model(
    desk: Desk, moment: Moment
) -> None:
    session_id = await desk.begin(use(call("Ask", items=[ITEM])), say("so be it"))
    record = await desk.question(session_id)
    moment.at("run.before", lambda: desk.engine.runs.stop(session_id))
    await desk.answer(record, text="Bamboo")
    await desk.ends(session_id, AgentStatus.CANCELLED)
    await desk.engine.runs.continue_(session_id)
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert "Bamboo" in desk.told_model()[-1][1]


async def test_a_question_of_a_later_run_is_waited_for_after_a_crash(
    desk: Desk, moment: Moment
) -> None:
    calls = [call("Write", file_path=name, content="x") for name in ("a.txt", "b.txt")]
    session_id = await desk.begin(use(*calls))
    record = await desk.question(session_id)
    moment.disk_breaks_at("question.after")
    await desk.answer(record, "allow_once")
    await cut_off(desk, moment)
    await desk.ends(session_id, AgentStatus.WAITING_APPROVAL)
    assert "b.txt" in (await desk.question(session_id)).question.title


async def test_an_effect_that_may_have_happened_is_asked_about_once(
    desk: Desk, moment: Moment
) -> None:
    moment.disk_breaks_at("effect.after")
    session_id = await desk.begin(
        use(call("Bash", command="touch done")), say("good"), allow=("Bash",)
    )
    await cut_off(desk, moment)
    await desk.ends(session_id, AgentStatus.INTERRUPTED)
    assert await desk.engine.runs.continue_(session_id) == Completed()
    await desk.restart()
    record = await desk.question(session_id)
    assert (desk.workspace / "done").exists()
    await desk.answer(record, "it_worked")
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert desk.types(session_id).count("tool_start") == 1


@pytest.mark.parametrize("shift", [timedelta(), timedelta(hours=-3), timedelta(hours=3)])
@pytest.mark.parametrize("choice", ["it_worked", "skip", "run_again"])
async def test_an_answer_about_an_effect_counts_whatever_the_clock_was_set_to(
    desk: Desk, moment: Moment, choice: str, shift: timedelta
) -> None:
    moment.disk_breaks_at("effect.after")
    session_id = await desk.begin(
        use(call("Bash", command="echo done >> times")), say("good"), allow=("Bash",)
    )
    await until(lambda: moment.is_broken)
    desk.passes(shift)
    await cut_off(desk, moment)
    await desk.answer(await desk.question(session_id), choice)
    await desk.ends(session_id, AgentStatus.COMPLETED)
    times = (desk.workspace / "times").read_text().count("done")
    assert times == (2 if choice == "run_again" else 1)


@pytest.mark.parametrize("shift", [timedelta(), timedelta(hours=-3), timedelta(hours=3)])
async def test_an_answer_about_one_start_of_a_call_says_nothing_about_the_next(
    desk: Desk, moment: Moment, shift: timedelta
) -> None:
    moment.disk_breaks_at("effect.after")
    session_id = await desk.begin(
        use(call("Bash", command="echo done >> times")), say("good"), allow=("Bash",)
    )
    await cut_off(desk, moment)
    first = await desk.question(session_id)
    desk.passes(shift)
    moment.disk_breaks_at("effect.after")
    await desk.answer(first, "run_again")
    await cut_off(desk, moment)
    second = await desk.question(session_id)
    assert second.question.id != first.question.id
    await desk.answer(second, "it_worked")
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert (desk.workspace / "times").read_text().count("done") == 2


@pytest.mark.parametrize("choice", ["allow_once", "deny"])
async def test_run_again_shows_anew_what_it_would_change_now(
    desk: Desk, moment: Moment, choice: str
) -> None:
    note = desk.workspace / "note.txt"
    note.write_text("first")
    session_id = await desk.begin(use(call("Write", file_path="note.txt", content="mine")))
    moment.disk_breaks_at("intent.after")
    await desk.answer(await desk.question(session_id), "allow_once")
    await cut_off(desk, moment)
    note.write_text("somebody else's work")
    desk.plays(say("good"))
    await desk.answer(await desk.question(session_id), "run_again")
    await desk.ends(session_id, AgentStatus.WAITING_APPROVAL)
    assert note.read_text() == "somebody else's work"
    again = await desk.question(session_id)
    assert again.question.consent is not None
    assert "-somebody else's work" in again.question.consent.exact
    await desk.answer(again, choice)
    await desk.ends(session_id, AgentStatus.COMPLETED)
    was_run = choice == "allow_once"
    assert note.read_text() == ("mine" if was_run else "somebody else's work")
    assert ("may or may not have" in desk.told_model()[-1][1]) is not was_run
    assert await history(desk, session_id) == []


async def test_run_again_runs_at_once_where_it_is_what_was_agreed_to(
    desk: Desk, moment: Moment
) -> None:
    session_id = await desk.begin(use(call("Bash", command="echo done >> times")))
    moment.disk_breaks_at("effect.after")
    await desk.answer(await desk.question(session_id), "allow_once")
    await cut_off(desk, moment)
    desk.plays(say("good"))
    await desk.answer(await desk.question(session_id), "run_again")
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert (desk.workspace / "times").read_text().count("done") == 2


async def test_a_stop_in_place_of_the_second_consent_says_that_it_may_have_happened(
    desk: Desk, moment: Moment
) -> None:
    note = desk.workspace / "note.txt"
    session_id = await desk.begin(use(call("Write", file_path="note.txt", content="mine")))
    moment.disk_breaks_at("effect.after")
    await desk.answer(await desk.question(session_id), "allow_once")
    await cut_off(desk, moment)
    note.write_text("changed since")
    await desk.answer(await desk.question(session_id), "run_again")
    await desk.ends(session_id, AgentStatus.WAITING_APPROVAL)
    assert await desk.engine.runs.stop(session_id)
    await desk.ends(session_id, AgentStatus.CANCELLED)
    desk.model.replies.clear()
    desk.plays(say("I see"))
    await desk.send(session_id, "go on")
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert any("may or may not have" in text for _, text in desk.told_model())


async def test_what_was_answered_about_an_effect_is_not_asked_again_after_a_crash(
    desk: Desk, moment: Moment
) -> None:
    moment.disk_breaks_at("effect.after")
    session_id = await desk.begin(
        use(call("Bash", command="echo done >> times")), say("good"), allow=("Bash",)
    )
    await cut_off(desk, moment)
    moment.disk_breaks_at("run.after")
    await desk.answer(await desk.question(session_id), "it_worked")
    await cut_off(desk, moment)
    assert await desk.engine.questions.open() == ()
    await desk.engine.runs.continue_(session_id)
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert "says that it worked" in desk.told_model()[-1][1]


async def test_a_run_cut_off_after_its_last_word_is_not_asked_for_another(
    desk: Desk, moment: Moment
) -> None:
    moment.disk_breaks_at("message.after")
    session_id = await desk.begin(say("the last word"), say("never said"))
    await cut_off(desk, moment)
    await desk.ends(session_id, AgentStatus.INTERRUPTED)
    await desk.engine.runs.continue_(session_id)
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert len(desk.model.requests) == 1


async def test_continue_where_nothing_was_cut_off_asks_no_model(desk: Desk) -> None:
    session = await desk.session()
    assert await desk.engine.runs.continue_(session.id) == Completed()
    desk.plays(say("done"), say("never said"))
    await desk.send(session.id)
    await desk.ends(session.id, AgentStatus.COMPLETED)
    assert await desk.engine.runs.continue_(session.id) == Completed()
    assert len(desk.model.requests) == 1


async def test_a_message_typed_while_somebody_looks_for_work_is_read(desk: Desk) -> None:
    for number in range(10):
        session = await desk.session()
        desk.plays(say("read"))
        await asyncio.gather(
            desk.engine.runs.resume(session.id), desk.send(session.id, f"text {number}")
        )
        await desk.ends(session.id, AgentStatus.COMPLETED)
        assert await desk.engine.runs.queued(session.id) == ()


async def test_an_answer_about_a_full_window_counts_for_its_run_however_late_it_starts(
    desk: Desk, moment: Moment
) -> None:
    await desk.engine.preferences.put("context_full", "ask")
    overflow = ModelCallError(CallFault.CONTEXT_OVERFLOW, "Too long.")
    session_id = await desk.begin(say("one"), text="first")
    await desk.ends(session_id)
    desk.plays(say("", fails=overflow))
    await desk.send(session_id, "second")
    record = await desk.question(session_id)
    moment.disk_breaks_at("answer.after")
    with pytest.raises(StorageError):
        await desk.answer(record, "summarize")
    desk.plays(say("", fails=overflow), say("SUMMARY"), say("answer"))
    desk.passes(timedelta(days=1))
    await cut_off(desk, moment)
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert "SUMMARY" in desk.told_model()[0][1]
