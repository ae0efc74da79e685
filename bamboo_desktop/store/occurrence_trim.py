"""Trimming the history: what is old and over is summed up, and no longer listed one by one.

Only what has ended goes, and only instants that are accounted for: none of them can be claimed
again. What it cost is counted elsewhere and stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, bindparam, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from bamboo_desktop.domain.ids import ScheduleId
from bamboo_desktop.domain.occurrence import OccurrenceState
from bamboo_desktop.domain.schedule_news import ScheduleChanged
from bamboo_desktop.store.columns import Instant
from bamboo_desktop.store.tables_schedule import (
    ATTEMPT,
    OCCURRENCE,
    OCCURRENCE_RUN,
    OCCURRENCE_SUMMARY,
    SCHEDULE,
)
from bamboo_desktop.store.transaction import Tx

_OPEN = tuple(state.value for state in OccurrenceState if state.is_open)
_CROWDED = (
    select(OCCURRENCE.c.schedule_id)
    .group_by(OCCURRENCE.c.schedule_id)
    .having(func.count() > bindparam("keep"))
)
_EDGE = (
    select(OCCURRENCE.c.planned_at)
    .where(OCCURRENCE.c.schedule_id == bindparam("schedule_id"), OCCURRENCE.c.state.not_in(_OPEN))
    .order_by(OCCURRENCE.c.planned_at.desc(), OCCURRENCE.c.number.desc())
    .limit(1)
    .offset(bindparam("keep"))
)
_NEW = insert(OCCURRENCE_SUMMARY)
_SUM_UP = _NEW.on_conflict_do_update(
    index_elements=["schedule_id", "state", "reason"],
    set_={
        "count": OCCURRENCE_SUMMARY.c["count"] + _NEW.excluded["count"],
        "first_at": func.min(OCCURRENCE_SUMMARY.c.first_at, _NEW.excluded.first_at),
        "last_at": func.max(OCCURRENCE_SUMMARY.c.last_at, _NEW.excluded.last_at),
    },
)


def crowded(tx: Tx, *, keep: int) -> tuple[ScheduleId, ...]:
    """The schedules with more rows than are kept."""
    return tuple(ScheduleId(row.schedule_id) for row in tx.run(_CROWDED, {"keep": keep}))


def trim(tx: Tx, schedule_id: ScheduleId, *, keep: int, before: datetime, most: int) -> int:
    """Sum up the oldest rows beyond the newest that are kept; returns how many went.

    Args:
        tx: the transaction.
        schedule_id: whose rows.
        keep: so many ended ones stay, the newest.
        before: later ones stay, however many they are: the runs of a day are counted by them.
        most: so many go at once.
    """
    edge = tx.run(_EDGE, {"schedule_id": schedule_id, "keep": keep}).scalar()
    if edge is None:
        return 0
    rows = tx.run(_old(schedule_id, edge, most), {"before": before}).all()
    if not rows:
        return 0
    for row in rows:
        tx.run(
            _SUM_UP,
            {
                "schedule_id": schedule_id,
                "state": row.state,
                "reason": row.reason,
                "count": row.instants,
                "first_at": row.planned_at,
                "last_at": row.last_at,
            },
        )
    _remove(tx, [row.id for row in rows])
    tx.tell(ScheduleChanged(schedule_id))
    return len(rows)


def _old(schedule_id: ScheduleId, edge: datetime, most: int) -> Select[*tuple[object, ...]]:
    return (
        select(
            OCCURRENCE.c.id,
            OCCURRENCE.c.state,
            OCCURRENCE.c.reason,
            OCCURRENCE.c.count.label("instants"),
            OCCURRENCE.c.planned_at,
            OCCURRENCE.c.last_at,
        )
        .join(SCHEDULE, SCHEDULE.c.id == OCCURRENCE.c.schedule_id)
        .where(
            OCCURRENCE.c.schedule_id == schedule_id,
            OCCURRENCE.c.planned_at <= edge,
            OCCURRENCE.c.state.not_in(_OPEN),
            OCCURRENCE.c.last_at <= SCHEDULE.c.accounted_at,
            OCCURRENCE.c.last_at < bindparam("before", type_=Instant()),
        )
        .order_by(OCCURRENCE.c.planned_at, OCCURRENCE.c.number)
        .limit(most)
    )


def _remove(tx: Tx, ids: Sequence[str]) -> None:
    for table in (OCCURRENCE_RUN, ATTEMPT):
        tx.run(delete(table).where(table.c.occurrence_id.in_(ids)))
    tx.run(delete(OCCURRENCE).where(OCCURRENCE.c.id.in_(ids)))
