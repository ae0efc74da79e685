"""Occurrences and a clock that was set back: what it called missed is still to come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, or_, select, update

from bamboo_desktop.domain.ids import ScheduleId
from bamboo_desktop.domain.occurrence import Occurrence, OccurrenceKind, OccurrenceState
from bamboo_desktop.domain.schedule_news import OccurrenceChanged
from bamboo_desktop.store.columns import CleanText, Instant
from bamboo_desktop.store.occurrence_rows import occurrence_of
from bamboo_desktop.store.tables_schedule import IS_OPEN, IS_PLANNED, OCCURRENCE, SCHEDULE
from bamboo_desktop.store.transaction import Tx

_CLAIMED = (
    select(OCCURRENCE.c.schedule_id, OCCURRENCE.c.planned_at)
    .join(SCHEDULE, SCHEDULE.c.id == OCCURRENCE.c.schedule_id)
    .where(
        SCHEDULE.c.id.in_(bindparam("of_schedules", expanding=True)),
        IS_PLANNED,
        OCCURRENCE.c.planned_at > SCHEDULE.c.accounted_at,
    )
)
_FUTURE_MISSES = (
    OCCURRENCE.c.schedule_id == bindparam("of_schedule", type_=CleanText()),
    OCCURRENCE.c.state == OccurrenceState.MISSED.value,
    OCCURRENCE.c.last_at > bindparam("now", type_=Instant()),
)
_FAR_OFF = select(OCCURRENCE).where(
    IS_OPEN,
    OCCURRENCE.c.state == OccurrenceState.QUEUED.value,
    OCCURRENCE.c.not_before > bindparam("after", type_=Instant()),
    or_(OCCURRENCE.c.attempt > 0, OCCURRENCE.c.kind == OccurrenceKind.MANUAL.value),
)
_THIS = update(OCCURRENCE).where(OCCURRENCE.c.id == bindparam("key", type_=CleanText()))


def claimed_ahead(
    tx: Tx, schedule_ids: Sequence[ScheduleId]
) -> dict[ScheduleId, frozenset[datetime]]:
    """Instants of these schedules that are claimed although they are not accounted for so far.

    There are some only after the clock was set back by a day or more.
    """
    found: dict[ScheduleId, set[datetime]] = {}
    for row in tx.run(_CLAIMED, {"of_schedules": list(schedule_ids)}):
        found.setdefault(ScheduleId(row.schedule_id), set()).add(row.planned_at)
    return {schedule_id: frozenset(instants) for schedule_id, instants in found.items()}


def future_misses(tx: Tx, schedule_id: ScheduleId, now: datetime) -> tuple[Occurrence, ...]:
    """What of a schedule is called missed and has not come yet by the present clock."""
    rows = tx.run(
        select(OCCURRENCE).where(*_FUTURE_MISSES), {"of_schedule": schedule_id, "now": now}
    )
    return tuple(occurrence_of(row) for row in rows)


def far_off(tx: Tx, after: datetime) -> tuple[Occurrence, ...]:
    """What is queued by hand or for another attempt, and not before a time that is far away.

    Nothing is put off that long: the clock was wrong when it was queued.
    """
    rows = tx.run(_FAR_OFF, {"after": after})
    return tuple(occurrence_of(row) for row in rows)


def shorten(tx: Tx, occurrence: Occurrence, *, last_at: datetime, count: int) -> None:
    """Take the instants after `last_at` out of a range; with none left the row goes."""
    if count:
        tx.run(_THIS.values(last_at=last_at, count=count), {"key": occurrence.id})
    else:
        tx.run(delete(OCCURRENCE).where(OCCURRENCE.c.id == occurrence.id))
    tx.tell(OccurrenceChanged(occurrence.schedule_id, occurrence.id))
