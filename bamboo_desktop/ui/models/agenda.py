"""The agenda: days as headings, and under each its occurrences and fires to come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from typing_extensions import override

from bamboo_desktop.domain.fire import FireNote
from bamboo_desktop.domain.schedule_view import CalendarEntry
from bamboo_desktop.ui.formats import one_line
from bamboo_desktop.ui.models.calendar_cells import fate_word
from bamboo_desktop.ui.models.schedule_words import fate_line, fire_time

AGENDA_ROLE = int(Qt.ItemDataRole.UserRole)
_INVALID = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, kw_only=True, slots=True)
class DayRow:
    """The heading of a day."""

    day: date
    title: str
    count: int


AgendaRow = DayRow | CalendarEntry


def _tr(text: str) -> str:
    return QCoreApplication.translate("Agenda", text)


def agenda_rows(entries: Iterable[CalendarEntry]) -> list[AgendaRow]:
    """The rows of some entries, which are in order; it may be called beside the loop."""
    by_day: dict[date, list[CalendarEntry]] = {}
    for entry in entries:
        by_day.setdefault(entry.at.astimezone().date(), []).append(entry)
    rows: list[AgendaRow] = []
    for day, found in by_day.items():
        rows.append(DayRow(day=day, title=_title(day), count=sum(one.count or 1 for one in found)))
        rows.extend(found)
    return rows


def _title(day: date) -> str:
    locale, long = QLocale(), QLocale.FormatType.LongFormat
    weekday, month = locale.dayName(day.isoweekday(), long), locale.monthName(day.month, long)
    return f"{weekday}, {day.day} {month} {day.year}"


def entry_time(entry: CalendarEntry) -> str:
    """When it is or was; from and to where it stands for several."""
    if entry.last_at > entry.at:
        return f"{fire_time(entry.at)}-{fire_time(entry.last_at)}"
    return fire_time(entry.at)


def entry_words(entry: CalendarEntry) -> str:
    """What became of it, or what is to come."""
    if entry.occurrence is not None:
        # A row of the store may stand for many; this entry says its own share alone.
        return fate_line(replace(entry.occurrence, count=max(entry.count, 1)))
    note = {
        FireNote.NONE: "",
        FireNote.AFTER_GAP: _tr("clocks go forward: at the end of the gap"),
        FireNote.FIRST_OF_TWO: _tr("clocks go back: at the first of the two"),
        FireNote.ZONE_MOVED: _tr("the zone moves over it: does not run"),
    }[entry.note]
    words = fate_word(None)
    if entry.count == 0:
        words = _tr("to come, very often")
    elif entry.count > 1:
        words = _tr("{} to come").format(f"{entry.count:,}")
    return f"{words}, {note}" if note else words


class AgendaModel(QAbstractTableModel):
    """One column of rows; headings cannot be chosen."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[AgendaRow] = []

    def replace(self, rows: list[AgendaRow]) -> None:
        """Show these rows."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def row_at(self, index: Index) -> AgendaRow | None:
        """The row of an index."""
        return self._rows[index.row()] if 0 <= index.row() < len(self._rows) else None

    def first_of(self, day: date) -> QModelIndex:
        """The first entry of a day or of the first day after it."""
        for place, row in enumerate(self._rows):
            if isinstance(row, DayRow) and row.day >= day:
                return self.index(place + 1, 0)
        return QModelIndex()

    def first_from(self, at: datetime) -> QModelIndex:
        """The first entry at an instant or after it; the last one when all are over."""
        place = -1
        for number, row in enumerate(self._rows):
            if isinstance(row, CalendarEntry):
                place = number
                if row.last_at >= at:
                    break
        return self.index(place, 0) if place >= 0 else QModelIndex()

    @override
    def rowCount(self, parent: Index = _INVALID) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: Index = _INVALID) -> int:
        return 0 if parent.isValid() else 1

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        if isinstance(self.row_at(index), DayRow):
            return Qt.ItemFlag.ItemIsEnabled
        return super().flags(index)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row_at(index)
        if row is None or role == AGENDA_ROLE:
            return row
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            if isinstance(row, DayRow):
                return row.title
            return f"{entry_time(row)} {one_line(row.name)}, {entry_words(row)}"
        return None
