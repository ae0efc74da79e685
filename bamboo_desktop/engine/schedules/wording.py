"""Wording: when a rule fires, as a sentence in the time zone it is read in."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from bamboo_desktop.domain.trigger import (
    Cron,
    Daily,
    Interval,
    Monthly,
    Once,
    Trigger,
    Weekday,
    Weekly,
)
from bamboo_desktop.engine.schedules.wall_clock import WallClock

_DAY = timedelta(days=1)
_UNITS = (("day", _DAY), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1)))
_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WORKING = frozenset(Weekday) - {Weekday.SAT, Weekday.SUN}
_SHORTEST_MONTH = 28


def sentence(trigger: Trigger, clock: WallClock) -> str:
    """When a rule fires, without a capital and a full stop: it may stand within a line.

    Raises:
        InvalidInputError: a cron expression that cannot be read.
    """
    return f"{_rule(trigger, clock)}, {clock.name}"


def _rule(trigger: Trigger, clock: WallClock) -> str:
    match trigger:
        case Once():
            return f"once, on {_instant(trigger.at, clock)}"
        case Interval():
            return f"every {_period(trigger.every)} from {_anchor(trigger, clock)}"
        case Daily():
            return f"every day at {_time(trigger.at)}"
        case Weekly():
            return f"{_weekdays(trigger.weekdays)} at {_time(trigger.at)}"
        case Monthly():
            return _monthly(trigger)
        case Cron():
            # cron-descriptor takes a while to load, and most schedules do without it.
            from bamboo_desktop.engine.schedules.cron_words import cron_words

            return cron_words(trigger.expression)


def listed(words: list[str], *, joint: str = "and") -> str:
    """Several words as a list in a sentence."""
    *before, last = words
    return f"{', '.join(before)} {joint} {last}" if before else last


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 11th."""
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10)
    return f"{number}{ending or 'th'}"


def _time(at: time) -> str:
    return f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"


def _instant(at: datetime, clock: WallClock) -> str:
    wall = at.astimezone(clock.zone)
    return f"{wall:%Y-%m-%d} at {_time(wall.time())}"


def _anchor(trigger: Interval, clock: WallClock) -> str:
    """From when; the day matters only where the period does not fit into one."""
    if _DAY % trigger.every:
        return _instant(trigger.anchor_at, clock)
    return _time(trigger.anchor_at.astimezone(clock.zone).time())


def _period(every: timedelta) -> str:
    for name, unit in _UNITS:
        if not every % unit:
            return _counted(every // unit, name)
    return _counted(int(every.total_seconds()), "second")


def _counted(number: int, name: str) -> str:
    return name if number == 1 else f"{number:,} {name}s"


def _weekdays(days: frozenset[Weekday]) -> str:
    if days == frozenset(Weekday):
        return "every day"
    if days == _WORKING:
        return "weekdays"
    if days == frozenset(Weekday) - _WORKING:
        return "weekends"
    return f"every {listed([_NAMES[number] for number in sorted(day.number for day in days)])}"


def _monthly(trigger: Monthly) -> str:
    days = listed([f"the {ordinal(day)}" for day in sorted(trigger.days)])
    missing = ", in months that have it" if max(trigger.days) > _SHORTEST_MONTH else ""
    return f"on {days} of each month at {_time(trigger.at)}{missing}"
