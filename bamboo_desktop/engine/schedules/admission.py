"""Admission: whether a queued occurrence may start now, has to wait, or is not started at all."""

from __future__ import annotations

from dataclasses import dataclass

from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.model import PLAYBOOK_PROVIDER, ModelRef
from bamboo_desktop.domain.occurrence import Occurrence, OccurrenceKind, OccurrenceState, Reason
from bamboo_desktop.domain.run_config import ResolvedRunConfig, SessionPolicy
from bamboo_desktop.domain.schedule import Schedule
from bamboo_desktop.engine.runs.budget_limits import midnight_before, schedule_terms, used_up
from bamboo_desktop.engine.schedules.lateness import too_late
from bamboo_desktop.engine.schedules.overlap import Step, Verdict, judge
from bamboo_desktop.store import occurrence_lists, provider_configs, questions, schedules, sessions
from bamboo_desktop.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class Admission:
    """What is done with a queued occurrence now.

    Attributes:
        verdict: the step, and why it is skipped.
        stops: sessions whose runs have to end before it can be started.
    """

    verdict: Verdict
    stops: tuple[SessionId, ...] = ()

    @property
    def is_start(self) -> bool:
        """True when it may start."""
        return self.verdict.step is Step.START


def admit(
    tx: Tx,
    occurrence: Occurrence,
    resolved: ResolvedRunConfig,
    session_id: SessionId | None,
    *,
    is_crowded: bool = False,
) -> Admission:
    """Look at everything that is stored and speaks against a start.

    Args:
        tx: the transaction; in the one that starts it, nothing can change in between.
        occurrence: the queued one.
        resolved: what it would be started with.
        session_id: the session it would go on in; None for a new one.
        is_crowded: there is no room for it at present.
    """
    schedule = schedules.get(tx, occurrence.schedule_id)
    if schedule is None or schedule.deleted_at is not None:
        return _refused(Reason.DELETED)
    others = [
        each for each in occurrence_lists.open_of(tx, schedule.id) if each.id != occurrence.id
    ]
    late = too_late(schedule.policies, occurrence, others, now=tx.now, boot_id=tx.boot_id)
    if late is not Reason.NONE:
        return _refused(late)
    verdict = judge(schedule.policies, occurrence, others, is_crowded=is_crowded)
    if verdict.step is Step.STOP_PREVIOUS:
        running = (each for each in others if each.state is OccurrenceState.RUNNING)
        stops = tuple(each.session_id for each in running if each.session_id is not None)
        return Admission(verdict, stops)
    if verdict.step is not Step.START:
        return Admission(verdict)
    return _refused(_refusal(tx, schedule, occurrence, resolved, session_id))


def going_on(tx: Tx, occurrence: Occurrence) -> SessionId | None:
    """The session it goes on in, unless that is in the bin or gone; None for a new one."""
    if occurrence.attempt and occurrence.session_id is not None:
        return occurrence.session_id
    schedule = schedules.get(tx, occurrence.schedule_id)
    if schedule is None or schedule.run_config.session is not SessionPolicy.CONTINUED:
        return None
    for each in occurrence_lists.with_session(tx, schedule.id, limit=1):
        session = sessions.get(tx, each.session_id) if each.session_id is not None else None
        if session is not None and session.deleted_at is None:
            return session.id
    return None


def _refused(reason: Reason) -> Admission:
    step = Step.START if reason is Reason.NONE else Step.SKIP
    return Admission(Verdict(step, reason))


def _refusal(
    tx: Tx,
    schedule: Schedule,
    occurrence: Occurrence,
    resolved: ResolvedRunConfig,
    session_id: SessionId | None,
) -> Reason:
    if resolved.model is None:
        return Reason.NO_MODEL
    if session_id is not None and questions.open(tx, session_id):
        return Reason.BUSY
    # A retry goes on with what was begun: it asks, and loses nothing.
    if occurrence.attempt:
        return Reason.NONE
    is_free = _is_free(tx, resolved.model)
    if used_up(tx, schedule_terms(tx, schedule), is_free=is_free) is not None:
        return Reason.BUDGET
    if occurrence.kind is OccurrenceKind.PLANNED and _runs_today(tx, schedule) >= (
        schedule.policies.daily_cap
    ):
        return Reason.DAILY_CAP
    return Reason.NONE


def _runs_today(tx: Tx, schedule: Schedule) -> int:
    return occurrence_lists.started_since(tx, schedule.id, midnight_before(tx.now, schedule.zone))


def _is_free(tx: Tx, model: ModelRef) -> bool:
    if model.provider == PLAYBOOK_PROVIDER:
        return True
    found = (each for each in provider_configs.all(tx) if each.id == model.provider)
    return any(each.kind.is_local for each in found)
