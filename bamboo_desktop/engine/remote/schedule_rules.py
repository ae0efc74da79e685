"""Rules of schedules as they are written on a command line: read, each in one way only."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta

from bamboo_desktop.domain.errors import InvalidInputError
from bamboo_desktop.domain.trigger import (
    Cron,
    Daily,
    FireWindow,
    Interval,
    Monthly,
    Once,
    Trigger,
    Weekday,
    Weekly,
)
from bamboo_desktop.engine.remote.arguments import Arguments
from bamboo_desktop.engine.schedules.instants import instant_of

KINDS = ("cron", "every", "daily", "weekly", "monthly", "once")
NONE = "none"
"""Written where something that was set is taken away again."""
_LENGTH = re.compile(r"(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?", re.ASCII)
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?", re.ASCII)
_DAYS = {"weekdays": "mon,tue,wed,thu,fri", "weekends": "sat,sun"}
_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LETTERS = 3
_SHOWN = 40


def rule_of(arguments: Arguments, *, now: datetime) -> Trigger | None:
    """The one rule that was named, or None.

    Args:
        arguments: `cron`, `every` with `from`, `daily`, `weekly`, `monthly` with `at`, `once`.
        now: from when an interval counts that names no beginning.

    Raises:
        InvalidInputError: two were named, or one that cannot be read.
    """
    named = [kind for kind in KINDS if arguments.text(kind)]
    if len(named) > 1:
        raise InvalidInputError(f"--{named[0]} and --{named[1]} are two rules; name one.")
    if not named:
        return None
    return _READERS[named[0]](arguments, now)


def window_of(arguments: Arguments, known: FireWindow) -> FireWindow:
    """When the rule counts; what is not named stays as it is known.

    Raises:
        InvalidInputError: a bound cannot be read, or the end is before the start.
    """
    bounds = {"start": known.start_at, "end": known.end_at}
    for name in bounds:
        text = arguments.text(name)
        if text:
            bounds[name] = None if text == NONE else instant_of(text, f"--{name}")
    return FireWindow(start_at=bounds["start"], end_at=bounds["end"])


def length_of(text: str, what: str) -> timedelta:
    """A length of time such as 90m, 1h30m or 2d.

    Raises:
        InvalidInputError: it is none.
    """
    match = _LENGTH.fullmatch(text)
    if match is None or not any(match.groups()):
        raise InvalidInputError(
            f"{what} {text[:_SHOWN]!a} is no length of time; write it like 90m, 2h or 1d."
        )
    days, hours, minutes, seconds = (int(group or 0) for group in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def time_of(text: str, what: str) -> time:
    """A time of day such as 09:00.

    Raises:
        InvalidInputError: it is none.
    """
    match = _TIME.fullmatch(text)
    if match is None:
        raise InvalidInputError(f"{what} {text[:_SHOWN]!a} is no time of day; write it like 09:00.")
    hour, minute, second = (int(group or 0) for group in match.groups())
    return time(hour, minute, second)


def _cron(arguments: Arguments, _: datetime) -> Trigger:
    # Imported when it is needed: the rules that need no cron need none of its arithmetic.
    from bamboo_desktop.engine.schedules.cron_expression import CronExpression

    return Cron(expression=CronExpression.parse(arguments.text("cron")).text)


def _every(arguments: Arguments, now: datetime) -> Trigger:
    anchor = arguments.text("from")
    at = instant_of(anchor, "--from") if anchor else now.replace(microsecond=0)
    return Interval(every=length_of(arguments.text("every"), "--every"), anchor_at=at)


def _daily(arguments: Arguments, _: datetime) -> Trigger:
    return Daily(at=time_of(arguments.text("daily"), "--daily"))


def _weekly(arguments: Arguments, _: datetime) -> Trigger:
    written = arguments.text("weekly").lower()
    days = [day.strip() for day in _DAYS.get(written, written).split(",")]
    known = {day.value: day for day in Weekday}
    unknown = [day for day in days if day not in _WEEK and day not in known]
    if unknown:
        raise InvalidInputError(
            f"{unknown[0][:_SHOWN]!a} is no day of the week; write --weekly mon,thu, "
            "--weekly weekdays or --weekly weekends."
        )
    return Weekly(weekdays=frozenset(known[day[:_LETTERS]] for day in days), at=_at(arguments))


def _monthly(arguments: Arguments, _: datetime) -> Trigger:
    days = [day.strip() for day in arguments.text("monthly").split(",")]
    if not all(day.isascii() and day.isdigit() and len(day) <= 2 for day in days):
        raise InvalidInputError("The days of --monthly are numbers; write --monthly 1,15.")
    return Monthly(days=frozenset(int(day) for day in days), at=_at(arguments))


def _once(arguments: Arguments, _: datetime) -> Trigger:
    return Once(at=instant_of(arguments.text("once"), "--once"))


def _at(arguments: Arguments) -> time:
    written = arguments.text("at")
    if not written:
        raise InvalidInputError("Say at what time of day with --at, such as --at 09:00.")
    return time_of(written, "--at")


_READERS: dict[str, Callable[[Arguments, datetime], Trigger]] = {
    "cron": _cron,
    "every": _every,
    "daily": _daily,
    "weekly": _weekly,
    "monthly": _monthly,
    "once": _once,
}
