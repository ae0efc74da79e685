"""Triggers: the rule that says when a schedule fires.

Calendar kinds (daily, weekly, monthly, cron) are read on the wall clock of the schedule's zone;
`Once` and `Interval` are instants and need no zone to be computed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from bamboo_desktop.domain.errors import InvalidInputError

SHORTEST_INTERVAL = timedelta(minutes=1)
LONGEST_INTERVAL = timedelta(days=366)


class Weekday(StrEnum):
    """Days of the week, Monday first, named as in cron."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"

    @property
    def number(self) -> int:
        """0 is Monday, as in `datetime.weekday`."""
        return tuple(Weekday).index(self)


@dataclass(frozen=True, kw_only=True, slots=True)
class Once:
    """One instant."""

    at: datetime

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise InvalidInputError("The instant of a one-time schedule needs a time zone.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """Every so often: the anchor plus whole periods, before and after it.

    The phase belongs to the anchor, never to the last run: a late run does not move the next one.
    """

    every: timedelta
    anchor_at: datetime

    def __post_init__(self) -> None:
        if self.anchor_at.tzinfo is None:
            raise InvalidInputError("The anchor of an interval needs a time zone.")
        if not SHORTEST_INTERVAL <= self.every <= LONGEST_INTERVAL or self.every.microseconds:
            raise InvalidInputError(
                "An interval has whole seconds, at least one minute and at most 366 days."
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class Daily:
    """Every day at a wall time."""

    at: time

    def __post_init__(self) -> None:
        _check_wall_time(self.at)


@dataclass(frozen=True, kw_only=True, slots=True)
class Weekly:
    """On some days of the week at a wall time."""

    weekdays: frozenset[Weekday]
    at: time

    def __post_init__(self) -> None:
        _check_wall_time(self.at)
        if not self.weekdays:
            raise InvalidInputError("Choose at least one day of the week.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Monthly:
    """On some days of the month at a wall time; a month that lacks the day is passed over."""

    days: frozenset[int]
    at: time

    def __post_init__(self) -> None:
        _check_wall_time(self.at)
        if not self.days or not all(1 <= day <= 31 for day in self.days):
            raise InvalidInputError("Choose at least one day of the month, from 1 to 31.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Cron:
    """A cron expression of five fields, or a nickname such as `@daily`."""

    expression: str


Trigger = Once | Interval | Daily | Weekly | Monthly | Cron


@dataclass(frozen=True, kw_only=True, slots=True)
class FireWindow:
    """When a rule counts: from `start_at` to `end_at`, both belong to it; None is open.

    The first fire is the first occurrence of the rule inside the window, never the start itself.
    """

    start_at: datetime | None = None
    end_at: datetime | None = None

    def __post_init__(self) -> None:
        for at in (self.start_at, self.end_at):
            if at is not None and at.tzinfo is None:
                raise InvalidInputError("The bounds of a schedule's window need a time zone.")
        if self.start_at is not None and self.end_at is not None and self.end_at < self.start_at:
            raise InvalidInputError("The window ends before it starts; swap the two.")


def _check_wall_time(at: time) -> None:
    if at.tzinfo is not None or at.microsecond:
        raise InvalidInputError("A time of day has hours, minutes and whole seconds, and no zone.")
