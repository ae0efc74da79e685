"""What the cells of the calendar say: entries by day or hour, equal ones of a schedule as one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from PySide6.QtCore import QCoreApplication, QLocale

from bamboo_desktop.domain.occurrence import OccurrenceState
from bamboo_desktop.domain.schedule_view import CalendarEntry
from bamboo_desktop.ui.formats import clock_time, one_line
from bamboo_desktop.ui.models.schedule_words import state_word

_DAY = timedelta(days=1)
_BY_HOUR = 200
"""So many lumps are spread over the hours of a week; of more only the first hour is marked."""
_URGENT = {
    OccurrenceState.WAITING: 0,
    OccurrenceState.FAILED: 1,
    OccurrenceState.INTERRUPTED: 1,
    OccurrenceState.MISSED: 2,
    OccurrenceState.RUNNING: 3,
}
DAYS = 7
AGENDA_DAYS = 14


class Span(StrEnum):
    """How much of the calendar is in view."""

    MONTH = "month"
    WEEK = "week"
    AGENDA = "agenda"


@dataclass(frozen=True, kw_only=True, slots=True)
class CellLine:
    """One line of a cell: an entry, or several of one schedule with the same fate.

    `state` is None for what is to come; `count` 0 means more than were counted.
    """

    entry: CalendarEntry
    count: int
    state: OccurrenceState | None
    text: str


def _tr(text: str) -> str:
    return QCoreApplication.translate("Calendar", text)


def fate(entry: CalendarEntry) -> OccurrenceState | None:
    """What became of it; None while it is to come."""
    return None if entry.occurrence is None else entry.occurrence.state


def fate_word(state: OccurrenceState | None) -> str:
    """A fate in a word or two."""
    return _tr("to come") if state is None else state_word(state)


def first_day(span: Span, day: date) -> date:
    """The first day in view when a day is to be seen."""
    if span is Span.AGENDA:
        return day
    if span is Span.MONTH:
        day = day.replace(day=1)
    start = QLocale().firstDayOfWeek().value
    return day - timedelta(days=(day.isoweekday() - start) % DAYS)


def rows_of(span: Span, day: date) -> int:
    """How many rows of cells: weeks of the month, or hours of the day."""
    if span is Span.WEEK:
        return 24
    first = first_day(Span.MONTH, day)
    last = (day.replace(day=28) + timedelta(days=4)).replace(day=1) - _DAY
    return (last - first).days // DAYS + 1


def bounds(span: Span, day: date) -> tuple[datetime, datetime]:
    """The instants in view, from the first to the last, where the person is."""
    first = first_day(span, day)
    days = {Span.MONTH: rows_of(span, day) * DAYS, Span.WEEK: DAYS, Span.AGENDA: AGENDA_DAYS}[span]
    end = _midnight(first + timedelta(days=days)) - timedelta(microseconds=1)
    return _midnight(first), end


def stepped(span: Span, day: date, step: int) -> date:
    """The day one screenful earlier (-1) or later (1)."""
    if span is Span.WEEK:
        return day + step * DAYS * _DAY
    if span is Span.AGENDA:
        return day + step * AGENDA_DAYS * _DAY
    month = day.month - 1 + step
    return date(day.year + month // 12, month % 12 + 1, 1)


def title_of(span: Span, day: date) -> str:
    """What is in view, as a heading."""
    locale = QLocale()
    if span is Span.MONTH:
        name = locale.standaloneMonthName(day.month, QLocale.FormatType.LongFormat)
        return f"{name} {day.year}"
    first = first_day(span, day)
    days = DAYS if span is Span.WEEK else AGENDA_DAYS
    last = first + (days - 1) * _DAY
    short = QLocale.FormatType.ShortFormat
    months = [locale.monthName(one.month, short) for one in (first, last)]
    return f"{first.day} {months[0]} - {last.day} {months[1]} {last.year}"


Place = tuple[int, int]
_Alike = dict[tuple[object, ...], list[CalendarEntry]]


def cells(
    entries: Iterable[CalendarEntry], span: Span, day: date
) -> Mapping[Place, tuple[CellLine, ...]]:
    """The lines of each cell, by row and column; it may be called beside the loop.

    What stands for more than can be listed is in every cell it reaches into. What needs a person
    comes first, then what happens first.
    """
    first = first_day(span, day)
    found: dict[Place, _Alike] = {}
    lumps: list[CalendarEntry] = []
    for entry in entries:
        _put(found, _place(entry.at, span, first), entry)
        if entry.is_lump and entry.last_at > entry.at:
            lumps.append(entry)
    hourly = len(lumps) <= _BY_HOUR
    for lump in lumps:
        rest = replace(lump, count=0)
        for place in _reached(lump, span, first, hourly=hourly):
            _put(found, place, rest)
    return {place: _lines(alike) for place, alike in found.items()}


def _put(found: dict[Place, _Alike], place: Place, entry: CalendarEntry) -> None:
    key = (entry.schedule_id, fate(entry))
    found.setdefault(place, {}).setdefault(key, []).append(entry)


def _place(at: datetime, span: Span, first: date) -> Place:
    here = at.astimezone()
    away = (here.date() - first).days
    return (here.hour, away) if span is Span.WEEK else divmod(away, DAYS)


def _reached(lump: CalendarEntry, span: Span, first: date, *, hourly: bool) -> Iterator[Place]:
    """The cells in view a lump reaches into after its first."""
    start, last = lump.at.astimezone(), lump.last_at.astimezone()
    days = (last.date() - first).days
    for away in range(max((start.date() - first).days, 0), days + 1):
        is_first, is_last = away == (start.date() - first).days, away == days
        if span is not Span.WEEK:
            if not is_first:
                yield divmod(away, DAYS)
            continue
        if away >= DAYS:
            return
        hours = range(start.hour + 1 if is_first else 0, (last.hour if is_last else 23) + 1)
        for hour in hours if hourly else hours[:1]:
            yield hour, away


def _lines(alike: _Alike) -> tuple[CellLine, ...]:
    lines = [_line(one) for one in alike.values()]
    lines.sort(key=lambda line: 4 if line.state is None else _URGENT.get(line.state, 4))
    return tuple(lines)


def _line(alike: list[CalendarEntry]) -> CellLine:
    first = alike[0]
    is_more = any(one.count == 0 for one in alike)
    count = 0 if is_more else sum(one.count for one in alike)
    text = f"{clock_time(first.at)} {one_line(first.name)}"
    if count > 1:
        text = f"{count:,}\u00d7 {one_line(first.name)}"
    elif is_more:
        text = _tr("often: {name}").format(name=one_line(first.name))
    return CellLine(entry=first, count=count, state=fate(first), text=text)


def counted(lines: Iterable[CellLine]) -> int:
    """How many instants some lines stand for, at least."""
    return sum(line.count or 1 for line in lines)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time()).astimezone().astimezone(UTC)
