"""Occurrences and the runs that carry them: every end of a run is known to its occurrence.

These functions are called inside the transactions that begin and settle runs, so that no crash can
leave a run ended and its occurrence open.
"""

from __future__ import annotations

import json

from sqlalchemy import bindparam, select, update

from bamboo_desktop.domain.events import Error
from bamboo_desktop.domain.ids import RunId, SessionId
from bamboo_desktop.domain.occurrence import Occurrence, OccurrenceState, Reason
from bamboo_desktop.domain.run import AgentStatus, Run, RunCause
from bamboo_desktop.domain.schedule_news import OccurrenceChanged
from bamboo_desktop.domain.tool import ToolClass
from bamboo_desktop.store import occurrences
from bamboo_desktop.store.columns import CleanText
from bamboo_desktop.store.occurrence_rows import occurrence_of
from bamboo_desktop.store.tables_history import CALL, EVENT
from bamboo_desktop.store.tables_schedule import ATTEMPT, OCCURRENCE, OCCURRENCE_RUN
from bamboo_desktop.store.transaction import Tx

_NEWEST = (
    select(OCCURRENCE)
    .where(OCCURRENCE.c.session_id == bindparam("session_id"))
    .order_by(OCCURRENCE.c.number.desc())
    .limit(1)
)
_OF_RUN = (
    select(OCCURRENCE)
    .join(OCCURRENCE_RUN, OCCURRENCE_RUN.c.occurrence_id == OCCURRENCE.c.id)
    .where(OCCURRENCE_RUN.c.run_id == bindparam("run_id"))
)
_BIND = (
    update(OCCURRENCE)
    .where(OCCURRENCE.c.id == bindparam("key", type_=CleanText()))
    .values(
        run_id=bindparam("carried_by"),
        state=OccurrenceState.RUNNING.value,
        reason="",
        error="",
        ended_at=None,
    )
)
_REOPEN = (
    update(ATTEMPT)
    .where(
        ATTEMPT.c.occurrence_id == bindparam("key", type_=CleanText()),
        ATTEMPT.c.number == bindparam("of_number"),
    )
    .values(state=OccurrenceState.RUNNING.value, reason="", error="", ended_at=None)
)
_ENDED_WITH = (
    select(EVENT.c.data)
    .where(
        EVENT.c.session_id == bindparam("session_id"),
        EVENT.c.run_id == bindparam("run_id"),
        EVENT.c.type == Error.type_name(),
    )
    .order_by(EVENT.c.sequence.desc())
    .limit(1)
)
_ENDS = {
    AgentStatus.COMPLETED: OccurrenceState.SUCCESS,
    AgentStatus.CANCELLED: OccurrenceState.CANCELLED,
    AgentStatus.ERROR: OccurrenceState.FAILED,
    AgentStatus.OUT_OF_ROUNDS: OccurrenceState.FAILED,
    AgentStatus.INTERRUPTED: OccurrenceState.INTERRUPTED,
}
_TAKEN_UP = frozenset(
    {OccurrenceState.INTERRUPTED, OccurrenceState.FAILED, OccurrenceState.CANCELLED}
)
_GOES_ON = frozenset(
    {RunCause.RECOVERED, RunCause.RETRIED, RunCause.ANSWERED, RunCause.CHILD_FINISHED}
)


def begun(tx: Tx, run: Run) -> None:
    """A run was inserted: it advances the occurrence of its session that is under way.

    So does Continue after a failure; a new message in a session whose occurrence has ended does
    not.
    """
    occurrence = advanced_by(tx, run.session_id, run.cause)
    if occurrence is None:
        return
    tx.run(_BIND, {"key": occurrence.id, "carried_by": run.id})
    tx.run(_REOPEN, {"key": occurrence.id, "of_number": occurrence.attempt})
    tx.run(
        OCCURRENCE_RUN.insert(),
        {"run_id": run.id, "occurrence_id": occurrence.id, "attempt": occurrence.attempt},
    )
    tx.tell(OccurrenceChanged(occurrence.schedule_id, occurrence.id))


def advanced_by(tx: Tx, session_id: SessionId, cause: RunCause) -> Occurrence | None:
    """The occurrence that a new run of a session would carry, or None."""
    row = tx.run(_NEWEST, {"session_id": session_id}).one_or_none()
    found = None if row is None else occurrence_of(row)
    return found if found is not None and _advances(cause, found) else None


def _advances(cause: RunCause, occurrence: Occurrence) -> bool:
    if occurrence.state is OccurrenceState.RUNNING:
        return True
    if occurrence.state is OccurrenceState.WAITING:
        return occurrence.run_id is not None
    return occurrence.state in _TAKEN_UP and cause in _GOES_ON


def ended(
    tx: Tx, run_id: RunId, status: AgentStatus, error: str, *, is_over_budget: bool = False
) -> None:
    """A run was settled: so is the occurrence it carried, or it waits."""
    occurrence = carried_by(tx, run_id)
    if occurrence is None or occurrence.run_id != run_id:
        return
    state = OccurrenceState.WAITING if status.is_waiting else _ENDS[status]
    reason = Reason.NONE
    if status is AgentStatus.WAITING_BUDGET or is_over_budget:
        reason = Reason.BUDGET
    elif status is AgentStatus.OUT_OF_ROUNDS:
        reason = Reason.OUT_OF_ROUNDS
    elif status is AgentStatus.CANCELLED:
        reason = Reason.BY_PERSON
    occurrences.settle(tx, occurrence, state, reason=reason, error=error)


def wait_ended(tx: Tx, run_id: RunId, reason: Reason) -> None:
    """Nobody is waited for any more: the session was stopped or deleted while it waited."""
    occurrence = carried_by(tx, run_id)
    if occurrence is not None and occurrence.state is OccurrenceState.WAITING:
        occurrences.settle(tx, occurrence, OccurrenceState.CANCELLED, reason=reason)


def carried_by(tx: Tx, run_id: RunId) -> Occurrence | None:
    """The occurrence that a run carried, or None."""
    row = tx.run(_OF_RUN, {"run_id": run_id}).one_or_none()
    return None if row is None else occurrence_of(row)


def had_effect(tx: Tx, occurrence: Occurrence) -> bool:
    """True when a run of the occurrence has started a call that changes something."""
    found = tx.run(
        select(CALL.c.call_id)
        .join(OCCURRENCE_RUN, OCCURRENCE_RUN.c.run_id == CALL.c.run_id)
        .where(
            OCCURRENCE_RUN.c.occurrence_id == occurrence.id,
            CALL.c.tool_class == ToolClass.EFFECT.value,
            CALL.c.started_at.is_not(None),
        )
        .limit(1)
    )
    return found.first() is not None


def was_transient(tx: Tx, occurrence: Occurrence) -> bool:
    """True when the newest run of an occurrence failed of what may be gone a little later.

    Its end is asked for where it is stored, so that a crash right after it forgets nothing.
    """
    told = tx.run(
        _ENDED_WITH, {"session_id": occurrence.session_id, "run_id": occurrence.run_id}
    ).scalar()
    try:
        end = json.loads(str(told)) if told is not None else {}
    except ValueError:
        return False
    return isinstance(end, dict) and end.get("is_transient") is True
