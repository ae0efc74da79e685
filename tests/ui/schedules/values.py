"""Schedules, summaries and occurrences for tests, with defaults that a test changes by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from bamboo_desktop.domain.ids import BootId, OccurrenceId, ProviderId, ScheduleId
from bamboo_desktop.domain.model import ModelRef
from bamboo_desktop.domain.occurrence import (
    Occurrence,
    OccurrenceKind,
    OccurrenceState,
    Timing,
)
from bamboo_desktop.domain.run_config import RunConfig
from bamboo_desktop.domain.schedule import Plan, Schedule
from bamboo_desktop.domain.schedule_view import CalendarEntry, ScheduleDraft, ScheduleSummary
from bamboo_desktop.domain.trigger import Daily

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def schedule(name: str = "Report", **changes: Any) -> Schedule:
    next_at = changes.pop("next_at", NOW + timedelta(hours=3))
    made = Schedule(
        id=ScheduleId(name),
        name=name,
        trigger=Daily(at=time(15)),
        zone="UTC",
        plan=Plan(accounted_at=NOW, next_at=next_at),
        created_at=NOW,
        updated_at=NOW,
    )
    return replace(made, **changes)


def summary(name: str = "Report", **changes: Any) -> ScheduleSummary:
    seen = {
        key: changes.pop(key)
        for key in ("last", "streak", "open", "cost_month_micros", "is_stale")
        if key in changes
    }
    return ScheduleSummary(
        schedule=schedule(name, **changes), sentence="every day at 15:00, UTC", **seen
    )


def occurrence(state: OccurrenceState = OccurrenceState.SUCCESS, **changes: Any) -> Occurrence:
    at = changes.pop("planned_at", NOW - timedelta(hours=1))
    made = Occurrence(
        id=OccurrenceId("one"),
        schedule_id=ScheduleId("Report"),
        kind=OccurrenceKind.PLANNED,
        planned_at=at,
        last_at=at,
        count=1,
        state=state,
        timing=Timing.ON_TIME,
        claimed_at=at,
        owner=BootId("boot"),
        not_before=at,
    )
    return replace(made, **changes)


def entry(
    at: datetime, *, name: str = "Report", state: OccurrenceState | None = None
) -> CalendarEntry:
    made = None if state is None else occurrence(state, planned_at=at)
    return CalendarEntry(
        schedule_id=ScheduleId(name), name=name, at=at, last_at=at, occurrence=made
    )


def draft(name: str = "Report", **changes: Any) -> ScheduleDraft:
    config = RunConfig(prompt="Look.", model=ModelRef(provider=ProviderId("x"), model="y"))
    made = ScheduleDraft(name=name, trigger=Daily(at=time(9)), zone="UTC", run_config=config)
    return replace(made, **changes)
