"""What the ticker and the dispatcher ask again and again is a look-up, however much is stored."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from bamboo_desktop.domain.ids import ScheduleId
from bamboo_desktop.domain.occurrence import OccurrenceState
from bamboo_desktop.domain.schedule import Plan
from bamboo_desktop.store import occurrence_lists, occurrence_rewind, occurrences, schedules
from bamboo_desktop.store.transaction import Tx
from tests.sim import START
from tests.store.making import World
from tests.store.test_lookups import cost
from tests.store.test_schedules import AT, NIGHTLY, a_schedule, an_occurrence

ASKED: dict[str, Callable[[Tx], object]] = {
    "due": lambda tx: schedules.due(tx, START, limit=200),
    "next due": schedules.next_due,
    "next run": schedules.next_run,
    "ahead of": lambda tx: schedules.ahead_of(tx, AT),
    "latest accounted": schedules.latest_accounted,
    "claimed ahead": lambda tx: occurrence_rewind.claimed_ahead(tx, [NIGHTLY]),
    "far off": lambda tx: occurrence_rewind.far_off(tx, AT),
    "startable": lambda tx: occurrence_lists.startable(tx, AT, limit=200),
    "next start": lambda tx: occurrence_lists.next_start(tx, START),
    "running": occurrence_lists.running,
    "all open": occurrence_lists.all_open,
    "open of": lambda tx: occurrence_lists.open_of(tx, NIGHTLY),
}


def fill(tx: Tx, first: int, count: int) -> None:
    """Schedules that are not due, and occurrences that have ended."""
    for number in range(first, first + count):
        name = f"schedule {number}"
        later = AT + timedelta(days=9)
        plan = Plan(accounted_at=START, next_at=later)
        schedules.insert(tx, a_schedule(id=ScheduleId(name), plan=plan))
        ended = {"state": OccurrenceState.SUCCESS, "not_before": START, "last_at": START}
        for key in (ScheduleId(name), NIGHTLY):
            planned = START - timedelta(hours=number + 1)
            made = an_occurrence(f"{key} {number}", schedule_id=key, planned_at=planned, **ended)
            occurrences.add(tx, [made])


@pytest.fixture
async def filled(world: World) -> World:
    def first(tx: Tx) -> None:
        schedules.insert(tx, a_schedule(plan=Plan(accounted_at=AT, next_at=AT)))
        occurrences.add(tx, [an_occurrence("queued")])
        fill(tx, 0, 20)

    await world.db.write(first)
    return world


async def test_nothing_that_is_asked_at_each_tick_reads_a_table_from_end_to_end(
    filled: World,
) -> None:
    def plans(tx: Tx) -> dict[str, str]:
        found = {}
        for name, ask in ASKED.items():
            said: list[str] = []
            tx._raw.set_trace_callback(said.append)
            ask(tx)
            tx._raw.set_trace_callback(None)
            steps = [tx._raw.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall() for sql in said]
            found[name] = "\n".join(step[3] for each in steps for step in each)
        return found

    found = await filled.db.read(plans)
    assert all(plan for plan in found.values())
    assert {name: plan for name, plan in found.items() if "SCAN" in plan} == {}


async def test_a_tick_costs_the_same_with_many_schedules_and_a_long_history(filled: World) -> None:
    few = {name: await cost(filled, ask) for name, ask in ASKED.items()}
    await filled.db.write(lambda tx: fill(tx, 20, 1_000))
    many = {name: await cost(filled, ask) for name, ask in ASKED.items()}
    assert {name: (few[name], many[name]) for name in ASKED if many[name] > 1.5 * few[name]} == {}
