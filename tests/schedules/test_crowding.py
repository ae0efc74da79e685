"""What is due without room is told at once whether it will run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bamboo_desktop.domain.occurrence import OccurrenceState
from bamboo_desktop.domain.schedule import Misfire, Overlap, Schedule
from bamboo_desktop.domain.trigger import Cron
from bamboo_desktop.providers.port import CallFault, ModelCallError
from bamboo_desktop.store import schedules
from bamboo_desktop.store.transaction import Tx
from tests.engine.scripted import Reply, call, say, use
from tests.schedules.office import Office
from tests.waiting import until

RUNNING, SUCCESS, QUEUED = OccurrenceState.RUNNING, OccurrenceState.SUCCESS, OccurrenceState.QUEUED
WAITING, SKIPPED, FAILED = OccurrenceState.WAITING, OccurrenceState.SKIPPED, OccurrenceState.FAILED
ASK = call("Ask", items=[{"id": "q", "kind": "text", "prompt": "Which?"}])
DOWN = ModelCallError(CallFault.UNREACHABLE, "Nobody answers.")


@pytest.fixture
async def office(data_dir: Path) -> AsyncIterator[Office]:
    async with Office(data_dir) as office:
        await office.engine.preferences.put("schedules.parallel", "1")
        yield office


def busy(gate: asyncio.Event) -> Reply:
    return say("working", gate=gate.wait)


async def test_one_that_overlaps_is_skipped_when_it_is_due_and_not_when_there_is_room(
    office: Office,
) -> None:
    gate = asyncio.Event()
    office.plays(busy(gate))
    schedule = await office.schedule()
    await office.hours_pass()
    await office.hours_pass()
    assert await office.told(schedule.id) == ["running on_time", "skipped overlap"]
    gate.set()
    await office.becomes(schedule.id, SUCCESS, SKIPPED)


async def test_one_behind_a_question_is_skipped_also_while_another_schedule_takes_the_room(
    office: Office,
) -> None:
    gate = asyncio.Event()
    office.plays(use(ASK), busy(gate))
    asking = await office.schedule(name="Asks")
    await office.hours_pass()
    await office.becomes(asking.id, WAITING)
    other = await office.schedule(name="Long")
    await office.engine.occurrences.run_now(other.id)
    await office.tick()
    await office.becomes(other.id, RUNNING)
    await office.hours_pass()
    assert (await office.told(asking.id))[-1] == "skipped waits_for_you"
    gate.set()
    await office.settles()


async def test_the_newer_one_stops_the_older_also_without_room_beside_it(office: Office) -> None:
    gate = asyncio.Event()
    office.plays(busy(gate), say("newer"))
    schedule = await office.schedule(overlap=Overlap.CANCEL_PREVIOUS)
    await office.hours_pass()
    await office.hours_pass()
    await office.becomes(schedule.id, OccurrenceState.CANCELLED, QUEUED)
    await office.tick()
    await office.becomes(schedule.id, OccurrenceState.CANCELLED, SUCCESS)


async def test_what_waits_for_room_alone_stays_and_only_one_of_it(office: Office) -> None:
    gate = asyncio.Event()
    office.plays(busy(gate), say("at last"))
    long = await office.schedule(name="Long")
    await office.engine.occurrences.run_now(long.id)
    await office.tick()
    await office.becomes(long.id, RUNNING)
    hourly = await office.schedule()
    await office.engine.schedules.set_enabled(long.id, enabled=False)
    await office.hours_pass()
    await office.hours_pass()
    assert await office.told(hourly.id) == ["queued on_time", "skipped overlap"]
    gate.set()
    await office.settles()
    await office.tick()
    await office.becomes(hourly.id, SUCCESS, SKIPPED)
    row = (await office.rows(hourly.id))[0]
    assert row.timing == "late"
    assert row.started_at is not None
    assert row.started_at - row.claimed_at >= timedelta(hours=1)


async def test_each_that_was_missed_runs_one_after_another(office: Office) -> None:
    gate = asyncio.Event()
    await office.engine.preferences.put("schedules.parallel", "4")
    office.plays(busy(gate), say("second"), say("third"))
    schedule = await office.schedule(misfire=Misfire.EACH)
    await office.hours_pass(3.5)
    assert await office.told(schedule.id) == ["queued caught_up"] * 3
    office.passes(timedelta(minutes=2))
    dispatcher = office.engine._timetable._dispatcher
    dispatcher._pace._began -= 120
    await dispatcher.start_due()
    dispatcher._pace._last_start = None
    await dispatcher.start_due()
    assert [row.state for row in await office.rows(schedule.id)] == [RUNNING, QUEUED, QUEUED]
    gate.set()
    for count in (1, 2, 3):
        await office.becomes(schedule.id, *[SUCCESS] * count, *[QUEUED] * (3 - count))
        dispatcher._pace._last_start = None
        await dispatcher.start_due()


async def test_a_run_late_in_the_evening_before_the_clock_goes_back_counts_for_its_own_day(
    office: Office,
) -> None:
    """25 October 2026 in Berlin is 25 hours long; 23:30 is 24.5 hours after its midnight."""
    office.clock.shift += datetime(2026, 10, 24, 21, 50, tzinfo=UTC) - office.clock.now()
    schedule = await office.schedule(
        trigger=Cron(expression="10 0,23 * * *"), zone="Europe/Berlin", daily_cap=1
    )
    office.plays(say("after midnight"))
    await office.hours_pass(1 / 3 + 5 / 3600)
    await office.becomes(schedule.id, SUCCESS)
    office.passes(datetime(2026, 10, 25, 22, 10, 5, tzinfo=UTC) - office.clock.now())
    await office.tick()
    assert await office.told(schedule.id) == ["success on_time", "skipped daily_cap"]
    await until(lambda: office.engine.runs.active() == (), what="nothing runs")


async def test_one_taken_back_while_it_is_being_started_is_stopped(office: Office) -> None:
    gate = asyncio.Event()
    office.plays(busy(gate))
    schedule = await office.schedule()
    made = await office.engine.occurrences.run_now(schedule.id)
    starting = asyncio.ensure_future(office.engine.occurrences.start(made.id))
    cancelled = await office.engine.occurrences.cancel(made.id)
    await starting
    assert cancelled
    await office.becomes(schedule.id, OccurrenceState.CANCELLED)
    await until(lambda: office.engine.runs.active() == (), what="nothing runs on")


async def test_an_edit_during_the_preparation_of_a_start_counts(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule = await office.schedule()

    async def edited_meanwhile(*_: object) -> str:
        monkeypatch.undo()
        draft = office.draft(prompt="Do it otherwise.", trigger=schedule.trigger)
        await office.engine.schedules.edit(schedule.id, draft, expected_revision=1)
        return ""

    monkeypatch.setattr("bamboo_desktop.engine.schedules.dispatcher.hindrance", edited_meanwhile)
    office.plays(say("done"))
    await office.hours_pass()
    await office.tick()
    await office.becomes(schedule.id, SUCCESS)
    assert office.told_model()[-1] == ("user", "Do it otherwise.")


async def test_what_came_due_while_a_rule_could_not_be_read_is_told_at_the_resume(
    office: Office,
) -> None:
    schedule = await office.schedule(trigger=Cron(expression="0 * * * *"))
    database = office.engine._services.database

    def ruled(tx: Tx, expression: str) -> Schedule:
        present = schedules.required(tx, schedule.id)
        return schedules.save(tx, replace(present, trigger=Cron(expression=expression)))

    await database.write(lambda tx: ruled(tx, "0 * * *"))
    await office.hours_pass()
    paused = await office.engine.schedules.get(schedule.id)
    assert paused.pause is not None
    assert paused.plan.next_at is None
    office.passes(timedelta(hours=5))
    await database.write(lambda tx: ruled(tx, "0 * * * *"))
    resumed = await office.engine.schedules.resume(schedule.id)
    rows = await office.rows(schedule.id)
    assert sum(row.count for row in rows) == 6
    assert "missed paused" in await office.told(schedule.id)
    assert resumed.plan.next_at is not None
    assert resumed.plan.next_at > office.clock.now()
