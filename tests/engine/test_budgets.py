"""A run pauses at each of its limits, and goes on as the person says."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bamboo_desktop.domain.errors import AlreadyAnsweredError
from bamboo_desktop.domain.events import BudgetExceeded
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.providers.port import CallFault, ModelCallError
from tests.engine.budgeting import (
    choices,
    limit,
    lives,
    pauses,
    read,
    spent,
    step,
    tools_run,
    words,
)
from tests.engine.scripted import Desk, Reply

LIMITS = [{"cost_micros": 1_000}, {"tokens": 100}, {"seconds": 60}, {"calls": 1}]


def one_step(desk: Desk) -> Reply:
    """An answer that uses up any of the limits, and asks for two calls."""
    usage = Usage(input_tokens=100, cost_micros=1_000)
    return replace(lives(desk, 60, read(), read()), usage=usage)


@pytest.mark.parametrize("limits", LIMITS)
async def test_each_limit_pauses_the_run_before_anything_more_is_done(
    desk: Desk, limits: dict[str, int]
) -> None:
    await limit(desk, **limits)
    session_id = await desk.begin(one_step(desk))
    record = await pauses(desk, session_id)
    assert record.question.title == "The budget of this run is used up"
    assert choices(record) == ["more", "finish", "stop"]
    assert len(desk.model.requests) == 1
    assert await tools_run(desk, session_id) == limits.get("calls", 0)
    (told,) = (each.event for each in desk.events if isinstance(each.event, BudgetExceeded))
    assert told.limit == next(iter(limits.values())) <= told.actual
    row = await desk.engine.sessions.summary(session_id)
    assert row is not None
    assert (row.status, row.open_questions) == (AgentStatus.WAITING_BUDGET, 1)


@pytest.mark.parametrize("is_restarted", [False, True])
@pytest.mark.parametrize("limits", LIMITS[:3])
async def test_some_more_is_as_much_again_and_is_counted_once(
    desk: Desk, limits: dict[str, int], *, is_restarted: bool
) -> None:
    await limit(desk, **limits)
    session_id = await desk.begin(one_step(desk))
    record = await pauses(desk, session_id)
    if is_restarted:
        await desk.restart()
    desk.plays(one_step(desk))
    await desk.answer(record, "more")
    second = await pauses(desk, session_id)
    assert second.question.id != record.question.id
    assert await tools_run(desk, session_id) == 2
    assert len(desk.model.requests) == 2
    await desk.restart()
    assert (await pauses(desk, session_id)).question == second.question
    desk.plays(words())
    await desk.answer(second, "more")
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert await tools_run(desk, session_id) == 4


async def test_a_large_step_over_the_limit_does_not_eat_what_is_granted(desk: Desk) -> None:
    await limit(desk, tokens=100)
    session_id = await desk.begin(step(tokens=950), step(tokens=99), words())
    await desk.answer(await pauses(desk, session_id), "more")
    await desk.ends(session_id, AgentStatus.COMPLETED)


@pytest.mark.parametrize("is_restarted", [False, True])
async def test_finishing_up_is_one_last_answer_without_tools(
    desk: Desk, *, is_restarted: bool
) -> None:
    await limit(desk, tokens=100)
    session_id = await desk.begin(step(tokens=100))
    record = await pauses(desk, session_id)
    if is_restarted:
        await desk.restart()
    desk.plays(step(tokens=50, text="What I have."))
    await desk.answer(record, "finish")
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert len(desk.model.requests) == 2
    assert not desk.model.requests[-1].may_call
    assert "used up" in desk.model.requests[-1].system
    assert "The budget was used up." in desk.told_model()[-1][1]
    assert await tools_run(desk, session_id) == 0
    shown = await desk.shown(session_id)
    assert "tool Glob cancelled" in shown
    assert shown[-2:] == ["assistant What I have.", "run_end completed"]


@pytest.mark.parametrize("is_restarted", [False, True])
async def test_stopping_cancels_with_the_reason_and_continue_asks_again(
    desk: Desk, *, is_restarted: bool
) -> None:
    await limit(desk, tokens=100)
    session_id = await desk.begin(step(tokens=100))
    record = await pauses(desk, session_id)
    if is_restarted:
        await desk.restart()
    await desk.answer(record, "stop")
    await desk.ends(session_id, AgentStatus.CANCELLED)
    end = (await desk.transcript(session_id))[-1]
    assert end.run_end is not None
    assert "budget of this run is used up, and you chose to stop" in end.run_end.error
    assert len(desk.model.requests) == 1
    await desk.engine.runs.continue_(session_id)
    desk.plays(words())
    await desk.answer(await pauses(desk, session_id), "more")
    await desk.ends(session_id, AgentStatus.COMPLETED)


async def test_a_new_message_begins_a_new_budget(desk: Desk) -> None:
    await limit(desk, tokens=100)
    session_id = await desk.begin(words(tokens=100))
    await desk.ends(session_id, AgentStatus.COMPLETED)
    desk.plays(words(tokens=100))
    await desk.send(session_id, "again")
    await desk.ends(session_id, AgentStatus.COMPLETED)


@pytest.mark.parametrize("tokens", [100, 5_000])
async def test_a_run_that_ends_at_its_limit_or_over_it_has_ended(desk: Desk, tokens: int) -> None:
    await limit(desk, tokens=100)
    session_id = await desk.begin(step(tokens=99), words(tokens=tokens - 99))
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert (await spent(desk)).tokens == tokens
    assert await desk.engine.questions.open() == ()


async def test_of_parallel_calls_only_so_many_run_as_are_left_and_each_once(desk: Desk) -> None:
    await limit(desk, calls=3)
    session_id = await desk.begin(step(*(read() for _ in range(7))), words())
    record = await pauses(desk, session_id)
    assert await tools_run(desk, session_id) == 3
    await desk.answer(record, "more")
    record = await pauses(desk, session_id)
    assert await tools_run(desk, session_id) == 6
    await desk.answer(record, "more")
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert await tools_run(desk, session_id) == (await spent(desk)).calls == 7
    assert (await desk.shown(session_id)).count("tool Glob ok") == 7


async def test_several_limits_that_are_reached_together_are_one_question(desk: Desk) -> None:
    await limit(desk, tokens=100, cost_micros=1_000_000)
    session_id = await desk.begin(step(tokens=100, cost=1_250_000), words())
    record = await pauses(desk, session_id)
    assert "$1.25 of $1.00 and 100 of 100 tokens." in record.question.items[0].prompt
    await desk.answer(record, "more")
    await desk.ends(session_id, AgentStatus.COMPLETED)


@pytest.mark.parametrize("answer", ["more", "finish"])
async def test_a_note_with_the_answer_is_read_by_the_agent(desk: Desk, answer: str) -> None:
    await limit(desk, tokens=100)
    session_id = await desk.begin(step(tokens=100), words())
    await desk.answer(await pauses(desk, session_id), answer, note="Be brief.")
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert desk.told_model()[-1] == ("user", "Be brief.")
    assert len(desk.model.requests) == 2
    assert (await desk.shown(session_id)).count("user Be brief.") == 1
    assert await desk.engine.runs.queued(session_id) == ()


async def test_an_answer_from_two_places_at_once_counts_once(desk: Desk) -> None:
    await limit(desk, tokens=100)
    session_id = await desk.begin(step(tokens=100), step(tokens=100))
    record = await pauses(desk, session_id)
    given = await asyncio.gather(
        desk.answer(record, "more"), desk.answer(record, "more"), return_exceptions=True
    )
    assert [type(each) for each in given if each is not None] == [AlreadyAnsweredError]
    await pauses(desk, session_id)
    assert len(desk.model.requests) == 2


async def test_waiting_for_the_person_costs_no_time(desk: Desk) -> None:
    await limit(desk, seconds=60)
    session_id = await desk.begin(lives(desk, 59), lives(desk, 1), words())
    await pauses(desk, session_id)
    desk.clock.lived += 10_000
    await desk.answer(await desk.question(session_id), "more")
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert 60_000 <= (await spent(desk)).live_ms < 120_000


async def test_time_that_is_written_down_is_not_counted_again(desk: Desk) -> None:
    await limit(desk, seconds=60)
    session_id = await desk.begin(lives(desk, 25), lives(desk, 25), words())
    await desk.ends(session_id, AgentStatus.COMPLETED)


async def test_the_time_of_a_run_that_failed_counts_when_it_goes_on(desk: Desk) -> None:
    await limit(desk, seconds=60)
    refused = ModelCallError(CallFault.AUTHENTICATION, "The key was refused.")
    session_id = await desk.begin(replace(lives(desk, 60), fails=refused))
    await desk.ends(session_id, AgentStatus.ERROR)
    await desk.engine.runs.continue_(session_id)
    await pauses(desk, session_id)
    assert len(desk.model.requests) == 1


async def test_without_limits_nothing_is_asked(desk: Desk) -> None:
    session_id = await desk.begin(one_step(desk), one_step(desk), words())
    await desk.ends(session_id, AgentStatus.COMPLETED)
    used = await spent(desk)
    assert (used.tokens, used.cost_micros, used.calls) == (200, 2_000, 4)
