"""Schedules: rules that start sessions by themselves, and what happens when they cannot."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum

from bamboo_desktop.domain.budget import Budgets
from bamboo_desktop.domain.errors import InvalidInputError
from bamboo_desktop.domain.ids import ScheduleId
from bamboo_desktop.domain.run_config import RunConfig
from bamboo_desktop.domain.trigger import FireWindow, Trigger

GRACE = timedelta(seconds=60)
"""Claimed within it, an occurrence is on time."""
LONGEST_JITTER = timedelta(minutes=15)
MOST_EACH = 10
MOST_PARALLEL = 3


class Misfire(StrEnum):
    """What becomes of occurrences that nobody could claim in time."""

    NONE = "none"
    LATEST = "latest"
    EACH = "each"
    ASK = "ask"


class Overlap(StrEnum):
    """What becomes of an occurrence while the one before it runs."""

    SKIP = "skip"
    QUEUE_ONE = "queue_one"
    ALLOW = "allow"
    CANCEL_PREVIOUS = "cancel_previous"


class WhileWaiting(StrEnum):
    """What becomes of an occurrence while the one before it waits for a person."""

    SKIP = "skip"
    QUEUE_ONE = "queue_one"
    ALLOW = "allow"


class PauseReason(StrEnum):
    """Why a schedule is paused."""

    PERSON = "person"
    FAILURES = "failures"
    NO_PROGRESS = "no_progress"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, kw_only=True, slots=True)
class QuietHours:
    """Wall times between which nothing is started; what falls into them starts at their end.

    An end before the start means the next morning.
    """

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start == self.end:
            raise InvalidInputError("Quiet hours that end when they start never end; change one.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Policies:
    """What happens when things do not go as planned; the defaults suit an unattended desktop.

    Attributes:
        misfire: what becomes of missed occurrences.
        max_each: how many of them EACH runs at most, 1 to 10.
        max_lateness: older ones are not caught up.
        overlap: what becomes of one while another runs.
        max_parallel: how many ALLOW lets run at once, 1 to 3.
        while_waiting: what becomes of one while another waits for a person.
        jitter: starts are spread over this much, at most 15 minutes; the same at each look.
        quiet: see QuietHours.
        retries: further attempts after a failure that had no effect, 0 to 5.
        pause_after: so many failed occurrences in a row pause the schedule; 0 is never.
        daily_cap: so many runs a day of the schedule's zone at most.
    """

    misfire: Misfire = Misfire.LATEST
    max_each: int = MOST_EACH
    max_lateness: timedelta = timedelta(hours=24)
    overlap: Overlap = Overlap.SKIP
    max_parallel: int = MOST_PARALLEL
    while_waiting: WhileWaiting = WhileWaiting.SKIP
    jitter: timedelta = timedelta()
    quiet: QuietHours | None = None
    retries: int = 2
    pause_after: int = 3
    daily_cap: int = 100

    def __post_init__(self) -> None:
        _check("catches up", self.max_each, 1, MOST_EACH)
        _check("runs in parallel", self.max_parallel, 1, MOST_PARALLEL)
        _check("retries", self.retries, 0, 5)
        _check("failures before a pause", self.pause_after, 0, 100)
        _check("runs a day", self.daily_cap, 1, 1440)
        if not timedelta() <= self.jitter <= LONGEST_JITTER:
            raise InvalidInputError("Starts can be spread over 0 to 15 minutes.")
        if not GRACE <= self.max_lateness <= timedelta(days=366):
            raise InvalidInputError("The largest lateness is between one minute and 366 days.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """A schedule stands still from `since` until `until` (None: until it is resumed)."""

    since: datetime
    reason: PauseReason
    until: datetime | None = None
    message: str = ""

    def covers(self, at: datetime) -> bool:
        """True when an occurrence at that instant is not run."""
        return at >= self.since and (self.until is None or at < self.until)


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What was computed from the rule, and with which knowledge.

    Attributes:
        accounted_at: every planned instant up to here has its fate stored; it only ever grows.
        next_at: the first planned instant after it, None when the rule has run dry.
        ahead: the next ten, kept to notice when an upgrade would move them.
        version: the tz database and the arithmetic they were computed with.
        is_slow: the computation took more than 50 ms.
    """

    accounted_at: datetime
    next_at: datetime | None = None
    ahead: tuple[datetime, ...] = ()
    version: str = ""
    is_slow: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Schedule:
    """A rule with everything its runs need.

    `revision` grows with every edit; a claim and a dispatch name the one they saw. `deleted_at` set
    means: in the bin.
    """

    id: ScheduleId
    name: str
    trigger: Trigger
    zone: str
    plan: Plan
    created_at: datetime
    updated_at: datetime
    window: FireWindow = field(default_factory=FireWindow)
    policies: Policies = field(default_factory=Policies)
    run_config: RunConfig = field(default_factory=RunConfig)
    budgets: Budgets = field(default_factory=Budgets)
    is_enabled: bool = True
    pause: Pause | None = None
    revision: int = 1
    deleted_at: datetime | None = None


def _check(what: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise InvalidInputError(f"The number of {what} is between {low} and {high}.")
