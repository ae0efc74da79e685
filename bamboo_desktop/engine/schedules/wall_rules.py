"""Wall rules: the naive wall times of the calendar kinds of triggers, in order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Protocol

from croniter import CroniterError, croniter

from bamboo_desktop.domain.trigger import Cron, Daily, Monthly, Weekly
from bamboo_desktop.engine.schedules.cron_expression import CronExpression

YEARS_AHEAD = 8
_DAYS_AHEAD = YEARS_AHEAD * 366
_END_OF_TIME = datetime(9999, 12, 31)  # noqa: DTZ001 - a wall time names no zone


class WallRule(Protocol):
    """A rule on wall time.

    `is_fixed`: it names its times, so clock changes are made up for; else it follows the wall.
    """

    @property
    def is_fixed(self) -> bool:
        """See above."""
        ...

    def after(self, wall: datetime) -> Iterator[datetime]:
        """The wall times strictly after a naive one, at most 8 years ahead."""
        ...


def wall_rule(trigger: Daily | Weekly | Monthly | Cron) -> WallRule:
    """The rule of a calendar trigger.

    Raises:
        InvalidInputError: a cron expression that cannot be read.
    """
    if isinstance(trigger, Cron):
        return CronRule(CronExpression.parse(trigger.expression))
    return TimeOfDayRule(trigger)


class TimeOfDayRule:
    """One time of day on the days that a daily, weekly or monthly trigger names."""

    is_fixed = True

    def __init__(self, trigger: Daily | Weekly | Monthly) -> None:
        self._at: time = trigger.at
        self._weekdays: frozenset[int] | None = None
        self._days: frozenset[int] | None = None
        if isinstance(trigger, Weekly):
            self._weekdays = frozenset(day.number for day in trigger.weekdays)
        elif isinstance(trigger, Monthly):
            self._days = trigger.days

    def after(self, wall: datetime) -> Iterator[datetime]:
        """The wall times strictly after a naive one."""
        for ahead in range(_DAYS_AHEAD):
            day = wall.date() + timedelta(days=ahead)
            found = datetime.combine(day, self._at)
            if found > wall and self._names(day):
                yield found

    def _names(self, day: date) -> bool:
        if self._weekdays is not None:
            return day.weekday() in self._weekdays
        return self._days is None or day.day in self._days


class CronRule:
    """A cron expression; croniter does the arithmetic on values that are spelled out.

    The stretch between two neighbouring times is remembered: a rule that fires once in years is
    asked again at each clock change, and croniter goes through every month in between.
    """

    def __init__(self, expression: CronExpression) -> None:
        self._expression = expression
        self.is_fixed = expression.is_fixed
        self._steps: croniter | None = None
        self._before, self._next = _END_OF_TIME, _END_OF_TIME

    def after(self, wall: datetime) -> Iterator[datetime]:
        """The wall times strictly after a naive one."""
        while True:
            if not self._before <= wall < self._next:
                self._before, self._next = wall, self._following(wall)
            wall = self._next
            if wall == _END_OF_TIME:
                # Nothing within 8 years: the rule has run dry.
                return
            yield wall

    def _following(self, wall: datetime) -> datetime:
        """The first time after a naive one, or the end of time."""
        if self._steps is None:
            self._steps = croniter(
                self._expression.spelled_out,
                wall,
                ret_type=datetime,
                day_or=self._expression.either_day,
                max_years_between_matches=YEARS_AHEAD,
            )
        try:
            found: datetime = self._steps.get_next(start_time=wall)
        except CroniterError:
            return _END_OF_TIME
        return found
