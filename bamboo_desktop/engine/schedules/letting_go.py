"""Letting go: what becomes of occurrences that are not started, or not started again."""

from __future__ import annotations

from bamboo_desktop.domain.ids import ScheduleId
from bamboo_desktop.domain.occurrence import Occurrence, OccurrenceKind, OccurrenceState, Reason
from bamboo_desktop.store import occurrence_lists, occurrences
from bamboo_desktop.store.transaction import Tx

_STATES = {
    Reason.TOO_LATE: OccurrenceState.MISSED,
    Reason.NOT_CAUGHT_UP: OccurrenceState.MISSED,
    Reason.SUPERSEDED: OccurrenceState.MISSED,
    Reason.DELETED: OccurrenceState.CANCELLED,
}


def refuse(tx: Tx, occurrence: Occurrence, reason: Reason) -> None:
    """Settle an occurrence that is not started any more.

    One that has failed and was to be tried again stays failed, with its own words: that nothing
    came of the second try takes nothing back of the first.
    """
    state = _STATES.get(reason, OccurrenceState.SKIPPED)
    if occurrence.attempt:
        state = OccurrenceState.FAILED
    occurrences.settle(tx, occurrence, state, reason=reason, error=occurrence.error)


def let_go(tx: Tx, schedule_id: ScheduleId, reason: Reason, *, manual: bool = False) -> None:
    """Settle what is queued, and what a person was asked about; runs go on.

    Args:
        tx: the transaction in which the schedule is changed too.
        schedule_id: whose occurrences.
        reason: why.
        manual: also those that a person started by hand.
    """
    for each in occurrence_lists.open_of(tx, schedule_id):
        is_unstarted = each.state is OccurrenceState.QUEUED or each.reason is Reason.ASKED
        if is_unstarted and (manual or each.kind is OccurrenceKind.PLANNED):
            refuse(tx, each, reason)
