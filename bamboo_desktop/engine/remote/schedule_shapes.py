"""Shapes of schedules and their occurrences, in the control protocol and in `--json` output."""

from __future__ import annotations

from datetime import datetime, timedelta

from bamboo_desktop.domain.codec import second_text
from bamboo_desktop.domain.occurrence import Occurrence, Tally
from bamboo_desktop.domain.schedule import Schedule
from bamboo_desktop.domain.schedule_view import CalendarEntry, OccurrenceDetail, ScheduleSummary
from bamboo_desktop.engine.remote import shapes
from bamboo_desktop.engine.remote.shapes import Json

_MILLISECOND = timedelta(milliseconds=1)
_ALSO_INSTANTS = ("not_before", "since", "until")


def value(item: object) -> Json:
    """A frozen value as JSON, with whole seconds in all its instants."""
    found: Json = shapes.value(item)
    for name in _ALSO_INSTANTS:
        at = getattr(item, name, None)
        if isinstance(at, datetime):
            found[name] = second_text(at)
    return found


def summary(row: ScheduleSummary, now: datetime) -> Json:
    """One schedule of the list."""
    return {
        **short(row.schedule, now),
        "sentence": row.sentence,
        "last": occurrence(row.last) if row.last is not None else None,
        "streak": [state.value for state in row.streak],
        "open": [occurrence(each) for each in row.open],
        "cost_month_micros": row.cost_month_micros,
        "stale": row.is_stale,
    }


def short(schedule: Schedule, now: datetime) -> Json:
    """What is most asked for of a schedule."""
    next_at, pause = schedule.plan.next_at, schedule.pause
    return {
        "id": schedule.id,
        "name": schedule.name,
        "timezone": schedule.zone,
        "enabled": schedule.is_enabled,
        "pause": value(pause) if pause is not None and pause.covers(now) else None,
        "next_at": second_text(next_at) if next_at is not None else None,
        "deleted_at": second_text(schedule.deleted_at) if schedule.deleted_at else None,
        "revision": schedule.revision,
    }


def whole(row: ScheduleSummary, now: datetime) -> Json:
    """Everything about a schedule."""
    schedule = row.schedule
    return {
        **summary(row, now),
        "trigger": {"kind": type(schedule.trigger).__name__.lower(), **value(schedule.trigger)},
        "window": value(schedule.window),
        "policies": value(schedule.policies),
        "run_config": value(schedule.run_config),
        "budgets": value(schedule.budgets),
        "ahead": [second_text(at) for at in schedule.plan.ahead],
        "created_at": second_text(schedule.created_at),
        "updated_at": second_text(schedule.updated_at),
    }


def occurrence(row: Occurrence) -> Json:
    """One planned instant with its fate, or a range of equal ones.

    `lag_ms` is by how much it was started late, to the millisecond.
    """
    lag = row.lag
    return {**value(row), "lag_ms": None if lag is None else lag // _MILLISECOND}


def detail(row: OccurrenceDetail) -> Json:
    """One line of a history."""
    return {
        **occurrence(row.occurrence),
        "attempts": [value(each) for each in row.attempts],
        "usage": value(row.usage),
        "duration_seconds": None if row.duration is None else row.duration.total_seconds(),
        "files": [touch.path for touch in row.files],
        "answer": row.answer,
        "changed": row.changed,
    }


def tally(row: Tally) -> Json:
    """How many had a fate."""
    return value(row)


def entry(row: CalendarEntry) -> Json:
    """One entry of the calendar."""
    fate = row.occurrence
    return {
        "schedule_id": row.schedule_id,
        "name": row.name,
        "at": second_text(row.at),
        "last_at": second_text(row.last_at),
        "count": row.count,
        "note": row.note.value,
        "occurrence_id": fate.id if fate is not None else None,
        "state": fate.state.value if fate is not None else None,
        "reason": fate.reason.value if fate is not None else "",
        "timing": fate.timing.value if fate is not None else None,
    }
