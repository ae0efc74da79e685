"""Spending: what runs used, by run and quarter of an hour; sums by query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, func, select
from sqlalchemy.dialects.sqlite import insert

from bamboo_desktop.domain.budget import Spent
from bamboo_desktop.domain.ids import RunId, ScheduleId
from bamboo_desktop.store.columns import CleanText, Instant
from bamboo_desktop.store.tables_budget import SPENDING
from bamboo_desktop.store.transaction import Tx

_SLOT = timedelta(minutes=15)
_LONG_AGO = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_COUNTED = ("cost_micros", "tokens", "live_ms", "calls", "unpriced")
_SUM = select(*(func.coalesce(func.sum(SPENDING.c[name]), 0).label(name) for name in _COUNTED))
_SINCE = SPENDING.c.slot_at >= bindparam("since", type_=Instant())
_OF_ORIGIN = _SUM.where(SPENDING.c.origin_id == bindparam("origin_id", type_=CleanText()))
_OF_SCHEDULE = _SUM.where(
    SPENDING.c.schedule_id == bindparam("schedule_id", type_=CleanText()), _SINCE
)
_OF_ALL = _SUM.where(_SINCE)
_LIVE = select(func.coalesce(func.sum(SPENDING.c.live_ms), 0)).where(
    SPENDING.c.run_id == bindparam("run_id", type_=CleanText())
)
_NEW = insert(SPENDING)
_ADD = _NEW.on_conflict_do_update(
    index_elements=["run_id", "slot_at"],
    set_={name: SPENDING.c[name] + _NEW.excluded[name] for name in _COUNTED},
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Spender:
    """A run and what it is counted with."""

    run_id: RunId
    origin_id: RunId
    schedule_id: ScheduleId | None = None


def add(tx: Tx, spender: Spender, spent: Spent, *, live_ms: int) -> None:
    """Write down what a run has used since the last time.

    Args:
        tx: the transaction.
        spender: who.
        spent: what, without the time.
        live_ms: for how long the run has been live as a whole; the store knows how much is new.
    """
    tx.run(
        _ADD,
        {
            "run_id": spender.run_id,
            "slot_at": _slot(tx.now),
            "origin_id": spender.origin_id,
            "schedule_id": spender.schedule_id,
            "cost_micros": spent.cost_micros,
            "tokens": spent.tokens,
            "live_ms": max(live_ms - live_of(tx, spender.run_id), 0),
            "calls": spent.calls,
            "unpriced": spent.unpriced,
        },
    )


def live_of(tx: Tx, run_id: RunId) -> int:
    """For how many milliseconds a run has been live, as far as it is written down."""
    found: int = tx.run(_LIVE, {"run_id": run_id}).scalar_one()
    return found


def of_origin(tx: Tx, origin_id: RunId) -> Spent:
    """What a run used together with those that went on with it."""
    return _spent_of(tx.run(_OF_ORIGIN, {"origin_id": origin_id}).one())


def of_schedule(tx: Tx, schedule_id: ScheduleId, since: datetime = _LONG_AGO) -> Spent:
    """What the runs of a schedule used, from an instant on."""
    parameters = {"schedule_id": schedule_id, "since": since}
    return _spent_of(tx.run(_OF_SCHEDULE, parameters).one())


def of_all(tx: Tx, since: datetime) -> Spent:
    """What all runs used from an instant on, those of deleted sessions included."""
    return _spent_of(tx.run(_OF_ALL, {"since": since}).one())


def _slot(at: datetime) -> datetime:
    return at - (at - _LONG_AGO) % _SLOT


def _spent_of(row: Row[*tuple[Any, ...]]) -> Spent:
    return Spent(
        cost_micros=int(row.cost_micros),
        tokens=int(row.tokens),
        live_ms=int(row.live_ms),
        calls=int(row.calls),
        unpriced=int(row.unpriced),
    )
