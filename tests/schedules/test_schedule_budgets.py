"""The budgets of a schedule hold over its runs, its days and all its life."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bamboo_desktop.domain.budget import Budget, BudgetAction, Budgets, BudgetScope
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.model import ModelRef, ProviderConfig, ProviderKind
from bamboo_desktop.domain.occurrence import OccurrenceState, Reason
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.schedule import Misfire, Schedule
from bamboo_desktop.providers.port import CallFault, ModelCallError
from tests.engine.budgeting import limit, pauses, step, words
from tests.engine.scripted import MODEL, say
from tests.schedules.office import Office

SUCCESS, WAITING, SKIPPED = (
    OccurrenceState.SUCCESS,
    OccurrenceState.WAITING,
    OccurrenceState.SKIPPED,
)
CANCELLED = OccurrenceState.CANCELLED
AHEAD = "Pacific/Kiritimati"
"""Fourteen hours ahead of UTC: its midnight is at ten in the morning there."""


@pytest.fixture
async def office(data_dir: Path) -> AsyncIterator[Office]:
    async with Office(data_dir) as office:
        now = office.clock.now()
        office.passes(now.replace(hour=8, minute=30, second=0) - now)
        yield office


def tokens(number: int, scope: BudgetScope, action: BudgetAction = BudgetAction.ASK) -> Budgets:
    return Budgets(limits=(Budget(scope=scope, tokens=number),), at_limit=action)


async def newest(office: Office, schedule: Schedule) -> SessionId:
    session_id = (await office.rows(schedule.id))[-1].session_id
    assert session_id is not None
    return session_id


async def test_a_run_waits_at_the_budget_of_its_schedule_and_goes_on_when_answered(
    office: Office,
) -> None:
    schedule = await office.schedule(budgets=tokens(100, BudgetScope.RUN))
    office.plays(step(tokens=100))
    await office.hours_pass()
    await office.becomes(schedule.id, WAITING)
    assert await office.told(schedule.id) == ["waiting budget"]
    record = await pauses(office, await newest(office, schedule))
    await office.restart()
    office.plays(words())
    await office.answer(record, "more")
    await office.becomes(schedule.id, SUCCESS)


async def test_a_run_keeps_the_budget_it_was_started_with(office: Office) -> None:
    schedule = await office.schedule(budgets=tokens(100, BudgetScope.RUN))
    office.plays(step(tokens=100))
    await office.hours_pass()
    await office.becomes(schedule.id, WAITING)
    session_id = await newest(office, schedule)
    now = await office.engine.schedules.get(schedule.id)
    draft = replace(office.draft(trigger=now.trigger), budgets=tokens(10_000, BudgetScope.RUN))
    await office.engine.schedules.edit(schedule.id, draft, expected_revision=now.revision)
    office.plays(step(tokens=100))
    await office.answer(await pauses(office, session_id), "more")
    await pauses(office, session_id)
    await office.engine.runs.stop(session_id)
    await office.becomes(schedule.id, CANCELLED)
    office.plays(step(tokens=5_000), words())
    await office.hours_pass()
    await office.becomes(schedule.id, CANCELLED, SUCCESS)


async def test_a_schedule_without_a_budget_per_run_has_that_of_the_settings(
    office: Office,
) -> None:
    await limit(office, tokens=100)
    bare = await office.schedule()
    own = await office.schedule(budgets=tokens(1_000, BudgetScope.RUN))
    office.plays(step(tokens=500), step(tokens=500), words())
    await office.hours_pass()
    await office.becomes(bare.id, WAITING)
    await office.becomes(own.id, SUCCESS)


async def test_what_a_schedule_has_used_up_starts_no_session_any_more(office: Office) -> None:
    schedule = await office.schedule(budgets=tokens(150, BudgetScope.SCHEDULE))
    office.plays(words(tokens=100), words(tokens=50))
    for _ in range(2):
        await office.hours_pass()
        await office.settles()
    await office.becomes(schedule.id, SUCCESS, SUCCESS)
    await office.engine.sessions.purge(await newest(office, schedule))
    await office.restart()
    await office.hours_pass()
    await office.becomes(schedule.id, SUCCESS, SUCCESS, SKIPPED)
    last = (await office.rows(schedule.id))[-1]
    assert (last.reason, last.session_id) == (Reason.BUDGET, None)
    assert (await office.engine.schedules.get(schedule.id)).pause is None
    other = await office.schedule(budgets=tokens(150, BudgetScope.SCHEDULE))
    office.plays(words(tokens=100))
    await office.hours_pass()
    await office.becomes(other.id, SUCCESS)


async def test_more_that_is_granted_lets_the_next_ones_start_again(office: Office) -> None:
    schedule = await office.schedule(budgets=tokens(100, BudgetScope.SCHEDULE))
    office.plays(step(tokens=100))
    await office.hours_pass()
    await office.becomes(schedule.id, WAITING)
    office.plays(words(tokens=10))
    await office.answer(await pauses(office, await newest(office, schedule)), "more")
    await office.becomes(schedule.id, SUCCESS)
    office.plays(words(tokens=10))
    await office.hours_pass()
    await office.becomes(schedule.id, SUCCESS, SUCCESS)


@pytest.mark.parametrize(("zone", "second"), [("UTC", SKIPPED), (AHEAD, SUCCESS)])
async def test_a_day_is_that_of_the_schedules_zone(
    office: Office, zone: str, second: OccurrenceState
) -> None:
    schedule = await office.schedule(zone=zone, budgets=tokens(100, BudgetScope.DAY))
    office.plays(words(tokens=100), words())
    await office.hours_pass()
    await office.becomes(schedule.id, SUCCESS)
    await office.hours_pass()
    await office.becomes(schedule.id, SUCCESS, second)


async def test_a_days_budget_over_everything_holds_for_schedules_too(office: Office) -> None:
    await limit(office, "day", tokens=100)
    schedule = await office.schedule()
    session_id = await office.begin(words(tokens=100))
    await office.ends(session_id, AgentStatus.COMPLETED)
    await office.hours_pass()
    await office.becomes(schedule.id, SKIPPED)
    assert await office.told(schedule.id) == ["skipped budget"]


@pytest.mark.parametrize(
    ("action", "told"),
    [(BudgetAction.STOP, "cancelled budget"), (BudgetAction.FINISH, "success on_time")],
)
async def test_where_nobody_is_there_it_stops_or_finishes_by_itself(
    office: Office, action: BudgetAction, told: str
) -> None:
    schedule = await office.schedule(budgets=tokens(100, BudgetScope.RUN, action))
    office.plays(step(tokens=100), words("What I have."))
    await office.hours_pass()
    state = CANCELLED if action is BudgetAction.STOP else SUCCESS
    await office.becomes(schedule.id, state)
    assert await office.told(schedule.id) == [told]
    (record,) = (
        each.question
        for each in await office.transcript(await newest(office, schedule))
        if each.question is not None
    )
    assert record.answer is not None
    assert record.answer.answered_by == "engine"


async def test_a_retry_is_counted_with_the_attempt_that_failed(office: Office) -> None:
    schedule = await office.schedule(budgets=tokens(100, BudgetScope.RUN), retries=1)
    cut = ModelCallError(CallFault.OVERLOADED, "Not now.")
    office.plays(step(tokens=99), *(say("", fails=cut) for _ in range(3)))
    await office.hours_pass()
    await office.settles()
    office.plays(step(tokens=1))
    office.passes(timedelta(minutes=1))
    await office.tick()
    await office.becomes(schedule.id, WAITING)
    assert await office.told(schedule.id) == ["waiting budget"]


async def test_a_retry_for_which_nothing_is_left_asks_and_is_not_given_up(office: Office) -> None:
    await limit(office, "day", tokens=100)
    schedule = await office.schedule(retries=1)
    cut = ModelCallError(CallFault.OVERLOADED, "Not now.")
    office.plays(*(say("", fails=cut) for _ in range(3)))
    await office.hours_pass()
    await office.settles()
    other = await office.begin(words(tokens=100))
    await office.ends(other, AgentStatus.COMPLETED)
    office.passes(timedelta(minutes=1))
    await office.tick()
    await office.becomes(schedule.id, WAITING)


async def test_a_model_of_this_machine_needs_no_money(office: Office) -> None:
    local = ProviderConfig(
        id=MODEL.provider,
        kind=ProviderKind.OLLAMA,
        label="Local",
        base_url="http://127.0.0.1:9",
    )
    budgets = Budgets(limits=(Budget(scope=BudgetScope.SCHEDULE, cost_micros=0),))
    paid = await office.schedule(budgets=budgets)
    await office.hours_pass()
    await office.becomes(paid.id, SKIPPED)
    await office.engine.models.save_provider(local)
    free = await office.schedule(budgets=budgets, model=ModelRef(provider=local.id, model="any"))
    await office.hours_pass()
    await office.settles()
    (row,) = await office.rows(free.id)
    assert row.reason is not Reason.BUDGET


async def test_missed_ones_that_are_asked_about_are_listed_until_decided(office: Office) -> None:
    schedule = await office.schedule(misfire=Misfire.ASK)
    assert await office.engine.occurrences.asked() == ()
    await office.hours_pass(5.5)
    first, *rest = await office.engine.occurrences.asked()
    assert first.schedule_id == schedule.id
    assert await office.engine.occurrences.decide_missed(first.id, run=False)
    assert await office.engine.occurrences.asked() == tuple(rest)
