"""Staleness: which schedules have not brought a success for three periods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from bamboo_desktop.domain.ids import ScheduleId
from bamboo_desktop.domain.occurrence import OccurrenceKind, OccurrenceState, Reason
from bamboo_desktop.store import schedule_sums
from bamboo_desktop.store.schedule_sums import End
from bamboo_desktop.store.transaction import Tx

STALE_AFTER = 3
"""So many instants without a success make a schedule stale."""
_NOT_MEANT_TO_RUN = frozenset({Reason.DISABLED, Reason.PAUSED, Reason.ZONE_MOVED})
_NEVER = datetime.min.replace(tzinfo=UTC)


def stale(tx: Tx, streaks: Mapping[ScheduleId, tuple[End, ...]]) -> frozenset[ScheduleId]:
    """The schedules whose newest success is three instants ago, counted by when each ended."""
    ends_of = {key: ends for key, ends in streaks.items() if _is_stale(ends, _success_in(ends))}
    # A success that waited long for its answer may be further back than the streak goes.
    older = schedule_sums.successes(tx, tuple(ends_of)) if ends_of else {}
    return frozenset(
        key
        for key, ends in ends_of.items()
        if key not in older or _is_stale(ends, max(older[key], _success_in(ends)))
    )


def _success_in(ends: Sequence[End]) -> datetime:
    wins = (end.at for end in ends if end.state is OccurrenceState.SUCCESS)
    return max(wins, default=_NEVER)


def _is_stale(ends: Sequence[End], success_at: datetime) -> bool:
    """True when three instants that were meant to run ended since without a success."""
    without = sum(
        end.count
        for end in ends
        if end.kind is OccurrenceKind.PLANNED
        and end.reason not in _NOT_MEANT_TO_RUN
        and end.state is not OccurrenceState.SUCCESS
        and end.at > success_at
    )
    return without >= STALE_AFTER
