"""ScheduleNews: what is published when a schedule or an occurrence has changed.

News carry ids only; who wants to know more asks the engine.
"""

from __future__ import annotations

from dataclasses import dataclass

from bamboo_desktop.domain.ids import OccurrenceId, ScheduleId


@dataclass(frozen=True, slots=True)
class ScheduleChanged:
    """A schedule was made, edited, advanced, paused, deleted or brought back."""

    schedule_id: ScheduleId


@dataclass(frozen=True, slots=True)
class OccurrenceChanged:
    """An occurrence was claimed or has another state."""

    schedule_id: ScheduleId
    occurrence_id: OccurrenceId


ScheduleNews = ScheduleChanged | OccurrenceChanged
