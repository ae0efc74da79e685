"""How a row of the inspector is painted."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from bamboo_desktop.ui.glyphs import GlyphState, paint_glyph
from bamboo_desktop.ui.models.inspector_rows import INSPECTOR_ROLE, InspectorRow
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import ColorRole, FontRole

ROW = 44
_GLYPHS = {
    "in_progress": GlyphState.RUNNING,
    "completed": GlyphState.DONE,
    "blocked": GlyphState.PAUSED,
}
_TWO_LINES = 1.75
_ICONS = {"changed": "pencil", "read": "file"}


class InspectorDelegate(QStyledItemDelegate):
    """Glyph or icon, a line, and a second line where there is one."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._body = theme.font(FontRole.BODY)
        self._caption = theme.font(FontRole.CAPTION)

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(120, ROW)

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row = index.data(INSPECTOR_ROLE)
        if not isinstance(row, InspectorRow):
            return
        rect: QRect = option.rect
        painter.save()
        chosen = QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver
        if option.state & chosen:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color(ColorRole.RAISED))
            painter.drawRoundedRect(QRectF(rect.adjusted(4, 1, -4, -1)), 6, 6)
        self._paint_mark(painter, rect, row)
        self._paint_lines(painter, rect.adjusted(36, 4, -12, -4), row)
        painter.restore()

    def _paint_mark(self, painter: QPainter, rect: QRect, row: InspectorRow) -> None:
        place = QRect(rect.left() + 12, rect.center().y() - 7, 15, 15)
        if row.state in _ICONS:
            self._theme.icon(_ICONS[row.state], ColorRole.FAINT).paint(painter, place)
        elif row.state in _GLYPHS:
            paint_glyph(painter, place, _GLYPHS[row.state], self._theme.tokens, 0.1)
        else:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(self._theme.color(ColorRole.FAINT))
            painter.drawRoundedRect(QRectF(place).adjusted(1.5, 1.5, -1.5, -1.5), 3, 3)

    def _paint_lines(self, painter: QPainter, line: QRect, row: InspectorRow) -> None:
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        small = QFontMetrics(self._caption)
        first, second = QRect(line), QRect(line)
        if row.detail:
            first.setBottom(line.center().y())
            second.setTop(line.center().y())
            painter.setFont(self._caption)
            painter.setPen(self._theme.color(ColorRole.FAINT))
            mode = Qt.TextElideMode.ElideMiddle
            painter.drawText(second, left, small.elidedText(row.detail, mode, second.width()))
        if row.hint:
            painter.setFont(self._caption)
            painter.setPen(self._theme.color(ColorRole.SOFT))
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(first, right, row.hint)
            first.setRight(first.right() - small.horizontalAdvance(row.hint) - 8)
        is_done = row.state == "completed"
        painter.setFont(self._body)
        painter.setPen(self._theme.color(ColorRole.FAINT if is_done else ColorRole.TEXT))
        metrics = QFontMetrics(self._body)
        mode = Qt.TextElideMode.ElideRight
        # A task alone in its row may take two lines, short of what breaking at words costs.
        wide = round(first.width() * (1 if row.detail else _TWO_LINES))
        flags = left if row.detail else left | Qt.TextFlag.TextWordWrap
        painter.drawText(first, int(flags), metrics.elidedText(row.title[:300], mode, wide))
