"""What was claimed and then slept through is run at most once, and only if it is still wanted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bamboo_desktop.domain.occurrence import OccurrenceState
from bamboo_desktop.domain.schedule import Misfire
from bamboo_desktop.domain.trigger import Interval
from bamboo_desktop.engine.schedules import dispatcher
from tests.engine.scripted import say
from tests.schedules.office import Office

SUCCESS = OccurrenceState.SUCCESS


@pytest.fixture
async def office(data_dir: Path) -> AsyncIterator[Office]:
    async with Office(data_dir) as office:
        yield office


async def claimed(office: Office) -> None:
    await office.engine._timetable._ticker.tick()


def settled(office: Office) -> None:
    """The machine has been awake for long."""
    office.engine._timetable._dispatcher._pace._began = -1e9


async def test_two_absences_before_the_first_start_leave_one_to_catch_up(office: Office) -> None:
    schedule = await office.schedule()
    office.passes(timedelta(hours=3, minutes=30))
    await claimed(office)
    office.passes(timedelta(hours=3))
    office.plays(say("the latest"))
    await claimed(office)
    settled(office)
    await office.tick()
    await office.tick()
    told = await office.told(schedule.id)
    assert told[:-1] == ["missed superseded"] * 3
    assert told[-1] in ("running caught_up", "success caught_up")


async def test_what_was_queued_before_a_long_sleep_is_too_late_after_it(office: Office) -> None:
    schedule = await office.schedule(max_lateness=timedelta(hours=2), misfire=Misfire.EACH)
    office.passes(timedelta(hours=1))
    await claimed(office)
    office.passes(timedelta(hours=2, minutes=30))
    settled(office)
    await office.tick()
    assert (await office.told(schedule.id))[0] == "missed too_late"


async def test_a_missed_one_that_is_wanted_days_later_is_not_too_late(office: Office) -> None:
    office.plays(say("at last"))
    schedule = await office.schedule(misfire=Misfire.ASK)
    office.passes(timedelta(hours=1, minutes=30))
    await claimed(office)
    (asked,) = await office.rows(schedule.id)
    await office.engine.schedules.set_enabled(schedule.id, enabled=True)
    edited = Interval(every=timedelta(days=300), anchor_at=office.clock.now())
    await office.engine.schedules.edit(
        schedule.id, office.draft(misfire=Misfire.ASK, trigger=edited), expected_revision=1
    )
    office.passes(timedelta(days=3))
    assert await office.engine.occurrences.decide_missed(asked.id, run=True)
    await claimed(office)
    settled(office)
    await office.tick()
    await office.becomes(schedule.id, SUCCESS)


async def test_what_is_in_time_is_not_held_up_by_a_long_backlog(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher, "MOST_LOOKED_AT", 2)
    for _ in range(3):
        rule = Interval(every=timedelta(hours=5), anchor_at=office.clock.now())
        await office.schedule(trigger=rule)
    later = Interval(every=timedelta(days=1), anchor_at=office.clock.now() + timedelta(hours=6))
    punctual = await office.schedule(trigger=later)
    office.plays(say("in time"))
    office.passes(timedelta(hours=6))
    await office.tick()
    await office.becomes(punctual.id, SUCCESS)
