"""What a person is shown of schedules: how they go, what came of each run, what is to come."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bamboo_desktop.domain.errors import ConflictError
from bamboo_desktop.domain.ids import OccurrenceId
from bamboo_desktop.domain.occurrence import (
    Occurrence,
    OccurrenceKind,
    OccurrenceState,
    Reason,
    Timing,
)
from bamboo_desktop.domain.schedule import Schedule
from bamboo_desktop.domain.trigger import Interval
from bamboo_desktop.engine.schedules.calendar import MOST_OF_A_RANGE, MOST_OF_ONE
from bamboo_desktop.store import (
    occurrence_lists,
    occurrence_outcomes,
    occurrences,
    schedule_sums,
    schedules,
)
from bamboo_desktop.store.transaction import Tx
from tests.engine.scripted import say
from tests.schedules.office import Office

SUCCESS, FAILED = OccurrenceState.SUCCESS, OccurrenceState.FAILED


@pytest.fixture
async def office(data_dir: Path) -> AsyncIterator[Office]:
    async with Office(data_dir) as office:
        yield office


async def test_a_summary_tells_the_rule_the_last_end_and_the_streak(office: Office) -> None:
    office.plays(say("All is well."), say("Still well."))
    schedule = await office.schedule(zone="Europe/Berlin")
    await office.hours_pass()
    await office.becomes(schedule.id, SUCCESS)
    await office.hours_pass()
    await office.becomes(schedule.id, SUCCESS, SUCCESS)
    (summary,) = await office.engine.schedules.summaries()
    assert summary == await office.engine.schedules.summary(schedule.id)
    assert re.fullmatch(r"every hour from [\d:]+, Europe/Berlin", summary.sentence)
    assert summary.last is not None
    assert summary.last.state is SUCCESS
    assert summary.streak == (SUCCESS, SUCCESS)
    assert summary.open == ()
    assert not summary.is_stale


async def test_history_tells_the_answer_and_whether_it_changed(office: Office) -> None:
    office.plays(say("All is well."), say("All  is\nwell."), say("It burns."))
    schedule = await office.schedule()
    for count in (1, 2, 3):
        await office.hours_pass()
        await office.becomes(schedule.id, *[SUCCESS] * count)
    details = await office.engine.occurrences.history(schedule.id)
    assert [detail.answer for detail in details] == ["It burns.", "All  is\nwell.", "All is well."]
    assert [detail.changed for detail in details] == [True, False, None]
    assert all(len(detail.attempts) == 1 for detail in details)
    assert details[0].usage.total_tokens > 0


async def test_the_calendar_holds_what_was_and_what_will_be(office: Office) -> None:
    office.plays(say("All is well."))
    schedule = await office.schedule()
    await office.hours_pass()
    await office.becomes(schedule.id, SUCCESS)
    now = office.clock.now()
    entries = await office.engine.occurrences.calendar(
        now - timedelta(hours=3), now + timedelta(hours=3)
    )
    assert [entry.occurrence is not None for entry in entries] == [True, False, False, False]
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)


async def range_row(office: Office, schedule: Schedule, count: int, last: datetime) -> None:
    """A range of so many missed hours, up to an instant."""

    def work(tx: Tx) -> None:
        present = schedules.required(tx, schedule.id)
        schedules.advance(tx, present, replace(present.plan, accounted_at=last))
        row = Occurrence(
            id=OccurrenceId(f"range-{count}"),
            schedule_id=schedule.id,
            kind=OccurrenceKind.PLANNED,
            planned_at=last - timedelta(hours=count - 1),
            last_at=last,
            count=count,
            state=OccurrenceState.MISSED,
            timing=Timing.LATE,
            claimed_at=last,
            owner=tx.boot_id,
            not_before=last,
            reason=Reason.DISABLED,
            ended_at=last,
        )
        occurrences.add(tx, [row])

    await office.engine._services.database.write(work)


async def test_a_range_is_shown_instant_by_instant_inside_the_window(office: Office) -> None:
    schedule = await office.schedule(is_enabled=False)
    last = schedule.plan.ahead[0] + timedelta(hours=9)
    await range_row(office, schedule, 10, last)
    whole = await office.engine.occurrences.calendar(last - timedelta(days=1), last)
    assert [entry.at for entry in whole] == [last - timedelta(hours=n) for n in range(9, -1, -1)]
    assert {entry.occurrence.count for entry in whole if entry.occurrence} == {10}
    part = await office.engine.occurrences.calendar(
        last - timedelta(hours=4), last - timedelta(hours=2)
    )
    assert [entry.at for entry in part] == [last - timedelta(hours=n) for n in (4, 3, 2)]


async def test_a_range_that_is_too_long_ends_in_an_entry_that_says_how_many(
    office: Office,
) -> None:
    schedule = await office.schedule(is_enabled=False)
    last = schedule.plan.ahead[0] + timedelta(hours=999)
    await range_row(office, schedule, 1_000, last)
    entries = await office.engine.occurrences.calendar(last - timedelta(days=60), last)
    assert len(entries) == MOST_OF_A_RANGE
    assert sum(entry.count for entry in entries) == 1_000
    assert entries[-1].is_lump
    assert entries[-1].last_at == last


async def test_more_fires_than_can_be_listed_are_said_in_one_entry(office: Office) -> None:
    minute = Interval(every=timedelta(minutes=1), anchor_at=office.clock.now())
    await office.schedule(trigger=minute)
    now = office.clock.now()
    entries = await office.engine.occurrences.calendar(now, now + timedelta(days=3))
    assert len(entries) == MOST_OF_ONE
    assert [entry.is_lump for entry in entries[-2:]] == [False, True]
    assert (entries[-1].count, entries[-1].last_at) == (0, now + timedelta(days=3))


async def test_the_calendar_is_filtered_by_schedule_and_fate(office: Office) -> None:
    first, _ = await office.schedule(name="One"), await office.schedule(name="Two")
    now = office.clock.now()
    window = (now, now + timedelta(hours=3))
    both = await office.engine.occurrences.calendar(*window)
    assert {entry.name for entry in both} == {"One", "Two"}
    one = await office.engine.occurrences.calendar(*window, schedule_ids=[first.id])
    assert {entry.name for entry in one} == {"One"}
    failed = await office.engine.occurrences.calendar(*window, states=[FAILED])
    assert failed == ()


async def test_two_runs_are_compared_by_what_they_said(office: Office) -> None:
    office.plays(say("All is well."), say("It burns."))
    schedule = await office.schedule()
    for count in (1, 2):
        await office.hours_pass()
        await office.becomes(schedule.id, *[SUCCESS] * count)
    earlier, later = await office.rows(schedule.id)
    comparison = await office.engine.occurrences.compare(later.id, earlier.id)
    assert comparison.first.occurrence.id == earlier.id
    assert comparison.is_changed
    assert "-All is well.\n+It burns.\n" in comparison.diff
    assert "last answer is compared" in comparison.basis
    same = await office.engine.occurrences.compare(earlier.id, earlier.id)
    assert (same.is_changed, same.diff) == (False, "")


async def test_all_are_paused_and_resumed_but_what_was_paused_on_its_own(office: Office) -> None:
    one, other = await office.schedule(name="One"), await office.schedule(name="Other")
    await office.engine.schedules.pause(other.id)
    assert await office.engine.schedules.pause_all() == 1
    assert (await office.engine.schedules.get(one.id)).pause is not None
    await office.hours_pass()
    assert await office.told(one.id) == ["missed paused"]
    assert await office.engine.schedules.resume_all() == 1
    assert (await office.engine.schedules.get(one.id)).pause is None
    assert (await office.engine.schedules.get(other.id)).pause is not None


async def test_only_what_is_in_the_bin_is_removed_for_good(office: Office) -> None:
    schedule = await office.schedule()
    with pytest.raises(ConflictError):
        await office.engine.schedules.purge(schedule.id)
    await office.engine.schedules.trash(schedule.id)
    assert [each.id for each in await office.engine.schedules.in_bin()] == [schedule.id]
    await office.engine.schedules.purge(schedule.id)
    assert await office.engine.schedules.in_bin() == ()


async def test_lists_and_histories_are_found_by_index(office: Office) -> None:
    """However many occurrences there are, none of these looks at all of them."""
    schedule = await office.schedule()
    only = (schedule.id,)

    def plans(tx: Tx) -> list[str]:
        asked: list[str] = []
        tx._raw.set_trace_callback(asked.append)
        schedule_sums.streaks(tx)
        schedule_sums.newest(tx)
        schedule_sums.costs(tx, office.clock.now(), zones=["UTC"])
        occurrence_lists.history(tx, schedule_ids=only, limit=50)
        occurrence_outcomes.usages(tx, [OccurrenceId("x")])
        occurrence_outcomes.attempts(tx, [OccurrenceId("x")])
        tx._raw.set_trace_callback(None)
        return [
            "\n".join(step[3] for step in tx._raw.execute(f"EXPLAIN QUERY PLAN {sql}"))
            for sql in asked
            if sql.startswith("SELECT")
        ]

    found = await office.engine._services.database.read(plans)
    assert len(found) == 6
    big = ("occurrence", "occurrence_attempt", "occurrence_run", "model_usage", "spending")
    for plan in found:
        assert not [table for table in big if f"SCAN {table}\n" in f"{plan}\n"], plan
