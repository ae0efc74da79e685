"""Schedules: kept, edited by revision, advanced by claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, delete, func, or_, select, update

from bamboo_desktop.domain.errors import ConflictError, NotFoundError
from bamboo_desktop.domain.ids import ScheduleId
from bamboo_desktop.domain.schedule import Plan, Schedule
from bamboo_desktop.domain.schedule_news import ScheduleChanged
from bamboo_desktop.store.columns import CleanText, Instant
from bamboo_desktop.store.schedule_rows import plan_columns, row_of, rule_columns, schedule_of
from bamboo_desktop.store.tables_schedule import (
    ATTEMPT,
    OCCURRENCE,
    OCCURRENCE_RUN,
    OCCURRENCE_SUMMARY,
    SCHEDULE,
)
from bamboo_desktop.store.transaction import Tx

GONE = "This schedule does not exist any more."
CHANGED = "The schedule was changed meanwhile; look at it again and repeat the change."

_ONE = select(SCHEDULE).where(SCHEDULE.c.id == bindparam("id"))
_LISTED = (
    select(SCHEDULE)
    .where(SCHEDULE.c.deleted_at.is_(None))
    .order_by(func.lower(SCHEDULE.c.name), SCHEDULE.c.id)
)
_BIN = select(SCHEDULE).where(SCHEDULE.c.deleted_at.is_not(None)).order_by(SCHEDULE.c.deleted_at)
_DUE = (
    select(SCHEDULE)
    .where(SCHEDULE.c.deleted_at.is_(None), SCHEDULE.c.next_at <= bindparam("now", type_=Instant()))
    .order_by(SCHEDULE.c.next_at, SCHEDULE.c.id)
    .limit(bindparam("limit"))
)
_AHEAD_OF = select(SCHEDULE).where(
    SCHEDULE.c.deleted_at.is_(None), SCHEDULE.c.accounted_at > bindparam("at", type_=Instant())
)
_PLANNED_OTHERWISE = (
    select(SCHEDULE)
    .where(
        SCHEDULE.c.plan_version != bindparam("version", type_=CleanText()),
        SCHEDULE.c.deleted_at.is_(None),
        SCHEDULE.c.id > bindparam("after", type_=CleanText()),
    )
    .order_by(SCHEDULE.c.id)
    .limit(bindparam("limit"))
)
_LATEST = select(func.max(SCHEDULE.c.accounted_at)).where(SCHEDULE.c.deleted_at.is_(None))
_NEXT = select(func.min(SCHEDULE.c.next_at)).where(SCHEDULE.c.deleted_at.is_(None))
_MOST_PAUSED = 100
_TO_RUN = (
    select(SCHEDULE)
    .where(
        SCHEDULE.c.deleted_at.is_(None),
        SCHEDULE.c.next_at.is_not(None),
        SCHEDULE.c.is_enabled,
        or_(SCHEDULE.c.pause.is_(None), SCHEDULE.c.pause.not_like('%"until":null%')),
    )
    .order_by(SCHEDULE.c.next_at)
    .limit(_MOST_PAUSED)
)
_EXPECTED = update(SCHEDULE).where(
    SCHEDULE.c.id == bindparam("key", type_=CleanText()),
    SCHEDULE.c.revision == bindparam("expected"),
)
_ADVANCE = _EXPECTED.where(
    SCHEDULE.c.accounted_at == bindparam("seen", type_=Instant()),
    SCHEDULE.c.deleted_at.is_(None),
)


def insert(tx: Tx, schedule: Schedule) -> None:
    """Store a new schedule.

    Raises:
        ConflictError: one of that id is stored already.
    """
    tx.run(SCHEDULE.insert(), row_of(schedule))
    tx.tell(ScheduleChanged(schedule.id))


def get(tx: Tx, schedule_id: ScheduleId) -> Schedule | None:
    """The schedule of that id, also from the bin, or None."""
    row = tx.run(_ONE, {"id": schedule_id}).one_or_none()
    return None if row is None else schedule_of(row)


def required(tx: Tx, schedule_id: ScheduleId) -> Schedule:
    """The schedule of that id.

    Raises:
        NotFoundError: there is none, or it is in the bin.
    """
    found = get(tx, schedule_id)
    if found is None or found.deleted_at is not None:
        raise NotFoundError(GONE)
    return found


def listed(tx: Tx) -> tuple[Schedule, ...]:
    """Every schedule by name, those in the bin left out."""
    return tuple(schedule_of(row) for row in tx.run(_LISTED))


def in_bin(tx: Tx) -> tuple[Schedule, ...]:
    """The schedules in the bin, the oldest first."""
    return tuple(schedule_of(row) for row in tx.run(_BIN))


def due(tx: Tx, now: datetime, *, limit: int) -> tuple[Schedule, ...]:
    """The schedules with an instant at or before `now` that has no fate yet, earliest first.

    Disabled and paused ones are among them: their instants get a fate too.
    """
    return tuple(schedule_of(row) for row in tx.run(_DUE, {"now": now, "limit": limit}))


def next_due(tx: Tx) -> datetime | None:
    """The earliest instant of any schedule that has no fate yet, also of one that stands still."""
    found: datetime | None = tx.run(_NEXT).scalar_one()
    return found


def next_run(tx: Tx) -> datetime | None:
    """The earliest instant that is to run: of a schedule that is on, and after its pause."""
    found: datetime | None = None
    for row in tx.run(_TO_RUN):
        schedule = schedule_of(row)
        at = _first_run(schedule)
        if at is not None and (found is None or at < found):
            found = at
        if schedule.pause is None:
            # All that follow are due later than this one.
            break
    return found


def ahead_of(tx: Tx, at: datetime) -> tuple[Schedule, ...]:
    """The schedules whose instants are accounted for beyond that one."""
    return tuple(schedule_of(row) for row in tx.run(_AHEAD_OF, {"at": at}))


def planned_otherwise(
    tx: Tx, version: str, *, after: ScheduleId, limit: int
) -> tuple[Schedule, ...]:
    """Schedules whose fires were computed with another release, by their ids, after that one."""
    parameters = {"version": version, "after": after, "limit": limit}
    return tuple(schedule_of(row) for row in tx.run(_PLANNED_OTHERWISE, parameters))


def latest_accounted(tx: Tx) -> datetime | None:
    """The latest instant that any schedule is accounted for: time was at least that late once."""
    found: datetime | None = tx.run(_LATEST).scalar_one()
    return found


def save(tx: Tx, schedule: Schedule) -> Schedule:
    """Store an edit of the revision that `schedule` bears; returns it with the next one.

    Raises:
        NotFoundError: there is no such schedule.
        ConflictError: it has been edited since.
    """
    edited = replace(schedule, revision=schedule.revision + 1, updated_at=tx.now)
    columns = {**rule_columns(edited), **plan_columns(edited.plan)}
    expected = {"key": schedule.id, "expected": schedule.revision}
    if tx.run(_EXPECTED.values(**columns), expected).rowcount == 0:
        raise NotFoundError(GONE) if get(tx, schedule.id) is None else ConflictError(CHANGED)
    tx.tell(ScheduleChanged(schedule.id))
    return edited


def advance(tx: Tx, seen: Schedule, plan: Plan) -> bool:
    """Move a schedule on, if it still is as it was seen; False when somebody was faster."""
    expected = {"key": seen.id, "expected": seen.revision, "seen": seen.plan.accounted_at}
    if tx.run(_ADVANCE.values(**plan_columns(plan)), expected).rowcount == 0:
        return False
    tx.tell(ScheduleChanged(seen.id))
    return True


def _first_run(schedule: Schedule) -> datetime | None:
    """The first instant that no pause covers; beyond those known ahead, the end of the pause."""
    plan, pause = schedule.plan, schedule.pause
    if pause is None or plan.next_at is None:
        return plan.next_at
    free = (at for at in (plan.next_at, *plan.ahead) if not pause.covers(at))
    return next(free, pause.until)


def purge(tx: Tx, schedule_ids: Sequence[ScheduleId]) -> None:
    """Remove schedules and their history for good; the sessions they made stay."""
    occurrences = select(OCCURRENCE.c.id).where(OCCURRENCE.c.schedule_id.in_(schedule_ids))
    for table in (OCCURRENCE_RUN, ATTEMPT):
        tx.run(delete(table).where(table.c.occurrence_id.in_(occurrences)))
    for table in (OCCURRENCE, OCCURRENCE_SUMMARY):
        tx.run(delete(table).where(table.c.schedule_id.in_(schedule_ids)))
    tx.run(delete(SCHEDULE).where(SCHEDULE.c.id.in_(schedule_ids)))
    for schedule_id in schedule_ids:
        tx.tell(ScheduleChanged(schedule_id))
