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
from bamboo_desktop.store.damage import number_of, text_of, word_of


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
    """The occurrence of a row; one whose fate is damaged is not run again by itself."""
    return Occurrence(
        id=OccurrenceId(row.id),
        schedule_id=ScheduleId(row.schedule_id),
        kind=word_of(OccurrenceKind, row.kind, OccurrenceKind.PLANNED),
        planned_at=row.planned_at,
        last_at=row.last_at,
        # A row is a tuple, which has a count too.
        count=number_of(row._mapping["count"]),  # noqa: SLF001
        state=word_of(OccurrenceState, row.state, OccurrenceState.INTERRUPTED),
        timing=word_of(Timing, row.timing, Timing.LATE),
        claimed_at=row.claimed_at,
        owner=BootId(row.owner),
        not_before=row.not_before,
        reason=word_of(Reason, row.reason, Reason.NONE),
        as_of=row.as_of,
        attempt=number_of(row.attempt),
        session_id=SessionId(row.session_id) if row.session_id is not None else None,
        run_id=RunId(row.run_id) if row.run_id is not None else None,
        model_source=word_of(ModelSource, row.model_source, ModelSource.NONE),
        started_at=row.started_at,
        ended_at=row.ended_at,
        error=text_of(row.error),
    )


def attempt_of(row: Row[*tuple[Any, ...]]) -> Attempt:
    """The attempt of a row."""
    return Attempt(
        occurrence_id=OccurrenceId(row.occurrence_id),
        number=row.number,
        session_id=SessionId(row.session_id) if row.session_id is not None else None,
        owner=BootId(row.owner),
        started_at=row.started_at,
        ended_at=row.ended_at,
        state=word_of(OccurrenceState, row.state, OccurrenceState.INTERRUPTED),
        reason=word_of(Reason, row.reason, Reason.NONE),
        error=text_of(row.error),
    )
