"""The instants of a rule, told by the calendar and the cron daemon, not by the program."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from itertools import product
from zoneinfo import ZoneInfo

from bamboo_desktop.domain.trigger import Cron, Daily, Interval, Trigger
from tests.schedules.daemon import Days, Line, runs

DAYS = 110
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Rule:
    """A rule in both languages: the program's trigger, and a crontab line or a period."""

    line: str = ""
    every: timedelta | None = None
    is_daily: bool = False

    def trigger(self, anchor: datetime) -> Trigger:
        if self.every is not None:
            return Interval(every=self.every, anchor_at=anchor)
        if self.is_daily:
            minute, hour, *_ = self.line.split()
            return Daily(at=time(int(hour), int(minute)))
        return Cron(expression=self.line)


@dataclass(frozen=True)
class Period:
    """A time of the year with changes of the clock in it, and zones that have them."""

    start: datetime
    zones: tuple[str, ...]


def _utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


PERIODS = (
    Period(_utc(2026, 3, 1), ("Europe/Berlin", "America/New_York", "UTC")),
    Period(_utc(2026, 3, 20), ("Australia/Lord_Howe", "Pacific/Chatham", "Europe/Berlin")),
    Period(_utc(2026, 10, 3), ("Europe/Berlin", "America/New_York", "Asia/Kolkata")),
    Period(_utc(2026, 9, 25), ("Australia/Lord_Howe", "Europe/London", "UTC")),
    Period(_utc(2026, 8, 25), ("America/Santiago", "UTC", "Asia/Kolkata")),
    Period(_utc(2026, 1, 30), ("Africa/Casablanca", "Europe/Berlin", "UTC")),
    Period(_utc(2011, 12, 10), ("Pacific/Apia", "UTC")),
)
RULES = (
    Rule("30 2 * * *"),
    Rule("30 2 * * *", is_daily=True),
    Rule("0 9 * * *", is_daily=True),
    Rule("30 1 * * *"),
    Rule("0 3 * * 0,1"),
    Rule("*/30 2 * * 0,6"),
    Rule("0 1-3 * * 0"),
    Rule("0 8 * * 1-5"),
    Rule("20 0 1,15 * *"),
    Rule("5 */8 * * 0"),
    Rule("30 0 * * *"),
    Rule(every=timedelta(hours=31, minutes=7)),
    Rule(every=timedelta(days=1)),
)
OFTEN = (Rule("*/20 1-2 * * *"), Rule("45 */4 * * *"), Rule(every=timedelta(hours=5)))


@cache
def of_line(line: str, zone: str, start: datetime) -> tuple[datetime, ...]:
    """The instants of a crontab line from `start` on, for as long as a story may take."""
    return tuple(_of_line(Line(line), ZoneInfo(zone), start))


def of_period(every: timedelta, anchor: datetime, start: datetime) -> Iterator[datetime]:
    """The instants of a period from `start` on."""
    at = anchor
    while at < start + DAYS * _DAY:
        if at >= start:
            yield at
        at += every


def _of_line(line: Line, zone: ZoneInfo, start: datetime) -> Iterator[datetime]:
    minutes, hours, *_ = line.sets()
    of_day = sorted(hour * 60 + minute for hour, minute in product(hours, minutes))
    days = Days(line)
    for number in range(DAYS):
        day = start + number * _DAY
        around = (day + ahead * timedelta(hours=1) for ahead in range(-5, 26))
        offsets = {at.astimezone(zone).utcoffset() for at in around}
        if len(offsets) > 1:
            early = day - timedelta(hours=5)
            found = runs(line, zone, early, day + _DAY)
            yield from (at for at in found if day < at)
            continue
        yield from _ordinary(days, of_day, day, offsets.pop() or timedelta())


def _ordinary(
    days: Days, of_day: list[int], day: datetime, offset: timedelta
) -> Iterator[datetime]:
    """A day of 24 hours, without its first and with its last instant."""
    wall = day.replace(tzinfo=None) + offset
    midnight = datetime.combine(wall.date(), time())
    epoch = datetime(1970, 1, 1)  # noqa: DTZ001 - wall time
    for ahead in (0, 1):
        first = midnight + ahead * _DAY
        base = (first - epoch) // timedelta(minutes=1)
        for minute in of_day:
            shown = first + timedelta(minutes=minute)
            if wall < shown <= wall + _DAY and days.runs(base + minute):
                yield (shown - offset).replace(tzinfo=UTC)
