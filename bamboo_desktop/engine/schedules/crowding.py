"""Crowding: what becomes of queued occurrences while there is no room for another run.

Nothing starts then. What would overlap, or comes too late, is told so all the same, and what has
to give way is stopped: otherwise it would be decided by when there is room again.
"""

from __future__ import annotations

from collections.abc import Sequence

from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.model import ModelRef
from bamboo_desktop.domain.occurrence import Occurrence, OccurrenceState
from bamboo_desktop.engine.runs.snapshot import DEFAULT_MODEL, parse_model
from bamboo_desktop.engine.schedules.admission import Admission, admit, going_on
from bamboo_desktop.engine.schedules.letting_go import refuse
from bamboo_desktop.engine.schedules.overlap import Step
from bamboo_desktop.engine.schedules.resolver import resolve
from bamboo_desktop.store import occurrences, preferences, schedules
from bamboo_desktop.store.transaction import Tx


def unwanted(tx: Tx, queued: Sequence[Occurrence]) -> list[Occurrence]:
    """Those of them that are not only waiting for room."""
    return [each for each in queued if _is_for_now(_admission(tx, each))]


def turn_away(tx: Tx, occurrence: Occurrence) -> tuple[SessionId, ...]:
    """Settle one that is not to start later either; returns the sessions that have to give way."""
    admission = _admission(tx, occurrence)
    if admission is not None and admission.verdict.step is Step.SKIP:
        refuse(tx, occurrence, admission.verdict.reason)
    return () if admission is None else admission.stops


def default_model(tx: Tx) -> ModelRef | None:
    """The model of what names none."""
    return parse_model(preferences.get(tx, DEFAULT_MODEL))


def _admission(tx: Tx, occurrence: Occurrence) -> Admission | None:
    """What is done with it; None when it is queued no more."""
    present = occurrences.get(tx, occurrence.id)
    schedule = schedules.get(tx, occurrence.schedule_id)
    if present is None or schedule is None or present.state is not OccurrenceState.QUEUED:
        return None
    resolved = resolve(schedule.run_config, default_model(tx))
    return admit(tx, present, resolved, going_on(tx, present), is_crowded=True)


def _is_for_now(admission: Admission | None) -> bool:
    return admission is not None and admission.verdict.step in {Step.SKIP, Step.STOP_PREVIOUS}
