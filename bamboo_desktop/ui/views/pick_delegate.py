"""How a row of a picker is painted: icon, title, a soft second text, a shortcut at the right."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from bamboo_desktop.ui.models.pick_list import PICK_ROLE, PickEntry
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import ColorRole, FontRole

ROW = 36


class PickDelegate(QStyledItemDelegate):
    """Paints one entry on one line."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._body = theme.font(FontRole.BODY)
        self._caption = theme.font(FontRole.CAPTION)

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(200, ROW)

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        entry = index.data(PICK_ROLE)
        if not isinstance(entry, PickEntry):
            return
        painter.save()
        rect: QRect = option.rect
        self._paint_ground(painter, rect, option.state)
        if entry.icon:
            place = QRect(rect.left() + 14, rect.center().y() - 8, 17, 17)
            self._theme.icon(entry.icon).paint(painter, place)
        line = rect.adjusted(42, 0, -16, 0)
        line.setRight(self._paint_hint(painter, line, entry.hint))
        self._paint_texts(painter, line, entry)
        painter.restore()

    def _paint_ground(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
        if state & QStyle.StateFlag.State_Selected:
            role = ColorRole.ACCENT_TINT
        elif state & QStyle.StateFlag.State_MouseOver:
            role = ColorRole.RAISED
        else:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color(role))
        painter.drawRoundedRect(QRectF(rect.adjusted(6, 1, -6, -1)), 6, 6)

    def _paint_hint(self, painter: QPainter, line: QRect, hint: str) -> int:
        if not hint:
            return line.right()
        painter.setFont(self._caption)
        painter.setPen(self._theme.color(ColorRole.FAINT))
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(line, flags, hint)
        return line.right() - QFontMetrics(self._caption).horizontalAdvance(hint) - 12

    def _paint_texts(self, painter: QPainter, line: QRect, entry: PickEntry) -> None:
        metrics = QFontMetrics(self._body)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(self._body)
        painter.setPen(self._theme.color(ColorRole.TEXT))
        shown = metrics.elidedText(entry.title[:300], Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, flags, shown)
        rest = line.adjusted(metrics.horizontalAdvance(shown) + 10, 1, 0, 1)
        if entry.detail and rest.width() > 40:
            painter.setFont(self._caption)
            painter.setPen(self._theme.color(ColorRole.FAINT))
            small = QFontMetrics(self._caption)
            text = small.elidedText(entry.detail[:300], Qt.TextElideMode.ElideRight, rest.width())
            painter.drawText(rest, flags, text)
