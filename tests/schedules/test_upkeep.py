"""Updates that move fires are told, and a history that grows is summed up, never forgotten."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bamboo_desktop.domain.ids import OccurrenceId
from bamboo_desktop.domain.occurrence import (
    Occurrence,
    OccurrenceKind,
    OccurrenceState,
    Reason,
    Tally,
    Timing,
)
from bamboo_desktop.domain.schedule import Schedule
from bamboo_desktop.domain.schedule_news import FiresMoved
from bamboo_desktop.engine.schedules.upkeep import HISTORY, YOUNG
from bamboo_desktop.store import occurrences, schedules
from bamboo_desktop.store.transaction import Tx
from tests.schedules.office import Office

SUCCESS, MISSED = OccurrenceState.SUCCESS, OccurrenceState.MISSED
HOUR = timedelta(hours=1)


@pytest.fixture
async def office(data_dir: Path) -> AsyncIterator[Office]:
    async with Office(data_dir) as office:
        yield office


async def planned_by(office: Office, schedule: Schedule, version: str, by: timedelta) -> None:
    """Let a schedule look as another release has left it, its fires apart by so much."""
    plan = schedule.plan
    ahead = tuple(at + by for at in plan.ahead)
    old = replace(plan, ahead=ahead, next_at=ahead[0], version=version)
    done = await office.engine._services.database.write(
        lambda tx: schedules.advance(tx, schedule, old)
    )
    assert done


async def test_the_plan_names_the_releases_it_was_computed_with(office: Office) -> None:
    schedule = await office.schedule()
    assert "tzdata 20" in schedule.plan.version
    assert "croniter 7" in schedule.plan.version


async def test_an_update_that_moves_fires_is_told_by_name_and_pauses_nothing(
    office: Office,
) -> None:
    moved = await office.schedule(name="Moved")
    same = await office.schedule(name="Same")
    told: list[FiresMoved] = []
    office.engine.feed.subscribe_to(FiresMoved, told.append)
    await planned_by(office, moved, "tzdata 1999a", HOUR)
    await planned_by(office, same, "tzdata 1999a", timedelta())
    await office.engine._timetable._upkeep.replan()
    (move,) = told
    assert office.engine.schedules.moves == (move,)
    assert (move.name, move.after) == ("Moved", moved.plan.ahead)
    assert move.before == tuple(at + HOUR for at in moved.plan.ahead)
    for before in (moved, same):
        now = await office.engine.schedules.get(before.id)
        assert (now.plan.ahead, now.plan.version) == (before.plan.ahead, before.plan.version)
        assert now.plan.next_at == now.plan.ahead[0]
        assert now.pause is None
    await office.engine._timetable._upkeep.replan()
    assert len(told) == 1


async def stored(
    office: Office,
    schedule: Schedule,
    count: int,
    *,
    last: datetime,
    state: OccurrenceState,
    apart: timedelta = HOUR,
) -> None:
    """So many occurrences, an hour apart, up to an instant."""

    def work(tx: Tx) -> None:
        present = schedules.required(tx, schedule.id)
        plan = replace(present.plan, accounted_at=max(present.plan.accounted_at, last))
        schedules.advance(tx, present, plan)
        occurrences.add(
            tx,
            [
                Occurrence(
                    id=OccurrenceId(f"{state}-{number}"),
                    schedule_id=schedule.id,
                    kind=OccurrenceKind.PLANNED,
                    planned_at=last - number * apart,
                    last_at=last - number * apart,
                    count=1,
                    state=state,
                    timing=Timing.ON_TIME,
                    claimed_at=last,
                    owner=tx.boot_id,
                    not_before=last,
                    reason=Reason.TOO_LATE if state is MISSED else Reason.NONE,
                    ended_at=None if state.is_open else last,
                )
                for number in range(count)
            ],
        )

    await office.engine._services.database.write(work)


async def kept(office: Office, schedule: Schedule) -> int:
    return len(await office.engine.occurrences.history(schedule.id, limit=200))


async def test_what_goes_beyond_the_history_is_summed_up_and_not_forgotten(
    office: Office,
) -> None:
    await office.engine.preferences.put(HISTORY, "100")
    schedule = await office.schedule()
    old = office.clock.now() - timedelta(days=30)
    await stored(office, schedule, 90, last=old, state=SUCCESS)
    await stored(office, schedule, 60, last=old - timedelta(minutes=30), state=MISSED)
    before = await office.engine.occurrences.tallies(schedule.id)
    assert await office.engine._timetable._upkeep.trim() == 50
    assert await kept(office, schedule) == 100
    assert await office.engine.occurrences.tallies(schedule.id) == before
    assert before == (
        Tally(
            state=MISSED,
            reason=Reason.TOO_LATE,
            count=60,
            first_at=old - timedelta(minutes=30) - 59 * HOUR,
            last_at=old - timedelta(minutes=30),
        ),
        Tally(
            state=SUCCESS,
            reason=Reason.NONE,
            count=90,
            first_at=old - 89 * HOUR,
            last_at=old,
        ),
    )
    # A second time nothing is counted twice.
    await stored(office, schedule, 10, last=old + 20 * HOUR, state=OccurrenceState.FAILED)
    assert await office.engine._timetable._upkeep.trim() == 10
    counts = [tally.count for tally in await office.engine.occurrences.tallies(schedule.id)]
    assert sorted(counts) == [10, 60, 90]


async def test_what_is_open_or_of_these_days_is_never_summed_up(office: Office) -> None:
    await office.engine.preferences.put(HISTORY, "1")
    schedule = await office.schedule()
    now, apart = office.clock.now() + timedelta(minutes=1), timedelta(minutes=20)
    await stored(office, schedule, 150, last=now, state=SUCCESS, apart=apart)
    old = now - timedelta(days=90)
    await stored(office, schedule, 5, last=old, state=OccurrenceState.WAITING)
    assert await office.engine._timetable._upkeep.trim() == 150 - (YOUNG // apart + 1)
    rows = await office.rows(schedule.id)
    assert sum(row.state is OccurrenceState.WAITING for row in rows) == 5
    assert all(row.planned_at >= now - YOUNG for row in rows if row.state is SUCCESS)


async def test_what_could_be_claimed_again_is_never_summed_up(office: Office) -> None:
    await office.engine.preferences.put(HISTORY, "100")
    schedule = await office.schedule()
    old = office.clock.now() - timedelta(days=30)
    await stored(office, schedule, 150, last=old, state=SUCCESS)

    def rewound(tx: Tx) -> None:
        present = schedules.required(tx, schedule.id)
        plan = replace(present.plan, accounted_at=old - timedelta(days=10))
        schedules.advance(tx, present, plan)

    await office.engine._services.database.write(rewound)
    assert await office.engine._timetable._upkeep.trim() == 0
