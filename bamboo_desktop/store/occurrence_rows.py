"""Occurrences from and to their rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from bamboo_desktop.domain.ids import BootId, OccurrenceId, RunId, ScheduleId, SessionId
from bamboo_desktop.domain.occurrence import (
    Attempt,
    Occurrence,
    OccurrenceKind,
    OccurrenceState,
    Reason,
    Timing,
)
from bamboo_desktop.domain.run_config import ModelSource
from bamboo_desktop.store.revive import unreadable


def row_of(occurrence: Occurrence) -> dict[str, Any]:
    """All columns of an occurrence."""
    return {
        "id": occurrence.id,
        "schedule_id": occurrence.schedule_id,
        "kind": occurrence.kind.value,
        "planned_at": occurrence.planned_at,
        "last_at": occurrence.last_at,
        "count": occurrence.count,
        "state": occurrence.state.value,
        "reason": occurrence.reason.value,
        "timing": occurrence.timing.value,
        "claimed_at": occurrence.claimed_at,
        "owner": occurrence.owner,
        "not_before": occurrence.not_before,
        "as_of": occurrence.as_of,
        "attempt": occurrence.attempt,
        "session_id": occurrence.session_id,
        "run_id": occurrence.run_id,
        "model_source": occurrence.model_source.value,
        "started_at": occurrence.started_at,
        "ended_at": occurrence.ended_at,
        "error": occurrence.error,
    }


def occurrence_of(row: Row[*tuple[Any, ...]]) -> Occurrence:
    """The occurrence of a row.

    Raises:
        StorageError: the row is damaged.
    """
    with unreadable():
        return Occurrence(
            id=OccurrenceId(row.id),
            schedule_id=ScheduleId(row.schedule_id),
            kind=OccurrenceKind(row.kind),
            planned_at=row.planned_at,
            last_at=row.last_at,
            count=row._mapping["count"],  # noqa: SLF001 - a row is a tuple, which has a count too
            state=OccurrenceState(row.state),
            timing=Timing(row.timing),
            claimed_at=row.claimed_at,
            owner=BootId(row.owner),
            not_before=row.not_before,
            reason=Reason(row.reason),
            as_of=row.as_of,
            attempt=row.attempt,
            session_id=SessionId(row.session_id) if row.session_id is not None else None,
            run_id=RunId(row.run_id) if row.run_id is not None else None,
            model_source=ModelSource(row.model_source),
            started_at=row.started_at,
            ended_at=row.ended_at,
            error=row.error,
        )


def attempt_of(row: Row[*tuple[Any, ...]]) -> Attempt:
    """The attempt of a row.

    Raises:
        StorageError: the row is damaged.
    """
    with unreadable():
        return Attempt(
            occurrence_id=OccurrenceId(row.occurrence_id),
            number=row.number,
            session_id=SessionId(row.session_id) if row.session_id is not None else None,
            owner=BootId(row.owner),
            started_at=row.started_at,
            ended_at=row.ended_at,
            state=OccurrenceState(row.state),
            reason=Reason(row.reason),
            error=row.error,
        )
