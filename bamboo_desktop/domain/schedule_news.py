"""ScheduleNews: what is published when a schedule or an occurrence has changed.

News of a change carry ids only; who wants to know more asks the engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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


@dataclass(frozen=True, slots=True)
class FiresMoved:
    """An update of the program reads a rule differently: what was to come comes at other times.

    `before` and `after` are the next instants, as they were kept and as they are now.
    """

    schedule_id: ScheduleId
    name: str
    before: tuple[datetime, ...]
    after: tuple[datetime, ...]


ScheduleNews = ScheduleChanged | OccurrenceChanged | FiresMoved
