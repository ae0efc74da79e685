"""Fires: the planned instants of a rule, and what a clock change did to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class FireNote(StrEnum):
    """What a change of the zone's offset did to a planned instant."""

    NONE = ""
    AFTER_GAP = "after_gap"
    """Its wall time did not exist that day: it fires at the end of the gap."""
    FIRST_OF_TWO = "first_of_two"
    """Its wall time came twice that day: it fires at the first."""
    ZONE_MOVED = "zone_moved"
    """Its wall time was skipped by a move of more than three hours: it does not fire."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fire:
    """One planned instant, aware UTC."""

    at: datetime
    note: FireNote = FireNote.NONE

    @property
    def is_run(self) -> bool:
        """False for an instant that is only accounted for."""
        return self.note is not FireNote.ZONE_MOVED
