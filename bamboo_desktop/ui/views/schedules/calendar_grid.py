"""Month and week as one painted grid; no widget a cell, and only what is in view is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from PySide6.QtCore import QLocale, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget
from typing_extensions import override

from bamboo_desktop.ui.models.calendar_cells import (
    DAYS,
    CellLine,
    Span,
    counted,
    fate_word,
    first_day,
    rows_of,
)
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.views.schedules.calendar_paint import LINE, CellLook, CellPainter

_HEAD, _HOURS, _HOUR_HEIGHT = 28, 52, 46

Cells = Mapping[tuple[int, int], tuple[CellLine, ...]]


class CalendarGrid(QAbstractScrollArea):
    """Arrows move the chosen day, Enter and a click beside the entries open it.

    `entry_chosen` carries a CalendarEntry, `day_opened` a date, `day_chosen` a date that may lie
    outside of what is in view.
    """

    entry_chosen = Signal(object)
    day_opened = Signal(object)
    day_chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Calendar"))
        self.viewport().setAutoFillBackground(False)
        self._painter = CellPainter(theme)
        self._row_height = _HOUR_HEIGHT
        self._span = Span.MONTH
        self._day = self._today = date.min
        self._cells: Cells = {}
        self._now: datetime | None = None
        theme.changed.connect(self.viewport().update)

    @property
    def cells(self) -> Cells:
        """What each cell shows, by row and column."""
        return self._cells

    def show_cells(self, span: Span, day: date, today: date, cells: Cells) -> None:
        """Show a month or a week around a day."""
        is_other = span is not self._span
        self._span, self._day, self._today, self._cells = span, day, today, cells
        self._fit()
        if is_other and span is Span.WEEK:
            has_present = self.now_line is not None
            first = self._now.astimezone().hour - 3 if self._now and has_present else 7
            self.verticalScrollBar().setValue(first * self._row_height)
        lines = [line for one in self._chosen_cells() for line in one]
        self.setAccessibleDescription(self._told(lines))
        self.viewport().update()

    def show_now(self, now: datetime) -> None:
        """Move the line of the present to an instant."""
        self._now = now
        if self._span is Span.WEEK:
            self.viewport().update()

    @property
    def now_line(self) -> QRect | None:
        """Where the present runs through its day; None outside of a week that has it."""
        if self._now is None or self._span is not Span.WEEK:
            return None
        here = self._now.astimezone()
        column = (here.date() - first_day(self._span, self._day)).days
        if not 0 <= column < DAYS:
            return None
        hour = self._place(here.hour, column)
        down = hour.height() * here.minute // 60
        return QRect(hour.left(), hour.top() + down, hour.width(), 2)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        rows = rows_of(self._span, self._day)
        for row in range(rows):
            for column in range(DAYS):
                place = self._place(row, column)
                if place.intersects(event.rect()) and place.bottom() > _HEAD:
                    self._paint_cell(painter, place, row, column)
            if self._span is Span.WEEK:
                left = QRect(0, self._place(row, 0).top(), _HOURS - 8, LINE + 4)
                self._painter.hour(painter, left, row)
        if self._span is Span.WEEK:
            away = (self._day - first_day(self._span, self._day)).days
            chosen = self._place(0, away).united(self._place(rows - 1, away))
            chosen.setTop(max(chosen.top(), _HEAD))
            self._painter.frame(painter, chosen)
            if (line := self.now_line) is not None:
                self._painter.now(painter, line)
        self._paint_head(painter)
        painter.end()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -DAYS,
            Qt.Key.Key_Down: DAYS,
        }
        key = event.key()
        if self._span is Span.WEEK and key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + (1 if key == Qt.Key.Key_Down else -1) * _HOUR_HEIGHT)
        elif key in steps:
            self.day_chosen.emit(self._day + timedelta(days=steps[Qt.Key(key)]))
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.day_opened.emit(self._day)
        else:
            super().keyPressEvent(event)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        row, column = self._cell_at(event.position().toPoint())
        if event.button() != Qt.MouseButton.LeftButton or column < 0:
            return
        day = self._date(row, column)
        line = self._line_at(event.position().toPoint())
        if line is not None and line.count == 1:
            if day != self._day:
                self.day_chosen.emit(day)
            self.entry_chosen.emit(line.entry)
        elif self._cells.get((row, column)) or day == self._day:
            self.day_opened.emit(day)
        else:
            self.day_chosen.emit(day)

    @override
    def viewportEvent(self, event: object, /) -> bool:
        if isinstance(event, QHelpEvent):
            row, column = self._cell_at(event.pos())
            line = self._line_at(event.pos())
            lines = self._cells.get((row, column), ()) if column >= 0 else ()
            words = f"{line.text}: {fate_word(line.state)}" if line else self._told(list(lines))
            QToolTip.showText(event.globalPos(), words if lines else "", self)
            return True
        return super().viewportEvent(event)  # type: ignore[arg-type]

    def _paint_cell(self, painter: QPainter, place: QRect, row: int, column: int) -> None:
        day = self._date(row, column)
        is_month = self._span is Span.MONTH
        look = CellLook(
            number=str(day.day) if is_month else "",
            is_chosen=is_month and day == self._day,
            is_today=day == self._today,
            is_beside=is_month and day.month != self._day.month,
        )
        self._painter.cell(painter, place, look, self._cells.get((row, column), ()))

    def _paint_head(self, painter: QPainter) -> None:
        locale, short = QLocale(), QLocale.FormatType.ShortFormat
        first = first_day(self._span, self._day)
        self._painter.ground(painter, QRect(0, 0, self.viewport().width(), _HEAD))
        for column in range(DAYS):
            day = first + timedelta(days=column)
            words = locale.dayName(day.isoweekday(), short)
            if self._span is Span.WEEK:
                words = f"{words} {day.day} {locale.monthName(day.month, short)}"
            place = self._place(0, column)
            head = QRect(place.left(), 0, place.width(), _HEAD)
            self._painter.head(painter, head, words, is_today=day == self._today)

    def _fit(self) -> None:
        rows = rows_of(self._span, self._day)
        room = self.viewport().height() - _HEAD
        self._row_height = max(_HOUR_HEIGHT, room // rows) if rows else _HOUR_HEIGHT
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, rows * self._row_height - room))
        bar.setPageStep(room)
        bar.setSingleStep(_HOUR_HEIGHT // 2)

    def _place(self, row: int, column: int) -> QRect:
        left = _HOURS if self._span is Span.WEEK else 0
        width = self.viewport().width() - left
        start, end = (left + width * one // DAYS for one in (column, column + 1))
        top = _HEAD + row * self._row_height - self.verticalScrollBar().value()
        return QRect(start, top, end - start, self._row_height)

    def _cell_at(self, point: QPoint) -> tuple[int, int]:
        for row in range(rows_of(self._span, self._day)):
            for column in range(DAYS):
                if self._place(row, column).contains(point) and point.y() >= _HEAD:
                    return row, column
        return -1, -1

    def _line_at(self, point: QPoint) -> CellLine | None:
        row, column = self._cell_at(point)
        if column < 0:
            return None
        has_number = self._span is Span.MONTH
        place, lines = self._place(row, column), self._cells.get((row, column), ())
        return self._painter.line_at(place, lines, point, has_number=has_number)

    def _date(self, row: int, column: int) -> date:
        weeks = row if self._span is Span.MONTH else 0
        return first_day(self._span, self._day) + timedelta(days=weeks * DAYS + column)

    def _chosen_cells(self) -> list[tuple[CellLine, ...]]:
        away = (self._day - first_day(self._span, self._day)).days
        if self._span is Span.MONTH:
            return [self._cells.get(divmod(away, DAYS), ())]
        return [lines for (_, column), lines in self._cells.items() if column == away]

    def _told(self, lines: list[CellLine]) -> str:
        words = [f"{line.text}: {fate_word(line.state)}" for line in lines[:12]]
        more = counted(lines[12:])
        return "\n".join([*words, self.tr("and {} more").format(more)] if more else words)
