"""The agenda as a list of rows."""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from typing_extensions import override

from bamboo_desktop.domain.occurrence import OccurrenceState
from bamboo_desktop.domain.schedule_view import CalendarEntry
from bamboo_desktop.ui.formats import one_line
from bamboo_desktop.ui.models.agenda import (
    AGENDA_ROLE,
    AgendaModel,
    AgendaRow,
    DayRow,
    entry_time,
    entry_words,
)
from bamboo_desktop.ui.models.calendar_cells import fate
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import ROW_DENSE, ColorRole, FontRole
from bamboo_desktop.ui.views.row_table import RowTable
from bamboo_desktop.ui.views.schedules.marks import paint_mark

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_TIME, _NAME, _BETWEEN = 120, 300, 12


class AgendaDelegate(QStyledItemDelegate):
    """Paints headings, and rows of time, fate and name."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._fonts = {role: theme.font(role) for role in FontRole}
        self._metrics = {role: QFontMetrics(font) for role, font in self._fonts.items()}

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(300, ROW_DENSE)

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row = index.data(AGENDA_ROLE)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(row, DayRow):
            place = rect.adjusted(16, 4, -16, 0)
            self._draw(painter, FontRole.STRONG, ColorRole.TEXT, place, row.title)
            count = f"{row.count:,}"
            self._draw(painter, FontRole.CAPTION, ColorRole.FAINT, place, count, _RIGHT)
        elif isinstance(row, CalendarEntry):
            self._paint_ground(painter, rect, state)
            self._paint_entry(painter, rect, row)
        painter.restore()

    def _paint_ground(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
        if state & QStyle.StateFlag.State_Selected:
            role = ColorRole.ACCENT_TINT
        elif state & QStyle.StateFlag.State_MouseOver:
            role = ColorRole.RAISED
        else:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(self._theme.color(ColorRole.ACCENT))
        painter.setBrush(self._theme.color(role))
        painter.drawRoundedRect(QRectF(rect.adjusted(6, 1, -6, -1)), 6, 6)

    def _paint_entry(self, painter: QPainter, rect: QRect, entry: CalendarEntry) -> None:
        state = fate(entry)
        when = QRect(rect.left() + 16, rect.top(), _TIME, rect.height())
        self._draw(painter, FontRole.CAPTION, ColorRole.SOFT, when, entry_time(entry))
        middle = QPointF(when.right() + 12, rect.center().y() + 0.5)
        if state is None:
            painter.setPen(QPen(self._theme.color(ColorRole.FAINT), 1.2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(middle, 3, 3)
        else:
            paint_mark(painter, middle, state, self._theme.tokens, 8)
        left = when.right() + 28
        room = rect.right() - 16 - left
        said, words = one_line(entry.name), entry_words(entry)
        wide = self._name_width(said, words, room)
        name = QRect(left, rect.top(), wide, rect.height())
        self._draw(painter, FontRole.BODY, ColorRole.TEXT, name, said)
        rest = QRect(left + wide + _BETWEEN, rect.top(), room - wide - _BETWEEN, rect.height())
        # The mark says what is wrong; a wall of red words would say nothing any more.
        is_waiting = state is OccurrenceState.WAITING
        role = ColorRole.WAITING if is_waiting else ColorRole.SOFT
        self._draw(painter, FontRole.CAPTION, role, rest, words)

    def _name_width(self, name: str, words: str, room: int) -> int:
        """One column for all names; a long one takes what its words leave free."""
        column = min(_NAME, room // 2)
        name, words = name[:400], words[:400]
        wanted = self._metrics[FontRole.BODY].horizontalAdvance(name) + 2
        free = room - _BETWEEN - self._metrics[FontRole.CAPTION].horizontalAdvance(words) - 2
        return max(column, min(wanted, free))

    def _draw(
        self,
        painter: QPainter,
        font: FontRole,
        color: ColorRole,
        line: QRect,
        text: str,
        flags: Qt.AlignmentFlag = _LEFT,
    ) -> None:
        painter.setFont(self._fonts[font])
        painter.setPen(self._theme.color(color))
        elide = Qt.TextElideMode.ElideRight
        shown = self._metrics[font].elidedText(text[:400], elide, line.width())
        painter.drawText(line, flags | Qt.TextFlag.TextSingleLine, shown)


class AgendaList(RowTable):
    """`entry_chosen` carries the CalendarEntry the person came to."""

    entry_chosen = Signal(object)

    def __init__(self, model: AgendaModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(row_height=ROW_DENSE, name="", parent=parent)
        self.setAccessibleName(self.tr("Agenda"))
        self._agenda = model
        self.setItemDelegate(AgendaDelegate(theme, self))
        self.setModel(model)
        self.selectionModel().currentChanged.connect(self._tell)
        self.chosen.connect(self._tell)
        theme.changed.connect(self.viewport().update)

    def show_rows(
        self, rows: list[AgendaRow], day: date, now: datetime | None, *, is_kept: bool
    ) -> None:
        """Show rows from a day on, from `now` on where that is given; `is_kept` stays in place."""
        had_focus, bar = self.hasFocus(), self.verticalScrollBar()
        scrolled = bar.value()
        self._agenda.replace(rows)
        start = self._agenda.first_of(day) if now is None else self._agenda.first_from(now)
        if had_focus and rows:
            self.setCurrentIndex(start)
        self.doItemsLayout()  # before it, there is nothing to scroll through yet
        if is_kept:
            bar.setValue(scrolled)
        elif rows:
            above = self._agenda.index(max(start.row() - 1, 0), 0)
            self.scrollTo(above, RowTable.ScrollHint.PositionAtTop)

    def _tell(self, index: QModelIndex) -> None:
        row = self._agenda.row_at(index)
        if isinstance(row, CalendarEntry):
            self.entry_chosen.emit(row)
