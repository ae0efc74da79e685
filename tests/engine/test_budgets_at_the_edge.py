"""Budgets where they are awkward: zero, unknown prices, gated calls, shared days, nobody there."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bamboo_desktop.domain.events import QuestionAnswered
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.model import PLAYBOOK_PROVIDER, ModelRef
from bamboo_desktop.domain.run import AgentStatus, RunCause
from bamboo_desktop.domain.work import QueueMode
from tests.engine.budgeting import (
    choices,
    limit,
    pauses,
    read,
    spent,
    step,
    tools_run,
    words,
)
from tests.engine.scripted import Desk, call, say

UNPRICED = "note The price of this model is not known"
PLAY = """\
version: 1
title: Two steps
steps:
  - tool: Glob
    args: {pattern: "*"}
  - tool: Glob
    args: {pattern: "a*"}
  - say: Done.
"""


async def notes(desk: Desk, session_id: SessionId) -> list[str]:
    return [line for line in await desk.shown(session_id) if line.startswith(UNPRICED)]


@pytest.mark.parametrize("name", ["tokens", "seconds", "cost_micros"])
async def test_a_limit_of_zero_asks_before_the_first_call_and_has_no_more_to_offer(
    desk: Desk, name: str
) -> None:
    await limit(desk, **{name: 0})
    session_id = await desk.begin(words("last"))
    record = await pauses(desk, session_id)
    assert choices(record) == ["finish", "stop"]
    assert desk.model.requests == []
    await desk.answer(record, "finish")
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert len(desk.model.requests) == 1


async def test_with_no_tool_call_allowed_a_model_may_still_answer(desk: Desk) -> None:
    await limit(desk, calls=0)
    session_id = await desk.begin(words())
    await desk.ends(session_id, AgentStatus.COMPLETED)
    desk.plays(step())
    await desk.send(session_id, "now with tools")
    await pauses(desk, session_id)
    assert await tools_run(desk, session_id) == 0


async def test_an_unknown_price_is_told_once_and_the_other_limits_hold(desk: Desk) -> None:
    await limit(desk, cost_micros=1, tokens=300)
    steps = [step(tokens=100, cost=None) for _ in range(3)]
    session_id = await desk.begin(*steps, words(cost=None))
    record = await pauses(desk, session_id)
    assert "$" not in record.question.items[0].prompt
    assert len(desk.model.requests) == 3
    await desk.answer(record, "more")
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert len(await notes(desk, session_id)) == 1


async def test_an_unknown_price_is_no_news_where_money_is_not_limited(desk: Desk) -> None:
    await limit(desk, tokens=300)
    session_id = await desk.begin(say("done"))
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert await notes(desk, session_id) == []


@pytest.mark.parametrize(
    ("answer", "status", "left"),
    [
        ("more", AgentStatus.COMPLETED, "x\n"),
        ("finish", AgentStatus.COMPLETED, ""),
        ("stop", AgentStatus.CANCELLED, ""),
    ],
)
async def test_a_call_that_was_allowed_runs_at_most_once_whatever_the_budget_asks(
    desk: Desk, answer: str, status: AgentStatus, left: str
) -> None:
    await limit(desk, "day", tokens=200)
    out = desk.workspace / "out"
    out.touch()
    session_id = await desk.begin(step(call("Bash", command="echo x >> out"), tokens=100))
    await desk.ends(session_id, AgentStatus.WAITING_APPROVAL)
    other = await desk.begin(words(tokens=100))
    await desk.ends(other, AgentStatus.COMPLETED)
    await desk.answer(await desk.question(session_id), "allow_once")
    record = await pauses(desk, session_id)
    assert out.read_text() == ""
    await desk.restart()
    desk.plays(words())
    await desk.answer(record, answer)
    await desk.ends(session_id, status)
    assert out.read_text() == left


async def wakes(desk: Desk, session_id: SessionId) -> None:
    """The session gets a reason to run that is no answer."""
    launcher = desk.engine._launcher
    await desk.engine._services.database.write(
        lambda tx: launcher.add_work(tx, session_id, RunCause.CHILD_FINISHED, "child")
    )
    await launcher.launch(session_id)


async def test_a_session_that_is_woken_while_it_waits_for_budget_asks_no_second_time(
    desk: Desk,
) -> None:
    await limit(desk, tokens=100)
    session_id = await desk.begin(step(tokens=100))
    record = await pauses(desk, session_id)
    await wakes(desk, session_id)
    assert (await pauses(desk, session_id)).question == record.question


async def test_finishing_up_takes_back_what_else_was_asked(desk: Desk) -> None:
    session_id = await desk.begin(step(call("Bash", command="touch out"), tokens=100))
    await desk.ends(session_id, AgentStatus.WAITING_APPROVAL)
    await limit(desk, "day", tokens=100)
    await wakes(desk, session_id)
    await desk.ends(session_id, AgentStatus.WAITING_BUDGET)
    _, budget = await desk.engine.questions.open(session_id)
    desk.plays(words())
    await desk.answer(budget, "finish")
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert await desk.engine.questions.open() == ()
    assert not (desk.workspace / "out").exists()


async def test_two_sessions_share_the_budget_of_a_day(desk: Desk) -> None:
    await limit(desk, "day", tokens=150)
    first = await desk.begin(words(tokens=100))
    await desk.ends(first, AgentStatus.COMPLETED)
    second = await desk.begin(step(tokens=50))
    record = await pauses(desk, second)
    assert record.question.title == "Today's budget is used up"
    third = await desk.begin()
    await pauses(desk, third)
    desk.plays(words(tokens=50))
    await desk.answer(record, "more")
    await desk.ends(second, AgentStatus.COMPLETED)
    # What was granted on that day is granted to all of it.
    fourth = await desk.begin(words(tokens=50))
    await desk.ends(fourth, AgentStatus.COMPLETED)


async def test_the_next_day_has_a_budget_of_its_own(desk: Desk) -> None:
    await limit(desk, "day", tokens=100)
    first = await desk.begin(words(tokens=100))
    await desk.ends(first, AgentStatus.COMPLETED)
    desk.passes(timedelta(days=1))
    second = await desk.begin(words(tokens=100))
    await desk.ends(second, AgentStatus.COMPLETED)


async def test_what_was_spent_is_spent_also_when_its_session_is_gone(desk: Desk) -> None:
    await limit(desk, "day", tokens=100)
    session_id = await desk.begin(words(tokens=100))
    await desk.ends(session_id, AgentStatus.COMPLETED)
    await desk.engine.sessions.purge(session_id)
    assert (await spent(desk)).tokens == 100
    other = await desk.begin()
    await pauses(desk, other)


async def test_a_pause_can_be_stopped_deleted_or_written_over(desk: Desk) -> None:
    await limit(desk, tokens=100)
    stopped, binned, steered = [await desk.begin(step(tokens=100)) for _ in range(3)]
    for session_id in (stopped, binned, steered):
        await pauses(desk, session_id)
    assert await desk.engine.runs.stop(stopped)
    await desk.ends(stopped, AgentStatus.CANCELLED)
    await desk.engine.sessions.trash(binned)
    desk.plays(words("instead"))
    await desk.send(steered, "Leave that.", mode=QueueMode.STEER)
    await desk.ends(steered, AgentStatus.COMPLETED)
    assert await desk.engine.questions.open() == ()
    await desk.engine.sessions.purge(binned)
    await desk.restart()
    assert await desk.engine.questions.open() == ()


@pytest.mark.parametrize("action", ["stop", "finish"])
async def test_what_is_set_for_a_limit_is_done_and_recorded_as_the_engines_answer(
    desk: Desk, action: str
) -> None:
    await limit(desk, tokens=100)
    await desk.engine.preferences.put("budget.at_limit", action)
    session_id = await desk.begin(step(tokens=100), words("What I have."))
    is_stopped = action == "stop"
    await desk.ends(session_id, AgentStatus.CANCELLED if is_stopped else AgentStatus.COMPLETED)
    assert len(desk.model.requests) == (1 if is_stopped else 2)
    (entry,) = (each for each in await desk.transcript(session_id) if each.question)
    assert entry.question is not None
    assert entry.question.answer is not None
    assert entry.question.answer.answered_by == "engine"
    (told,) = (each.event for each in desk.events if isinstance(each.event, QuestionAnswered))
    assert told.labels == ("Stop" if is_stopped else "Finish up now",)
    assert await desk.engine.questions.open() == ()


async def test_a_model_that_calls_in_its_last_answer_runs_nothing(desk: Desk) -> None:
    await limit(desk, tokens=100)
    session_id = await desk.begin(step(tokens=100))
    desk.plays(step(read(), read()))
    await desk.answer(await pauses(desk, session_id), "finish")
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert await tools_run(desk, session_id) == 0
    assert (await desk.shown(session_id))[-2].endswith("used up before there was an answer.")


async def test_a_playbook_spends_no_money_and_has_no_last_answer(
    desk: Desk, tmp_path: Path
) -> None:
    await limit(desk, cost_micros=0, calls=1)
    path = tmp_path / "two.yaml"
    path.write_text(PLAY)
    session = await desk.engine.sessions.create(
        workspace=str(desk.workspace), model=ModelRef(provider=PLAYBOOK_PROVIDER, model=str(path))
    )
    await desk.send(session.id, "play")
    record = await pauses(desk, session.id)
    assert choices(record) == ["more", "stop"]
    await desk.answer(record, "more")
    await desk.ends(session.id, AgentStatus.COMPLETED)
    assert (await desk.shown(session.id))[-2] == "assistant Done."
