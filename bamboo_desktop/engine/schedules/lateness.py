"""Lateness: what was claimed in time and stood in the queue too long is missed after all.

The machine may sleep between claim and start, again and again; what wakes up then is at most the
latest of each schedule, and nothing older than the schedule allows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bamboo_desktop.domain.ids import BootId
from bamboo_desktop.domain.occurrence import Occurrence, OccurrenceKind, OccurrenceState, Reason
from bamboo_desktop.domain.schedule import GRACE, Misfire, Policies


def too_late(
    policies: Policies,
    occurrence: Occurrence,
    others: Sequence[Occurrence],
    *,
    now: datetime,
    boot_id: BootId,
) -> Reason:
    """Why a queued occurrence is not started any more, or NONE.

    Args:
        policies: those of its schedule.
        occurrence: the queued one.
        others: what else of the schedule is queued, running or waiting.
        now: the instant it would be started at.
        boot_id: this start of the program.
    """
    if occurrence.attempt or occurrence.kind is not OccurrenceKind.PLANNED:
        return Reason.NONE
    lateness = now - occurrence.not_before
    if lateness > policies.max_lateness:
        return Reason.TOO_LATE
    is_left_over = occurrence.owner != boot_id
    if is_left_over and lateness > GRACE and policies.misfire is Misfire.NONE:
        return Reason.NOT_CAUGHT_UP
    if policies.misfire is Misfire.LATEST and any(_stands_for(o, occurrence) for o in others):
        return Reason.SUPERSEDED
    return Reason.NONE


def _stands_for(other: Occurrence, occurrence: Occurrence) -> bool:
    """A later one is queued after an absence that this one outlasted as well."""
    is_later = (
        other.state is OccurrenceState.QUEUED
        and other.kind is OccurrenceKind.PLANNED
        and other.planned_at > occurrence.planned_at
    )
    return is_later and (other.was_catch_up or occurrence.was_catch_up)
