"""A cron daemon, minute by minute: the judge of our fires, written without any of their code.

It keeps the daemon's own bookkeeping (the main loop of cron.c): a minute it believes it is, and
the minute the wall shows. It reads expressions with a reader of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

MINUTES_OF_A_JUMP = 3 * 60
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - wall time
_MINUTE = timedelta(minutes=1)
_BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))


@dataclass(frozen=True)
class Line:
    """One line of a crontab."""

    text: str

    @property
    def parts(self) -> list[str]:
        return self.text.split()

    @property
    def follows_the_wall(self) -> bool:
        minute, hour, *_ = self.parts
        return minute.startswith("*") or hour.startswith("*")

    def sets(self) -> list[set[int]]:
        return [_set(part, *bounds) for part, bounds in zip(self.parts, _BOUNDS, strict=True)]


class Days:
    """Whether a line runs at a wall minute."""

    def __init__(self, line: Line) -> None:
        self._minutes, self._hours, self._days, self._months, weekdays = line.sets()
        self._weekdays = {day % 7 for day in weekdays}
        _, _, day, _, weekday = line.parts
        self._both = day.startswith("*") or weekday.startswith("*")
        self._known: dict[int, bool] = {}

    def runs(self, minute: int) -> bool:
        day, of_day = divmod(minute, 24 * 60)
        return of_day % 60 in self._minutes and of_day // 60 in self._hours and self._runs_on(day)

    def _runs_on(self, day: int) -> bool:
        found = self._known.get(day)
        if found is None:
            found = self._known[day] = self._matches(_EPOCH.date() + timedelta(days=day))
        return found

    def _matches(self, day: date) -> bool:
        of_month, of_week = day.day in self._days, day.isoweekday() % 7 in self._weekdays
        is_day = (of_month and of_week) if self._both else (of_month or of_week)
        return is_day and day.month in self._months


def runs(line: Line, zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[datetime]:
    """The instants after `start` and at or before `end` at which the daemon starts the line."""
    days = Days(line)
    believed = _wall(start, zone)
    at = start + _MINUTE
    while at <= end:
        shown = _wall(at, zone)
        ahead = shown - believed
        if ahead == 1 or ahead - 1 > MINUTES_OF_A_JUMP or ahead - 1 < -MINUTES_OF_A_JUMP:
            # An ordinary minute, or a jump so long that the new time holds at once.
            if days.runs(shown):
                yield at
            believed = shown
        elif ahead > 1:
            skipped = any(days.runs(minute) for minute in range(believed + 1, shown + 1))
            if days.runs(shown) if line.follows_the_wall else skipped:
                yield at
            believed = shown
        elif line.follows_the_wall and days.runs(shown):
            # The wall was put back: lines of fixed times wait until it has caught up.
            yield at
        at += _MINUTE


def _wall(at: datetime, zone: ZoneInfo) -> int:
    wall = at.astimezone(zone).replace(tzinfo=None)
    return (wall - _EPOCH) // _MINUTE


def _set(part: str, low: int, high: int) -> set[int]:
    found: set[int] = set()
    for item in part.split(","):
        span, _, step = item.partition("/")
        first, _, last = span.partition("-")
        lowest = low if first == "*" else int(first)
        highest = high if first == "*" else int(last or first)
        found.update(range(lowest, highest + 1, int(step or 1)))
    return found


def aware(*parts: int) -> datetime:
    """An instant in UTC."""
    year, month, day, hour, minute = (*parts, 0, 0)[:5]
    return datetime(year, month, day, hour, minute, tzinfo=UTC)
