"""How rows of one height are painted: the ground that marks them, then what a kind of row says."""

from __future__ import annotations

from typing import Generic, TypeVar

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from bamboo_desktop.ui.models.row_list import VALUE_ROLE
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import ColorRole, FontRole

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
T = TypeVar("T")


class RowDelegate(QStyledItemDelegate, Generic[T]):
    """Paints the values of a `RowList`."""

    height = 36
    inset, radius = (6, 1), 6
    """How far the ground stays from the edges of its row, across and down, and its corners."""
    selected = ColorRole.ACCENT_TINT

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._body = theme.font(FontRole.BODY)
        self._caption = theme.font(FontRole.CAPTION)

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(120, self.height)

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row = index.data(VALUE_ROLE)
        if row is None:
            return
        painter.save()
        self._paint_ground(painter, option.rect, option.state)
        self._paint_row(painter, option.rect, row)
        painter.restore()

    def _paint_row(self, painter: QPainter, rect: QRect, row: T) -> None:
        raise NotImplementedError

    def _paint_ground(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
        if state & QStyle.StateFlag.State_Selected:
            role = self.selected
        elif state & QStyle.StateFlag.State_MouseOver:
            role = ColorRole.RAISED
        else:
            return
        across, down = self.inset
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color(role))
        ground = QRectF(rect.adjusted(across, down, -across, -down))
        painter.drawRoundedRect(ground, self.radius, self.radius)

    def _paint_hint(
        self, painter: QPainter, line: QRect, hint: str, role: ColorRole = ColorRole.FAINT
    ) -> QRect:
        """Paint a few small words at the right end of a line; gives what is left of it."""
        if not hint:
            return line
        painter.setFont(self._caption)
        painter.setPen(self._theme.color(role))
        painter.drawText(line, RIGHT, hint)
        taken = QFontMetrics(self._caption).horizontalAdvance(hint) + 12
        return line.adjusted(0, 0, -taken, 0)
