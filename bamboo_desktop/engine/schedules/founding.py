"""Founding: the transaction that starts an occurrence, or settles why it is not started.

Everything is looked at again inside it, so that what a person changed between claim and start
counts: a disabled, edited or deleted schedule, a run that began meanwhile.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from bamboo_desktop.domain.ids import OccurrenceId, SessionId
from bamboo_desktop.domain.occurrence import (
    Occurrence,
    OccurrenceKind,
    OccurrenceState,
    Reason,
    Timing,
)
from bamboo_desktop.domain.run import RunCause
from bamboo_desktop.domain.run_config import ResolvedRunConfig
from bamboo_desktop.domain.schedule import GRACE, Schedule
from bamboo_desktop.domain.session import Session, TitleSource
from bamboo_desktop.engine.runs import rounds, snapshot
from bamboo_desktop.engine.runs.conversation import entries_of
from bamboo_desktop.engine.runs.launcher import Launcher
from bamboo_desktop.engine.runs.services import RunServices
from bamboo_desktop.engine.schedules.admission import admit
from bamboo_desktop.engine.schedules.claims import after_quiet
from bamboo_desktop.engine.schedules.letting_go import refuse
from bamboo_desktop.engine.schedules.overlap import Step
from bamboo_desktop.engine.schedules.wall_clock import WallClock
from bamboo_desktop.store import (
    messages,
    occurrences,
    schedules,
    sessions,
)
from bamboo_desktop.store.transaction import Tx

SCHEDULE_ID = "created_by_schedule_id"
OCCURRENCE_ID = "schedule_occurrence_id"
ORIGIN = "schedule"


@dataclass(frozen=True, kw_only=True, slots=True)
class Intent:
    """What is about to be started, as it was looked up before the transaction.

    `revision` is that of its schedule. `hindrance` is a sentence when something it needs is not
    there.
    """

    occurrence_id: OccurrenceId
    revision: int
    session_id: SessionId
    is_new_session: bool
    resolved: ResolvedRunConfig
    hindrance: str
    clock: WallClock


class Founding:
    """Starts an occurrence inside a transaction.

    Attributes:
        stops: sessions whose runs have to end before this can be started.
    """

    def __init__(self, services: RunServices, launcher: Launcher, intent: Intent) -> None:
        self._services = services
        self._launcher = launcher
        self._intent = intent
        self.stops: tuple[SessionId, ...] = ()

    def __call__(self, tx: Tx) -> bool:
        """Write session, message and work item; False when there is to be no run."""
        occurrence = occurrences.get(tx, self._intent.occurrence_id)
        if occurrence is None or occurrence.state is not OccurrenceState.QUEUED:
            return False
        intent = self._intent
        schedule = schedules.get(tx, occurrence.schedule_id)
        if schedule is not None and schedule.revision != intent.revision:
            # It was edited while this was prepared; whoever did that wakes the dispatcher.
            return False
        going_on = None if intent.is_new_session else intent.session_id
        admission = admit(tx, occurrence, intent.resolved, going_on)
        self.stops = admission.stops
        if admission.verdict.step is Step.SKIP:
            refuse(tx, occurrence, admission.verdict.reason)
        if schedule is None or not admission.is_start:
            return False
        if _is_put_off(tx, schedule, occurrence, intent.clock):
            return False
        if intent.hindrance:
            occurrences.settle(
                tx,
                occurrence,
                OccurrenceState.FAILED,
                reason=Reason.PREFLIGHT,
                error=intent.hindrance,
            )
            return False
        return self._start(tx, schedule, occurrence)

    def _start(self, tx: Tx, schedule: Schedule, occurrence: Occurrence) -> bool:
        intent, resolved = self._intent, self._intent.resolved
        if intent.is_new_session:
            sessions.insert(tx, self._session(tx, schedule, occurrence))
        started = occurrences.start(
            tx,
            occurrence,
            intent.session_id,
            model_source=resolved.model_source,
            timing=_timing(occurrence, tx.now),
        )
        if occurrence.attempt:
            self._launcher.add_work(tx, intent.session_id, RunCause.RETRIED, occurrence.id)
            return True
        if not intent.is_new_session:
            self._bring_up_to_date(tx)
        if resolved.prompt:
            message = rounds.user_message(
                self._services, intent.session_id, resolved.prompt, origin=ORIGIN
            )
            messages.append(tx, message, entries_of(message))
        if not resolved.runs_by_itself:
            occurrences.settle(tx, started, OccurrenceState.SUCCESS, reason=Reason.PREPARED)
            return False
        rules = schedule.run_config.allow_rules
        if rules:
            sessions.set_metadata(tx, intent.session_id, snapshot.ALLOW_RULES, json.dumps(rules))
        self._launcher.add_work(tx, intent.session_id, RunCause.SCHEDULED, occurrence.id)
        return True

    def _bring_up_to_date(self, tx: Tx) -> None:
        """Give a session that is continued what its schedule says by now.

        It was made by an earlier run; without this an edited model or folder would be checked
        and shown, and the old one used.
        """
        resolved = self._intent.resolved
        session = sessions.get(tx, self._intent.session_id)
        if session is None:
            return
        if (session.model, session.reasoning_effort) != (resolved.model, resolved.reasoning_effort):
            sessions.set_model(tx, session.id, resolved.model, resolved.reasoning_effort)
        if session.workspace != resolved.workspace:
            sessions.set_workspace(tx, session.id, resolved.workspace)
        if session.system_prompt != resolved.base_system_prompt:
            sessions.set_system_prompt(tx, session.id, resolved.base_system_prompt)

    def _session(self, tx: Tx, schedule: Schedule, occurrence: Occurrence) -> Session:
        resolved = self._intent.resolved
        meant = (occurrence.as_of or occurrence.planned_at).astimezone(self._intent.clock.zone)
        return Session(
            id=self._intent.session_id,
            title=f"{schedule.name} ({meant:%Y-%m-%d %H:%M})",
            title_source=TitleSource.AUTO,
            created_at=tx.now,
            updated_at=tx.now,
            root_session_id=self._intent.session_id,
            model=resolved.model,
            reasoning_effort=resolved.reasoning_effort,
            workspace=resolved.workspace,
            system_prompt=resolved.base_system_prompt,
            metadata={
                SCHEDULE_ID: schedule.id,
                OCCURRENCE_ID: occurrence.id,
                "base_system_prompt": resolved.base_system_prompt,
                "workspace_path": resolved.workspace,
                "model_source": resolved.model_source.value,
            },
        )


def _timing(occurrence: Occurrence, now: datetime) -> Timing:
    is_late = occurrence.timing is Timing.ON_TIME and now - occurrence.not_before > GRACE
    return Timing.LATE if is_late else occurrence.timing


def _is_put_off(tx: Tx, schedule: Schedule, occurrence: Occurrence, clock: WallClock) -> bool:
    """What waited for room, or for another try, until the quiet hours starts at their end."""
    quiet = schedule.policies.quiet
    if quiet is None or occurrence.kind is OccurrenceKind.MANUAL:
        return False
    later = after_quiet(quiet, clock, tx.now)
    if later > tx.now:
        occurrences.requeue(tx, occurrence, not_before=later)
    return later > tx.now
