"""Between instants and the wall clock of a zone, for fields that show dates and times."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from PySide6.QtCore import QDate, QDateTime, QTime


def wall_of(at: datetime, zone: str) -> QDateTime:
    """What the clock of a zone shows at an instant."""
    here = at.astimezone(_zone(zone))
    return QDateTime(QDate(here.year, here.month, here.day), QTime(here.hour, here.minute))


def instant_of(wall: QDateTime, zone: str) -> datetime:
    """The instant at which the clock of a zone shows this; the first where it does so twice."""
    date, clock = wall.date(), wall.time()
    here = datetime(
        date.year(), date.month(), date.day(), clock.hour(), clock.minute(), tzinfo=_zone(zone)
    )
    return here.astimezone(UTC)


def time_of(shown: QTime) -> time:
    """A time of day."""
    return time(shown.hour(), shown.minute())


def shown_time(at: time) -> QTime:
    """A time of day for a field."""
    return QTime(at.hour, at.minute)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
