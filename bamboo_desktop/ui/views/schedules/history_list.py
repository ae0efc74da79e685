"""The list of a schedule's history: two lines a row, one or two rows chosen."""

from __future__ import annotations

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
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)
from typing_extensions import override

from bamboo_desktop.domain.occurrence import OccurrenceKind
from bamboo_desktop.domain.schedule_view import OccurrenceDetail
from bamboo_desktop.ui.models.history_rows import (
    HISTORY_ROLE,
    HistoryModel,
    answer_line,
    figures,
)
from bamboo_desktop.ui.models.schedule_words import day_and_time, state_word
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import ROW_TWO_LINES, ColorRole, FontRole
from bamboo_desktop.ui.views.row_table import RowTable
from bamboo_desktop.ui.views.schedules.marks import paint_mark

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class HistoryDelegate(QStyledItemDelegate):
    """Paints when and how it ended, what it cost, and the answer under it."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._fonts = {role: theme.font(role) for role in FontRole}
        self._metrics = {role: QFontMetrics(font) for role, font in self._fonts.items()}

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(300, ROW_TWO_LINES)

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        detail = index.data(HISTORY_ROLE)
        if not isinstance(detail, OccurrenceDetail):
            return
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, rect, option.state)
        state = detail.occurrence.state
        middle = QPointF(rect.left() + 24, rect.top() + 17)
        paint_mark(painter, middle, state, self._theme.tokens, 9)
        first = QRect(rect.left() + 40, rect.top() + 6, rect.width() - 56, 21)
        second = first.translated(0, 20)
        said = figures(detail)
        self._draw(painter, FontRole.CAPTION, ColorRole.SOFT, first, said, _RIGHT)
        width = self._metrics[FontRole.CAPTION].horizontalAdvance(said) + 12
        words = f"{day_and_time(detail.occurrence.planned_at)}  {state_word(state)}"
        if detail.occurrence.kind is OccurrenceKind.MANUAL:
            words = self.tr("{}, by hand").format(words)
        if detail.changed:
            words = self.tr("{}, changed").format(words)
        place = first.adjusted(0, 0, -width, 0)
        self._draw(painter, FontRole.BODY, ColorRole.TEXT, place, words)
        self._draw(painter, FontRole.CAPTION, ColorRole.SOFT, second, answer_line(detail))
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


class HistoryList(RowTable):
    """`picked` carries the chosen OccurrenceDetails: one to look at, two to compare."""

    picked = Signal(object)

    def __init__(self, model: HistoryModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(row_height=ROW_TWO_LINES, name="", parent=parent)
        self.setAccessibleName(self.tr("History; choose two to compare them"))
        self._history = model
        self.setItemDelegate(HistoryDelegate(theme, self))
        self.setModel(model)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.selectionModel().selectionChanged.connect(self._tell)
        theme.changed.connect(self.viewport().update)

    @property
    def chosen_details(self) -> tuple[OccurrenceDetail, ...]:
        """What is chosen, the newest first."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        found = (self._history.detail_at(self._history.index(row, 0)) for row in rows)
        return tuple(one for one in found if one is not None)

    def _tell(self) -> None:
        self.picked.emit(self.chosen_details)
