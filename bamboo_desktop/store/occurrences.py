"""Occurrences: claimed once, started once an attempt, ended with a reason."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from bamboo_desktop.domain.errors import NotFoundError
from bamboo_desktop.domain.ids import OccurrenceId, SessionId
from bamboo_desktop.domain.occurrence import (
    Attempt,
    Occurrence,
    OccurrenceState,
    Reason,
    Timing,
)
from bamboo_desktop.domain.run_config import ModelSource
from bamboo_desktop.domain.schedule_news import OccurrenceChanged
from bamboo_desktop.store.columns import CleanText
from bamboo_desktop.store.occurrence_rows import attempt_of, occurrence_of, row_of
from bamboo_desktop.store.tables_schedule import ATTEMPT, OCCURRENCE
from bamboo_desktop.store.transaction import Tx

GONE = "This occurrence does not exist any more; its schedule was deleted."

_OPEN = tuple(state.value for state in OccurrenceState if state.is_open)
_NEW = OCCURRENCE.insert()
_ONE = select(OCCURRENCE).where(OCCURRENCE.c.id == bindparam("id"))
_THIS = update(OCCURRENCE).where(OCCURRENCE.c.id == bindparam("key", type_=CleanText()))
_ATTEMPTS = (
    select(ATTEMPT).where(ATTEMPT.c.occurrence_id == bindparam("id")).order_by(ATTEMPT.c.number)
)
_THIS_ATTEMPT = update(ATTEMPT).where(
    ATTEMPT.c.occurrence_id == bindparam("key", type_=CleanText()),
    ATTEMPT.c.number == bindparam("of_number"),
)


def add(tx: Tx, occurrences: Iterable[Occurrence]) -> None:
    """Store what was claimed or asked for.

    Raises:
        ConflictError: one of these instants of that schedule is claimed already.
        NotFoundError: the schedule does not exist any more.
    """
    for occurrence in occurrences:
        tx.run(_NEW, row_of(occurrence))
        _tell(tx, occurrence)


def get(tx: Tx, occurrence_id: OccurrenceId) -> Occurrence | None:
    """The occurrence of that id, or None."""
    row = tx.run(_ONE, {"id": occurrence_id}).one_or_none()
    return None if row is None else occurrence_of(row)


def required(tx: Tx, occurrence_id: OccurrenceId) -> Occurrence:
    """The occurrence of that id.

    Raises:
        NotFoundError: there is none.
    """
    found = get(tx, occurrence_id)
    if found is None:
        raise NotFoundError(GONE)
    return found


def start(
    tx: Tx,
    occurrence: Occurrence,
    session_id: SessionId,
    *,
    model_source: ModelSource,
    timing: Timing,
) -> Occurrence:
    """Take a queued occurrence into its next attempt; its run row follows in this transaction.

    Raises:
        NotFoundError: it is not queued any more.
    """
    number = occurrence.attempt + 1
    columns = {
        "state": OccurrenceState.RUNNING.value,
        "reason": Reason.NONE.value,
        "timing": timing.value,
        "attempt": number,
        "session_id": session_id,
        "run_id": None,
        "model_source": model_source.value,
        "owner": tx.boot_id,
        "started_at": occurrence.started_at or tx.now,
        "ended_at": None,
        "error": "",
    }
    queued = _THIS.where(
        OCCURRENCE.c.state == OccurrenceState.QUEUED.value,
        OCCURRENCE.c.attempt == occurrence.attempt,
    )
    if tx.run(queued.values(**columns), {"key": occurrence.id}).rowcount == 0:
        raise NotFoundError(GONE)
    tx.run(
        ATTEMPT.insert(),
        {
            "occurrence_id": occurrence.id,
            "number": number,
            "session_id": session_id,
            "owner": tx.boot_id,
            "started_at": tx.now,
            "ended_at": None,
            "state": OccurrenceState.RUNNING.value,
            "reason": "",
            "error": "",
        },
    )
    _tell(tx, occurrence)
    return required(tx, occurrence.id)


def settle(
    tx: Tx,
    occurrence: Occurrence,
    state: OccurrenceState,
    *,
    reason: Reason = Reason.NONE,
    error: str = "",
) -> bool:
    """Give an open occurrence a state, with its attempt under way; False if it has ended before.

    A second word on an ended occurrence changes nothing: the first end counts.
    """
    ended_at = None if state.is_open else tx.now
    columns: dict[str, Any] = {
        "state": state.value,
        "reason": reason.value,
        "error": error,
        "ended_at": ended_at,
    }
    still = _THIS.where(OCCURRENCE.c.state.in_(_OPEN))
    if tx.run(still.values(**columns), {"key": occurrence.id}).rowcount == 0:
        return False
    if occurrence.attempt:
        tx.run(
            _THIS_ATTEMPT.where(ATTEMPT.c.state.in_(_OPEN)).values(**columns),
            {"key": occurrence.id, "of_number": occurrence.attempt},
        )
    _tell(tx, occurrence)
    return True


def requeue(tx: Tx, occurrence: Occurrence, *, not_before: datetime) -> None:
    """Put an occurrence that has failed back into the queue, for its next attempt."""
    columns = {
        "state": OccurrenceState.QUEUED.value,
        "not_before": not_before,
        "ended_at": None,
        "owner": tx.boot_id,
    }
    tx.run(_THIS.values(**columns), {"key": occurrence.id})
    _tell(tx, occurrence)


def attempts(tx: Tx, occurrence_id: OccurrenceId) -> tuple[Attempt, ...]:
    """The starts of an occurrence, in order."""
    return tuple(attempt_of(row) for row in tx.run(_ATTEMPTS, {"id": occurrence_id}))


def _tell(tx: Tx, occurrence: Occurrence) -> None:
    tx.tell(OccurrenceChanged(occurrence.schedule_id, occurrence.id))
