"""A run that failed for now is tried again, also after a crash, and its failure is kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bamboo_desktop.domain.occurrence import Occurrence, OccurrenceState, Reason
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.schedule import QuietHours, Schedule
from bamboo_desktop.domain.trigger import Once
from bamboo_desktop.providers.port import CallFault, ModelCallError
from tests.engine.scripted import Reply, say
from tests.schedules.office import Office

RUNNING, SUCCESS, QUEUED = OccurrenceState.RUNNING, OccurrenceState.SUCCESS, OccurrenceState.QUEUED
WAITING, SKIPPED, FAILED = OccurrenceState.WAITING, OccurrenceState.SKIPPED, OccurrenceState.FAILED
DOWN = ModelCallError(CallFault.UNREACHABLE, "Nobody answers.")


@pytest.fixture
async def office(data_dir: Path) -> AsyncIterator[Office]:
    async with Office(data_dir) as office:
        await office.engine.preferences.put("schedules.parallel", "1")
        yield office


def busy(gate: asyncio.Event) -> Reply:
    return say("working", gate=gate.wait)


async def only(office: Office, schedule: Schedule) -> Occurrence:
    (row,) = await office.rows(schedule.id)
    return row


async def fails_for_now(office: Office, schedule: Schedule) -> Occurrence:
    """A run that nobody answered, queued for another try."""
    office.plays(*(Reply(fails=DOWN) for _ in range(office._limits.model_attempts)))
    await office.hours_pass()
    await office.becomes(schedule.id, QUEUED)
    return await only(office, schedule)


async def test_a_retry_that_finds_the_person_at_work_stays_failed_with_its_words(
    office: Office,
) -> None:
    gate = asyncio.Event()
    schedule = await office.schedule()
    row = await fails_for_now(office, schedule)
    assert row.session_id is not None
    office.plays(busy(gate))
    await office.send(row.session_id, "I look myself.")
    office.passes(timedelta(seconds=31))
    await office.tick()
    after = await only(office, schedule)
    assert (after.state, after.reason, after.error) == (FAILED, Reason.BUSY, row.error)
    assert "Nobody answers." in after.error
    gate.set()
    await office.ends(row.session_id, AgentStatus.COMPLETED)


async def test_a_schedule_switched_off_before_a_retry_keeps_the_failure(office: Office) -> None:
    schedule = await office.schedule()
    row = await fails_for_now(office, schedule)
    await office.engine.schedules.set_enabled(schedule.id, enabled=False)
    after = await only(office, schedule)
    assert (after.state, after.reason, after.error) == (FAILED, Reason.DISABLED, row.error)
    detail = await office.engine.occurrences.detail(row.id)
    assert [(each.state, each.reason) for each in detail.attempts] == [(FAILED, Reason.NONE)]


async def test_a_retry_taken_back_leaves_the_first_attempt_as_it_was(office: Office) -> None:
    schedule = await office.schedule()
    row = await fails_for_now(office, schedule)
    assert await office.engine.occurrences.cancel(row.id)
    detail = await office.engine.occurrences.detail(row.id)
    assert detail.occurrence.state is OccurrenceState.CANCELLED
    assert [each.state for each in detail.attempts] == [FAILED]
    assert "Nobody answers." in detail.attempts[0].error


async def test_a_failure_right_before_a_crash_is_tried_again_after_the_start(
    office: Office,
) -> None:
    office.engine._timetable._follow_up.close()
    office.plays(*(Reply(fails=DOWN) for _ in range(office._limits.model_attempts)))
    schedule = await office.schedule()
    await office.hours_pass()
    await office.becomes(schedule.id, FAILED)
    await office.restart()
    await office.engine._timetable._follow_up.make_up()
    assert (await only(office, schedule)).state is QUEUED
    office.plays(say("there"))
    office.passes(timedelta(seconds=31))
    await office.tick()
    await office.becomes(schedule.id, SUCCESS)
    assert (await only(office, schedule)).attempt == 2


async def test_what_failed_before_the_start_and_was_seen_to_is_left_alone(office: Office) -> None:
    no = ModelCallError(CallFault.INVALID_REQUEST, "No.")
    office.engine._timetable._follow_up.close()
    office.plays(Reply(fails=no), Reply(fails=no))
    lasting = await office.schedule(name="Lasting")
    edited = await office.schedule(name="Edited")
    await office.hours_pass()
    await office.becomes(lasting.id, FAILED)
    await office.tick()
    await office.becomes(edited.id, FAILED)
    await office.engine.schedules.set_enabled(edited.id, enabled=False)
    await office.restart()
    await office.engine._timetable._follow_up.make_up()
    assert (await only(office, lasting)).state is FAILED
    assert (await only(office, edited)).state is FAILED


async def test_a_start_of_the_program_makes_up_for_it_before_it_claims(office: Office) -> None:
    office.engine._timetable._follow_up.close()
    office.plays(*(Reply(fails=DOWN) for _ in range(office._limits.model_attempts)))
    schedule = await office.schedule()
    await office.hours_pass()
    await office.becomes(schedule.id, FAILED)
    await office.restart()
    office.engine._timetable.keep_going()
    await office.becomes(schedule.id, QUEUED)


async def test_a_retry_waits_for_the_end_of_the_quiet_hours(office: Office) -> None:
    began = office.clock.now() + timedelta(hours=1)
    quiet = QuietHours(
        start=(began + timedelta(seconds=20)).time().replace(microsecond=0),
        end=(began + timedelta(hours=6)).time().replace(microsecond=0),
    )
    schedule = await office.schedule(quiet=quiet, trigger=Once(at=began))
    await fails_for_now(office, schedule)
    office.passes(timedelta(seconds=60))
    await office.tick()
    row = await only(office, schedule)
    assert row.state is QUEUED
    assert row.not_before.time() == quiet.end
    office.plays(say("in the morning"))
    await office.hours_pass(6)
    await office.becomes(schedule.id, SUCCESS)
