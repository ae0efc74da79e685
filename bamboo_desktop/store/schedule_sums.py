"""Sums over the occurrences of schedules: how they went lately, what they cost, how many of each.

All of it is asked by query; nothing is counted in columns. Each query looks at a few rows a
schedule, so that ten thousand schedules can be listed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, bindparam, func, select

from bamboo_desktop.domain.ids import ScheduleId
from bamboo_desktop.domain.occurrence import (
    Occurrence,
    OccurrenceKind,
    OccurrenceState,
    Reason,
    Tally,
)
from bamboo_desktop.store.columns import Instant
from bamboo_desktop.store.damage import number_of, word_of
from bamboo_desktop.store.occurrence_rows import occurrence_of
from bamboo_desktop.store.tables_budget import SPENDING
from bamboo_desktop.store.tables_schedule import (
    OCCURRENCE,
    OCCURRENCE_SUMMARY,
    SCHEDULE,
)
from bamboo_desktop.store.transaction import Tx

STREAK = 10
_OPEN = tuple(state.value for state in OccurrenceState if state.is_open)
_NO_SUCCESS = tuple(
    state.value for state in OccurrenceState if state is not OccurrenceState.SUCCESS
)
_UNDER_WAY = (OccurrenceState.QUEUED.value, OccurrenceState.RUNNING.value)


@dataclass(frozen=True, slots=True)
class End:
    """How an occurrence ended and when, or several equal ones."""

    kind: OccurrenceKind
    state: OccurrenceState
    reason: Reason
    count: int
    at: datetime


def _newest(without: Sequence[str], limit: int) -> Select[*tuple[int]]:
    """The numbers of a schedule's newest occurrences, for a query that goes from schedules on."""
    return (
        select(OCCURRENCE.c.number)
        .where(OCCURRENCE.c.schedule_id == SCHEDULE.c.id, OCCURRENCE.c.state.not_in(without))
        .order_by(OCCURRENCE.c.planned_at.desc(), OCCURRENCE.c.number.desc())
        .limit(limit)
        .correlate(SCHEDULE)
    )


def streaks(
    tx: Tx, schedule_ids: Sequence[ScheduleId] | None = None
) -> Mapping[ScheduleId, tuple[End, ...]]:
    """The last ten ends of each schedule, the newest first."""
    found: dict[ScheduleId, list[End]] = {}
    query = (
        select(
            OCCURRENCE.c.schedule_id,
            OCCURRENCE.c.kind,
            OCCURRENCE.c.state,
            OCCURRENCE.c.reason,
            OCCURRENCE.c.count.label("instants"),
            func.coalesce(OCCURRENCE.c.ended_at, OCCURRENCE.c.claimed_at, type_=Instant()).label(
                "at"
            ),
        )
        .join(SCHEDULE, OCCURRENCE.c.number.in_(_newest(_OPEN, STREAK)))
        .where(*_wanted(schedule_ids))
        .order_by(OCCURRENCE.c.planned_at.desc(), OCCURRENCE.c.number.desc())
    )
    for row in tx.run(query):
        end = End(
            word_of(OccurrenceKind, row.kind, OccurrenceKind.PLANNED),
            word_of(OccurrenceState, row.state, OccurrenceState.INTERRUPTED),
            word_of(Reason, row.reason, Reason.NONE),
            number_of(row.instants),
            row.at,
        )
        found.setdefault(ScheduleId(row.schedule_id), []).append(end)
    return {schedule_id: tuple(ends) for schedule_id, ends in found.items()}


def successes(tx: Tx, schedule_ids: Sequence[ScheduleId]) -> Mapping[ScheduleId, datetime]:
    """When the newest planned success of each schedule ended, however many instants ago that is."""
    query = (
        select(OCCURRENCE.c.schedule_id, OCCURRENCE.c.ended_at)
        .join(SCHEDULE, OCCURRENCE.c.number.in_(_newest(_NO_SUCCESS, 1)))
        .where(OCCURRENCE.c.ended_at.is_not(None), *_wanted(schedule_ids))
    )
    return {ScheduleId(row.schedule_id): row.ended_at for row in tx.run(query)}


def newest(
    tx: Tx, schedule_ids: Sequence[ScheduleId] | None = None
) -> Mapping[ScheduleId, Occurrence]:
    """The newest occurrence of each schedule that has ended or waits."""
    query = (
        select(OCCURRENCE)
        .join(SCHEDULE, OCCURRENCE.c.number.in_(_newest(_UNDER_WAY, 1)))
        .where(*_wanted(schedule_ids))
    )
    return {ScheduleId(row.schedule_id): occurrence_of(row) for row in tx.run(query)}


def costs(
    tx: Tx, since: datetime, *, zones: Sequence[str], schedule_id: ScheduleId | None = None
) -> Mapping[ScheduleId, int | None]:
    """What the runs of schedules in these zones cost from an instant on; None is unknown.

    Schedules that used nothing are left out.
    """
    query = (
        select(
            SPENDING.c.schedule_id,
            func.sum(SPENDING.c.cost_micros).label("cost"),
            func.sum(SPENDING.c.unpriced).label("unpriced"),
        )
        .join(SCHEDULE, SCHEDULE.c.id == SPENDING.c.schedule_id)
        .where(
            SPENDING.c.slot_at >= bindparam("since", type_=Instant()), SCHEDULE.c.zone.in_(zones)
        )
        .group_by(SPENDING.c.schedule_id)
    )
    if schedule_id is not None:
        query = query.where(SPENDING.c.schedule_id == schedule_id)
    return {
        ScheduleId(row.schedule_id): row.cost if row.cost or not row.unpriced else None
        for row in tx.run(query, {"since": since})
    }


def tallies(tx: Tx, schedule_id: ScheduleId) -> tuple[Tally, ...]:
    """How many instants of a schedule had which fate, those no longer listed included."""
    listed = select(
        OCCURRENCE.c.state,
        OCCURRENCE.c.reason,
        OCCURRENCE.c.count.label("instants"),
        OCCURRENCE.c.planned_at.label("first_at"),
        OCCURRENCE.c.last_at,
    ).where(OCCURRENCE.c.schedule_id == schedule_id)
    summed_up = select(
        OCCURRENCE_SUMMARY.c.state,
        OCCURRENCE_SUMMARY.c.reason,
        OCCURRENCE_SUMMARY.c.count.label("instants"),
        OCCURRENCE_SUMMARY.c.first_at,
        OCCURRENCE_SUMMARY.c.last_at,
    ).where(OCCURRENCE_SUMMARY.c.schedule_id == schedule_id)
    every = listed.union_all(summed_up).subquery()
    rows = tx.run(
        select(
            every.c.state,
            every.c.reason,
            func.sum(every.c.instants).label("instants"),
            func.min(every.c.first_at, type_=Instant()).label("first_at"),
            func.max(every.c.last_at, type_=Instant()).label("last_at"),
        )
        .group_by(every.c.state, every.c.reason)
        .order_by(every.c.state, every.c.reason)
    )
    return tuple(
        Tally(
            state=word_of(OccurrenceState, row.state, OccurrenceState.INTERRUPTED),
            reason=word_of(Reason, row.reason, Reason.NONE),
            count=int(row.instants),
            first_at=row.first_at,
            last_at=row.last_at,
        )
        for row in rows
    )


def _wanted(schedule_ids: Sequence[ScheduleId] | None) -> list[ColumnElement[bool]]:
    if schedule_ids is None:
        return [SCHEDULE.c.deleted_at.is_(None)]
    return [SCHEDULE.c.id.in_(schedule_ids)]
