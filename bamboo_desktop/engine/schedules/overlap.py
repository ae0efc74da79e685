"""Overlap: what becomes of an occurrence while another of its schedule runs or waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from bamboo_desktop.domain.occurrence import Occurrence, OccurrenceKind, OccurrenceState, Reason
from bamboo_desktop.domain.schedule import Misfire, Overlap, Policies, WhileWaiting


class Step(Enum):
    """What is done with an occurrence now."""

    START = auto()
    STAY = auto()
    SKIP = auto()
    STOP_PREVIOUS = auto()
    """It stays, and what runs is asked to stop."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is done, and why it is skipped."""

    step: Step
    reason: Reason = Reason.NONE


_START = Verdict(Step.START)
_STAY = Verdict(Step.STAY)


def judge(
    policies: Policies,
    occurrence: Occurrence,
    others: Sequence[Occurrence],
    *,
    is_crowded: bool = False,
) -> Verdict:
    """What is done with a queued occurrence.

    Args:
        policies: those of its schedule.
        occurrence: the queued one.
        others: what else of the schedule is queued, running or waiting.
        is_crowded: there is no room, so that one before it may be queued for that alone.
    """
    running = [other for other in others if other.state is OccurrenceState.RUNNING]
    waiting = [other for other in others if _waits_for_answer(other)]
    verdict = _beside_waiting(policies, waiting) if waiting else _START
    if verdict.step is Step.START and running:
        verdict = _beside_running(policies, len(running))
    is_one_of_each = policies.misfire is Misfire.EACH and occurrence.was_catch_up
    if occurrence.kind is OccurrenceKind.MANUAL or (is_one_of_each and not waiting):
        # A person asked for it, or for each that was missed: it is put off, never dropped, and
        # stops nothing.
        return _START if verdict.step is Step.START else _STAY
    is_to_overlap = is_crowded and verdict.step is Step.START and policies.overlap is Overlap.SKIP
    is_second = verdict.step is Step.STAY or is_to_overlap
    if is_second and not occurrence.attempt and _queues_before(occurrence, others):
        return Verdict(Step.SKIP, Reason.WAITS_FOR_YOU if waiting else Reason.OVERLAP)
    return verdict


def _waits_for_answer(other: Occurrence) -> bool:
    return other.state is OccurrenceState.WAITING and other.reason is not Reason.ASKED


def _beside_waiting(policies: Policies, waiting: Sequence[Occurrence]) -> Verdict:
    match policies.while_waiting:
        case WhileWaiting.SKIP:
            return Verdict(Step.SKIP, Reason.WAITS_FOR_YOU)
        case WhileWaiting.QUEUE_ONE:
            return _STAY
        case WhileWaiting.ALLOW:
            if len(waiting) < policies.max_parallel:
                return _START
            return Verdict(Step.SKIP, Reason.WAITS_FOR_YOU)


def _beside_running(policies: Policies, running: int) -> Verdict:
    match policies.overlap:
        case Overlap.SKIP:
            return Verdict(Step.SKIP, Reason.OVERLAP)
        case Overlap.QUEUE_ONE:
            return _STAY
        case Overlap.CANCEL_PREVIOUS:
            return Verdict(Step.STOP_PREVIOUS)
        case Overlap.ALLOW:
            if running < policies.max_parallel:
                return _START
            return Verdict(Step.SKIP, Reason.OVERLAP)


def _queues_before(occurrence: Occurrence, others: Sequence[Occurrence]) -> bool:
    """One is queued already: two behind each other are one too many."""
    return any(
        other.state is OccurrenceState.QUEUED
        and other.was_catch_up is occurrence.was_catch_up
        and (other.not_before, other.planned_at) < (occurrence.not_before, occurrence.planned_at)
        for other in others
    )
