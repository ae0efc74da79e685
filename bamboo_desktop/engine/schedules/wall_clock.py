"""WallClock: what the clock on the wall of a zone shows, and when it is put forward or back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class OffsetChange:
    """The wall clock is put forward (`size` positive: a gap) or back (negative: a fold).

    Attributes:
        at: the first instant of the new offset, aware UTC.
        before: offset from UTC until then.
        after: offset from then on.
    """

    at: datetime
    before: timedelta
    after: timedelta

    @property
    def size(self) -> timedelta:
        """By how much the wall clock jumps."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time of constant offset: from `start` (with the change that began it) to `end`, UTC.

    `opened_by` and `closed_by` are None where the stretch was only cut off.
    """

    start: datetime
    end: datetime
    offset: timedelta
    opened_by: OffsetChange | None
    closed_by: OffsetChange | None

    def wall(self, at: datetime) -> datetime:
        """The wall time (naive) of an instant."""
        return at.replace(tzinfo=None) + self.offset

    def instant(self, wall: datetime) -> datetime:
        """The instant (aware UTC) of a wall time."""
        return (wall - self.offset).replace(tzinfo=UTC)


class WallClock:
    """The wall clock of one zone, as stretches of constant offset.

    zoneinfo lists no transitions, so they are found by comparing the offset from day to day and
    halving the day in which it changed. No zone changes twice within a day.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._years: dict[int, tuple[OffsetChange, ...]] = {}

    @property
    def name(self) -> str:
        """The zone's IANA name."""
        return self._zone.key

    @property
    def zone(self) -> ZoneInfo:
        """The zone itself, to show instants in it."""
        return self._zone

    def offset(self, at: datetime) -> timedelta:
        """How far the wall is ahead of UTC at an instant."""
        offset = at.astimezone(self._zone).utcoffset()
        return offset if offset is not None else timedelta()

    def changes(self, start: datetime, end: datetime) -> tuple[OffsetChange, ...]:
        """The changes after `start` and at or before `end`, in order."""
        return tuple(
            change
            for year in range(start.year, end.year + 1)
            for change in self._of_year(year)
            if start < change.at <= end
        )

    def stretch(self, at: datetime, *, until: datetime) -> Stretch:
        """The stretch that holds `at`, looked at from two days before it at the earliest."""
        earliest = at - 2 * _DAY
        before = self.changes(earliest, at)
        later = self.changes(at, until)
        opened = before[-1] if before else None
        closed = later[0] if later else None
        return Stretch(
            start=opened.at if opened else earliest,
            end=closed.at if closed else until + _SECOND,
            offset=self.offset(at),
            opened_by=opened,
            closed_by=closed,
        )

    def _of_year(self, year: int) -> tuple[OffsetChange, ...]:
        found = self._years.get(year)
        if found is None:
            found = self._years[year] = tuple(self._found(year))
        return found

    def _found(self, year: int) -> list[OffsetChange]:
        found: list[OffsetChange] = []
        day = datetime(year, 1, 1, tzinfo=UTC)
        offset = self.offset(day)
        while day.year == year:
            following = day + _DAY
            later = self.offset(following)
            if later != offset:
                found.append(self._halved(day, following, offset, later))
            day, offset = following, later
        return found

    def _halved(
        self, low: datetime, high: datetime, before: timedelta, after: timedelta
    ) -> OffsetChange:
        while high - low > _SECOND:
            middle = low + (high - low) // 2
            middle = middle.replace(microsecond=0)
            if self.offset(middle) == before:
                low = middle
            else:
                high = middle
        return OffsetChange(high, before, after)
