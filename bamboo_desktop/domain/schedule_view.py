"""What the windows and commands about schedules are shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bamboo_desktop.domain.budget import Budgets
from bamboo_desktop.domain.fire import Fire, FireNote
from bamboo_desktop.domain.ids import ScheduleId
from bamboo_desktop.domain.occurrence import Attempt, Occurrence, OccurrenceState
from bamboo_desktop.domain.run_config import RunConfig
from bamboo_desktop.domain.schedule import Policies, Schedule
from bamboo_desktop.domain.tool import FileTouch
from bamboo_desktop.domain.trigger import FireWindow, Trigger
from bamboo_desktop.domain.usage import Usage


@dataclass(frozen=True, kw_only=True, slots=True)
class ScheduleDraft:
    """What a person wants a schedule to be."""

    name: str
    trigger: Trigger
    zone: str
    window: FireWindow = field(default_factory=FireWindow)
    policies: Policies = field(default_factory=Policies)
    run_config: RunConfig = field(default_factory=RunConfig)
    budgets: Budgets = field(default_factory=Budgets)
    is_enabled: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class ScheduleSummary:
    """One row of the list of schedules.

    Attributes:
        sentence: when it fires, in words.
        last: the newest occurrence that has ended or waits.
        streak: the last ten ends, the newest last.
        open: what is queued, running or waiting.
        cost_month_micros: what its runs cost since the first of the month; None is unknown.
        is_stale: nothing has succeeded for three periods.
    """

    schedule: Schedule
    sentence: str
    last: Occurrence | None = None
    streak: tuple[OccurrenceState, ...] = ()
    open: tuple[Occurrence, ...] = ()
    cost_month_micros: int | None = None
    is_stale: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class OccurrenceDetail:
    """One line of the history of a schedule.

    `duration` counts from the first start to the end. `answer` is the agent's last words, `changed`
    whether they differ from those of the occurrence before it, None when there is nothing to
    compare.
    """

    occurrence: Occurrence
    attempts: tuple[Attempt, ...] = ()
    usage: Usage = field(default_factory=Usage)
    duration: timedelta | None = None
    files: tuple[FileTouch, ...] = ()
    answer: str = ""
    changed: bool | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """Two occurrences side by side, the earlier one first.

    `basis` says in words what `is_changed` compares; `diff` is a unified diff of the answers.
    `cost_micros` is by how much the second cost more, None when one of the costs is unknown.
    """

    first: OccurrenceDetail
    second: OccurrenceDetail
    is_changed: bool
    basis: str
    diff: str = ""
    only_first: tuple[str, ...] = ()
    only_second: tuple[str, ...] = ()
    both: tuple[str, ...] = ()
    longer: timedelta | None = None
    more_tokens: int = 0
    cost_micros: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarEntry:
    """A planned instant in the calendar: with its occurrence, or still to come.

    Where there are too many to be listed one by one, an entry stands for `count` of them from `at`
    to `last_at`; a `count` of 0 is more than were counted.
    """

    schedule_id: ScheduleId
    name: str
    at: datetime
    last_at: datetime
    count: int = 1
    occurrence: Occurrence | None = None
    note: FireNote = FireNote.NONE

    @property
    def is_lump(self) -> bool:
        """True when it stands for several instants."""
        return self.count != 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """What a rule means: its next fires, a sentence, and what the person should know about it."""

    fires: tuple[Fire, ...]
    sentence: str
    warnings: tuple[str, ...] = ()


class HoldReason(StrEnum):
    """Why nothing is claimed although the time has come."""

    SET_FORWARD = "set_forward"
    SET_BACK = "set_back"
    FAR_JUMP = "far_jump"
    """More than a year at once: a person has to say that the clock is right."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockHold:
    """Claims stand still because the clock jumped by `jump`."""

    reason: HoldReason
    jump: timedelta
    since: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Heartbeat:
    """How the ticker is: when it last looked, and the next instant that is to run.

    What is switched off or paused is not counted.
    """

    last_tick_at: datetime | None = None
    next_due_at: datetime | None = None
    hold: ClockHold | None = None
    is_behind: bool = False
