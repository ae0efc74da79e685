"""What schedules promise where other programs were seen to fail."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from bamboo_desktop.domain.errors import InvalidInputError, NotFoundError, StorageError
from bamboo_desktop.domain.fire import FireNote
from bamboo_desktop.domain.ids import OccurrenceId
from bamboo_desktop.domain.occurrence import OccurrenceState, Reason
from bamboo_desktop.domain.schedule import Pause, PauseReason, Schedule
from bamboo_desktop.domain.trigger import Cron, Daily, FireWindow, Interval, Once
from bamboo_desktop.engine.schedules import preflight
from bamboo_desktop.engine.schedules.fires import fires
from bamboo_desktop.providers.port import CallFault, ModelCallError
from bamboo_desktop.store import occurrences, schedules
from tests.engine.scripted import Reply, say
from tests.faults.moment import Moment
from tests.schedules.making import ZONES, utc
from tests.schedules.office import Office
from tests.waiting import until

FAILED, SUCCESS, RUNNING = OccurrenceState.FAILED, OccurrenceState.SUCCESS, OccurrenceState.RUNNING
NO = ModelCallError(CallFault.INVALID_REQUEST, "No.")


@pytest.fixture
def moment() -> Moment:
    return Moment()


@pytest.fixture
async def office(data_dir: Path, moment: Moment) -> AsyncIterator[Office]:
    async with Office(data_dir, faults=moment) as office:
        yield office


async def test_a_run_that_a_crash_cut_off_blocks_no_later_one(office: Office) -> None:
    gate = asyncio.Event()
    office.plays(say("working", gate=gate.wait))
    schedule = await office.schedule()
    await office.hours_pass()
    await until(lambda: office.model.requests, what="the model was asked")
    await office.restart()
    office.plays(say("the next"))
    await office.hours_pass()
    await office.becomes(schedule.id, OccurrenceState.INTERRUPTED, SUCCESS)


def test_a_time_that_the_clock_skips_runs_once_at_the_end_of_the_gap() -> None:
    clock = ZONES.clock("Europe/Berlin")
    rule = Cron(expression="30 2 * * *")
    before = utc("2026-03-28 01:31")
    found = list(islice(fires(rule, clock, FireWindow(), before), 2))
    assert [(fire.at, fire.note) for fire in found] == [
        (utc("2026-03-29 01:00"), FireNote.AFTER_GAP),
        (utc("2026-03-30 00:30"), FireNote.NONE),
    ]


def test_the_first_fire_of_a_window_is_one_of_the_rule_and_not_its_start() -> None:
    clock = ZONES.clock("UTC")
    window = FireWindow(start_at=utc("2026-05-01 00:00"), end_at=utc("2026-05-02 09:00"))
    nine = Daily(at=utc("2026-01-01 09:00").time())
    found = [fire.at for fire in fires(nine, clock, window, utc("2026-03-02 00:00"))]
    assert found == [utc("2026-05-01 09:00"), utc("2026-05-02 09:00")]


async def test_a_claim_that_the_disk_refused_is_made_at_the_next_tick(
    office: Office, moment: Moment, expects_log: list[Any]
) -> None:
    schedule = await office.schedule()
    office.plays(say("done"))
    office.passes(timedelta(hours=1))
    moment.is_broken = True
    with pytest.raises(StorageError):
        await office.tick()
    moment.is_broken = False
    assert await office.rows(schedule.id) == ()
    await office.tick()
    await office.becomes(schedule.id, SUCCESS)


async def test_what_has_run_its_course_can_still_be_renamed(office: Office) -> None:
    once = Once(at=office.clock.now() + timedelta(hours=1))
    schedule = await office.schedule(trigger=once)
    office.plays(say("done"))
    await office.hours_pass()
    await office.becomes(schedule.id, SUCCESS)
    renamed = await office.engine.schedules.edit(
        schedule.id, office.draft(name="Then", trigger=schedule.trigger), expected_revision=1
    )
    assert (renamed.name, renamed.plan.next_at) == ("Then", None)
    with pytest.raises(InvalidInputError, match="no fire"):
        await office.schedule(trigger=once)


async def test_two_that_are_queued_do_not_run_side_by_side(office: Office) -> None:
    gate = asyncio.Event()
    office.plays(say("working", gate=gate.wait))
    schedule = await office.schedule()
    for _ in range(2):
        office.passes(timedelta(hours=1))
        await office.engine._timetable._ticker.tick()
    await office.tick()
    assert [row.state for row in await office.rows(schedule.id)] == [
        RUNNING,
        OccurrenceState.SKIPPED,
    ]
    gate.set()
    await office.becomes(schedule.id, SUCCESS, OccurrenceState.SKIPPED)


async def test_a_zone_that_does_not_exist_is_refused_for_an_interval_too(office: Office) -> None:
    every = Interval(every=timedelta(hours=1), anchor_at=office.clock.now())
    with pytest.raises(InvalidInputError, match="no time zone"):
        await office.schedule(trigger=every, zone="Europe/Atlantis")


async def test_a_folder_that_does_not_answer_holds_up_nobody_else(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    never = asyncio.Event()

    async def checked(models: Any, looks: Any, resolved: Any) -> str:
        if resolved.workspace:
            await never.wait()
        return ""

    monkeypatch.setattr(preflight, "_hindrance", checked)
    monkeypatch.setattr(preflight, "LIMIT_SECONDS", 0.01)
    stuck = await office.schedule(name="a", workspace=str(office.workspace))
    other = await office.schedule(name="b")
    office.plays(say("done"))
    await office.hours_pass()
    await office.becomes(other.id, SUCCESS)
    (row,) = await office.rows(stuck.id)
    assert (row.state, row.reason) == (FAILED, Reason.PREFLIGHT)
    assert "did not answer" in row.error


async def test_a_refused_edit_changes_nothing(office: Office) -> None:
    schedule = await office.schedule()
    broken = office.draft(name="Other", trigger=Cron(expression="61 * * * *"), daily_cap=3)
    with pytest.raises(InvalidInputError):
        await office.engine.schedules.edit(schedule.id, broken, expected_revision=1)
    assert await office.engine.schedules.get(schedule.id) == schedule
    await office.restart()
    assert await office.engine.schedules.get(schedule.id) == schedule


async def test_a_prepared_session_neither_ends_nor_lengthens_failures_in_a_row(
    office: Office,
) -> None:
    schedule = await office.schedule()
    office.plays(*(Reply(fails=NO) for _ in range(3)))
    ends = []
    for prompt in ("Look.", "Look.", "", "Look."):
        schedule = await office.engine.schedules.edit(
            schedule.id,
            office.draft(trigger=schedule.trigger, prompt=prompt),
            expected_revision=schedule.revision,
        )
        ends.append(FAILED if prompt else SUCCESS)
        await office.hours_pass()
        await office.becomes(schedule.id, *ends)
        await office.settles()
        schedule = await office.engine.schedules.get(schedule.id)
    assert schedule.pause is not None
    assert schedule.pause.reason is PauseReason.FAILURES


async def test_an_occurrence_that_is_not_known_is_not_made_up(office: Office) -> None:
    unknown = OccurrenceId("nobody")
    with pytest.raises(NotFoundError):
        await office.engine.occurrences.get(unknown)
    with pytest.raises(NotFoundError):
        await office.engine.occurrences.cancel(unknown)


async def test_what_a_wrong_clock_put_off_runs_when_the_clock_is_right(office: Office) -> None:
    schedule = await office.schedule()
    office.plays(say("done"))
    made = await office.engine.occurrences.run_now(schedule.id)
    far = office.clock.now() + timedelta(days=26_000)
    await office.engine._services.database.write(
        lambda tx: occurrences.requeue(tx, made, not_before=far)
    )
    await office.tick()
    await office.becomes(schedule.id, SUCCESS)


async def test_a_schedule_back_from_the_bin_catches_nothing_up(office: Office) -> None:
    schedule = await office.schedule()
    now = office.clock.now()
    over = Pause(since=now - timedelta(days=2), until=now, reason=PauseReason.PERSON)

    def paused(tx: Any) -> Schedule:
        return schedules.save(tx, replace(schedules.required(tx, schedule.id), pause=over))

    await office.engine._services.database.write(paused)
    await office.engine.schedules.trash(schedule.id)
    await office.hours_pass(3.5)
    await office.engine.schedules.restore(schedule.id)
    await office.tick()
    assert {(row.state, row.reason) for row in await office.rows(schedule.id)} == {
        (OccurrenceState.MISSED, Reason.PAUSED)
    }


async def test_an_edit_while_the_clock_is_doubted_passes_over_no_instant(office: Office) -> None:
    schedule = await office.schedule()
    await office.tick()
    accounted = schedule.plan.accounted_at
    office.passes(timedelta(days=3))
    other = Interval(every=timedelta(hours=7), anchor_at=accounted)
    edited = await office.engine.schedules.edit(
        schedule.id, office.draft(trigger=other), expected_revision=schedule.revision
    )
    assert edited.plan.accounted_at == accounted
    for _ in range(4):
        await office.tick()
    assert sum(row.count for row in await office.rows(schedule.id)) == 3 * 24 // 7


async def test_what_comes_due_in_the_moment_of_an_edit_is_decided_by_the_old_rule(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule = await office.schedule()
    await office.tick()

    async def an_hour_goes_by() -> None:
        office.passes(timedelta(hours=1))

    monkeypatch.setattr(office.engine._timetable._ticker, "claim_now", an_hour_goes_by)
    other = Interval(every=timedelta(days=7), anchor_at=schedule.created_at)
    await office.engine.schedules.edit(
        schedule.id, office.draft(trigger=other), expected_revision=schedule.revision
    )
    assert await office.told(schedule.id) == ["queued on_time"]
