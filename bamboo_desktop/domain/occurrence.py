"""Occurrences: one planned instant of one schedule each, and its fate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bamboo_desktop.domain.ids import BootId, OccurrenceId, RunId, ScheduleId, SessionId
from bamboo_desktop.domain.run_config import ModelSource


class OccurrenceKind(StrEnum):
    """Whether the rule made it or a person."""

    PLANNED = "planned"
    MANUAL = "manual"


class OccurrenceState(StrEnum):
    """Where an occurrence stands: three that go on, then the ends."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    SUCCESS = "success"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    MISSED = "missed"
    INTERRUPTED = "interrupted"

    @property
    def is_open(self) -> bool:
        """True while something can still come of it by itself or by an answer."""
        return self in _OPEN


_OPEN = frozenset({OccurrenceState.QUEUED, OccurrenceState.RUNNING, OccurrenceState.WAITING})


class Timing(StrEnum):
    """When it was started, beside its plan."""

    ON_TIME = "on_time"
    LATE = "late"
    CAUGHT_UP = "caught_up"


class Reason(StrEnum):
    """Why an occurrence has the fate it has."""

    NONE = ""
    NOT_CAUGHT_UP = "not_caught_up"
    """Missed; the schedule does not catch up."""
    TOO_LATE = "too_late"
    """Missed by more than the largest lateness."""
    SUPERSEDED = "superseded"
    """A later one stands for it."""
    OVER_LIMIT = "over_limit"
    """More were missed than are caught up."""
    DISABLED = "disabled"
    PAUSED = "paused"
    ZONE_MOVED = "zone_moved"
    """Its wall time was left out by a move of the zone."""
    ASKED = "asked"
    """A person is asked whether it shall be caught up."""
    DECLINED = "declined"
    """The person did not want it to be caught up."""
    OVERLAP = "overlap"
    """The one before it was still running."""
    WAITS_FOR_YOU = "waits_for_you"
    """The one before it waits for the person."""
    BUSY = "busy"
    """The session it was to continue was running."""
    NO_MODEL = "no_model"
    DAILY_CAP = "daily_cap"
    BUDGET = "budget"
    PREFLIGHT = "preflight"
    """What it needs was not there: its model, key, folder or playbook."""
    PREPARED = "prepared"
    """The session was made and not run, as the schedule says."""
    OUT_OF_ROUNDS = "out_of_rounds"
    BY_PERSON = "by_person"
    """A person took it back."""
    DELETED = "deleted"
    """The schedule was deleted, or its session."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Occurrence:
    """One planned instant and its fate, or a run of equal missed instants as one row.

    Attributes:
        planned_at: the instant; the first of a range.
        last_at: the last of a range, else `planned_at`.
        count: how many instants the row stands for.
        as_of: for a manual one, the instant it stands in for.
        not_before: when it may be started: its instant, spread, and moved out of quiet hours.
        owner: the start of the program that claimed it.
        attempt: 0 before the first start.
        run_id: the newest run that advanced it.
        error: the words of the failure.
    """

    id: OccurrenceId
    schedule_id: ScheduleId
    kind: OccurrenceKind
    planned_at: datetime
    last_at: datetime
    count: int
    state: OccurrenceState
    timing: Timing
    claimed_at: datetime
    owner: BootId
    not_before: datetime
    reason: Reason = Reason.NONE
    as_of: datetime | None = None
    attempt: int = 0
    session_id: SessionId | None = None
    run_id: RunId | None = None
    model_source: ModelSource = ModelSource.NONE
    started_at: datetime | None = None
    ended_at: datetime | None = None
    error: str = ""

    @property
    def was_catch_up(self) -> bool:
        """True when it was claimed later than the grace."""
        return self.timing is Timing.CAUGHT_UP

    @property
    def lag(self) -> timedelta | None:
        """By how much its first start was late; None when it was not started, or by a person.

        Counted from its instant, and from the end of a spread or of quiet hours that moved it.
        """
        if self.started_at is None or self.kind is OccurrenceKind.MANUAL:
            return None
        # A later attempt has moved `not_before` beyond the first start.
        was_moved = self.not_before <= self.started_at and not self.was_catch_up
        return self.started_at - (self.not_before if was_moved else self.planned_at)


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """One start of an occurrence; a retry after a failure is the next one."""

    occurrence_id: OccurrenceId
    number: int
    owner: BootId
    started_at: datetime
    state: OccurrenceState
    session_id: SessionId | None = None
    ended_at: datetime | None = None
    reason: Reason = Reason.NONE
    error: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """How many occurrences of a schedule had a fate, those no longer listed included."""

    state: OccurrenceState
    reason: Reason
    count: int
    first_at: datetime
    last_at: datetime
