"""Lists of occurrences: what may be started, what is under way, what has been."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, exists, func, select

from bamboo_desktop.domain.ids import ScheduleId
from bamboo_desktop.domain.occurrence import (
    Occurrence,
    OccurrenceKind,
    OccurrenceState,
    Reason,
    Timing,
)
from bamboo_desktop.store.columns import Instant
from bamboo_desktop.store.occurrence_rows import occurrence_of
from bamboo_desktop.store.tables_schedule import ATTEMPT, IS_OPEN, OCCURRENCE, SCHEDULE
from bamboo_desktop.store.transaction import Tx

# What is in time is not held up by a backlog, however long, which is caught up at a slow pace.
_STARTABLE = (
    select(OCCURRENCE)
    .join(SCHEDULE, SCHEDULE.c.id == OCCURRENCE.c.schedule_id)
    .where(
        IS_OPEN,
        OCCURRENCE.c.state == OccurrenceState.QUEUED.value,
        OCCURRENCE.c.not_before <= bindparam("now", type_=Instant()),
    )
    .order_by(
        OCCURRENCE.c.timing == Timing.CAUGHT_UP.value, OCCURRENCE.c.not_before, OCCURRENCE.c.number
    )
    .limit(bindparam("limit"))
)
_NEXT_START = select(func.min(OCCURRENCE.c.not_before)).where(
    IS_OPEN,
    OCCURRENCE.c.state == OccurrenceState.QUEUED.value,
    OCCURRENCE.c.not_before > bindparam("after", type_=Instant()),
)
_OPEN_OF = (
    select(OCCURRENCE)
    .where(OCCURRENCE.c.schedule_id == bindparam("schedule_id"), IS_OPEN)
    .order_by(OCCURRENCE.c.number)
)
_ALL_OPEN = select(OCCURRENCE).where(IS_OPEN).order_by(OCCURRENCE.c.number)
_RUNNING = select(func.count()).where(IS_OPEN, OCCURRENCE.c.state == OccurrenceState.RUNNING.value)
_STARTED = (
    select(func.count())
    .select_from(ATTEMPT)
    .join(OCCURRENCE, OCCURRENCE.c.id == ATTEMPT.c.occurrence_id)
    .where(
        OCCURRENCE.c.schedule_id == bindparam("schedule_id"),
        ATTEMPT.c.started_at >= bindparam("since", type_=Instant()),
    )
)


def startable(tx: Tx, now: datetime, *, limit: int) -> tuple[Occurrence, ...]:
    """What is queued and may be started: what is caught up last, each by time and by claim."""
    return tuple(occurrence_of(row) for row in tx.run(_STARTABLE, {"now": now, "limit": limit}))


def next_start(tx: Tx, after: datetime) -> datetime | None:
    """When the next queued occurrence may be started that may not be yet."""
    found: datetime | None = tx.run(_NEXT_START, {"after": after}).scalar_one()
    return found


def open_of(tx: Tx, schedule_id: ScheduleId) -> tuple[Occurrence, ...]:
    """What of a schedule is queued, running or waiting, oldest first."""
    return tuple(occurrence_of(row) for row in tx.run(_OPEN_OF, {"schedule_id": schedule_id}))


def all_open(tx: Tx) -> tuple[Occurrence, ...]:
    """What of all schedules is queued, running or waiting, oldest first."""
    return tuple(occurrence_of(row) for row in tx.run(_ALL_OPEN))


def running(tx: Tx) -> int:
    """How many occurrences of all schedules run."""
    return int(tx.run(_RUNNING).scalar_one())


def started_since(tx: Tx, schedule_id: ScheduleId, since: datetime) -> int:
    """How many attempts of a schedule were started from an instant on."""
    parameters = {"schedule_id": schedule_id, "since": since}
    return int(tx.run(_STARTED, parameters).scalar_one())


def history(
    tx: Tx,
    *,
    schedule_ids: Sequence[ScheduleId] | None = None,
    states: Sequence[OccurrenceState] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 200,
    offset: int = 0,
) -> tuple[Occurrence, ...]:
    """Occurrences by their planned instant, newest first.

    A range row is among them when any of its instants lies between `since` and `until` (included).
    None asks for every schedule or state.
    """
    wanted: list[ColumnElement[bool]] = []
    if schedule_ids is not None:
        wanted.append(OCCURRENCE.c.schedule_id.in_(schedule_ids))
    if states is not None:
        wanted.append(OCCURRENCE.c.state.in_([state.value for state in states]))
    if since is not None:
        wanted.append(OCCURRENCE.c.last_at >= since)
    if until is not None:
        wanted.append(OCCURRENCE.c.planned_at <= until)
    rows = tx.run(
        select(OCCURRENCE)
        .where(*wanted)
        .order_by(OCCURRENCE.c.planned_at.desc(), OCCURRENCE.c.number.desc())
        .limit(limit)
        .offset(offset)
    )
    return tuple(occurrence_of(row) for row in rows)


def last_ended(
    tx: Tx, schedule_id: ScheduleId, *, states: Sequence[OccurrenceState], limit: int
) -> tuple[Occurrence, ...]:
    """The newest planned occurrences that ran to one of these ends, newest first."""
    rows = tx.run(
        select(OCCURRENCE)
        .where(
            OCCURRENCE.c.schedule_id == schedule_id,
            OCCURRENCE.c.kind == OccurrenceKind.PLANNED.value,
            OCCURRENCE.c.state.in_([state.value for state in states]),
            OCCURRENCE.c.reason != Reason.PREPARED.value,
        )
        .order_by(OCCURRENCE.c.planned_at.desc(), OCCURRENCE.c.number.desc())
        .limit(limit)
    )
    return tuple(occurrence_of(row) for row in rows)


def failed_last(tx: Tx, since: datetime) -> tuple[Occurrence, ...]:
    """Runs that failed as the newest of their schedules, which nobody has changed since then.

    Args:
        tx: the transaction.
        since: only those that were planned from here on.
    """
    later = OCCURRENCE.alias("later")
    rows = tx.run(
        select(OCCURRENCE)
        .join(SCHEDULE, SCHEDULE.c.id == OCCURRENCE.c.schedule_id)
        .where(
            OCCURRENCE.c.planned_at >= since,
            OCCURRENCE.c.state == OccurrenceState.FAILED.value,
            OCCURRENCE.c.run_id.is_not(None),
            SCHEDULE.c.updated_at <= OCCURRENCE.c.ended_at,
            ~exists().where(
                later.c.schedule_id == OCCURRENCE.c.schedule_id,
                later.c.planned_at > OCCURRENCE.c.planned_at,
            ),
        )
        .order_by(OCCURRENCE.c.number)
    )
    return tuple(occurrence_of(row) for row in rows)


def with_session(tx: Tx, schedule_id: ScheduleId, *, limit: int) -> tuple[Occurrence, ...]:
    """The newest occurrences of a schedule that ran in a session, newest first."""
    rows = tx.run(
        select(OCCURRENCE)
        .where(OCCURRENCE.c.schedule_id == schedule_id, OCCURRENCE.c.session_id.is_not(None))
        .order_by(OCCURRENCE.c.number.desc())
        .limit(limit)
    )
    return tuple(occurrence_of(row) for row in rows)
