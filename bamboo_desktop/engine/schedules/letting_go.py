"""Letting go: what becomes of occurrences that have not been started when a schedule stops."""

from __future__ import annotations

from bamboo_desktop.domain.ids import ScheduleId
from bamboo_desktop.domain.occurrence import OccurrenceKind, OccurrenceState, Reason
from bamboo_desktop.store import occurrence_lists, occurrences
from bamboo_desktop.store.transaction import Tx


def let_go(
    tx: Tx,
    schedule_id: ScheduleId,
    state: OccurrenceState,
    reason: Reason,
    *,
    manual: bool = False,
) -> None:
    """Settle what is queued, and what a person was asked about; runs go on.

    Args:
        tx: the transaction in which the schedule is changed too.
        schedule_id: whose occurrences.
        state: what they become.
        reason: why.
        manual: also those that a person started by hand.
    """
    for each in occurrence_lists.open_of(tx, schedule_id):
        is_unstarted = each.state is OccurrenceState.QUEUED or each.reason is Reason.ASKED
        if is_unstarted and (manual or each.kind is OccurrenceKind.PLANNED):
            occurrences.settle(tx, each, state, reason=reason)
