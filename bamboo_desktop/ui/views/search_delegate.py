"""How a search hit is painted: its session, where and when, and the words in their surroundings."""

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
)
from PySide6.QtGui import QFontMetrics, QPainter, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from bamboo_desktop.clock import Clock
from bamboo_desktop.domain.search import SearchHit
from bamboo_desktop.ui.formats import ago, one_line
from bamboo_desktop.ui.models.search_hits import HIT_ROLE, kind_word
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import ColorRole, FontRole

ROW = 66


class SearchDelegate(QStyledItemDelegate):
    """Paints a hit; the found words stand on the waiting tint, as a marker pen would."""

    def __init__(self, theme: Theme, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._clock = clock
        self._strong = theme.font(FontRole.STRONG)
        self._strong.setPointSizeF(theme.font(FontRole.BODY).pointSizeF())
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
        hit = index.data(HIT_ROLE)
        if not isinstance(hit, SearchHit):
            return
        painter.save()
        rect: QRect = option.rect
        self._paint_ground(painter, rect, option.state)
        line = QRect(rect.left() + 16, rect.top() + 9, rect.width() - 32, 21)
        where = f"{kind_word(hit.kind)}   {ago(hit.at, self._clock.now())}"
        painter.setFont(self._caption)
        painter.setPen(self._theme.color(ColorRole.FAINT))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, where)
        line.setRight(line.right() - QFontMetrics(self._caption).horizontalAdvance(where) - 12)
        painter.setFont(self._strong)
        painter.setPen(self._theme.color(ColorRole.TEXT))
        title = QFontMetrics(self._strong).elidedText(
            one_line(hit.session_title)[:300], Qt.TextElideMode.ElideRight, line.width()
        )
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)
        snippet = QRectF(rect.left() + 16, rect.top() + 33, rect.width() - 32, 22)
        self._paint_snippet(painter, snippet, hit)
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
        painter.drawRoundedRect(QRectF(rect.adjusted(4, 2, -4, -2)), 8, 8)

    def _paint_snippet(self, painter: QPainter, area: QRectF, hit: SearchHit) -> None:
        # A control character takes one place, so that the ranges stay true.
        text = "".join(letter if letter.isprintable() else " " for letter in hit.snippet[:600])
        layout = QTextLayout(text, self._body)
        option = QTextOption(Qt.AlignmentFlag.AlignLeft)
        option.setWrapMode(QTextOption.WrapMode.NoWrap)
        layout.setTextOption(option)
        layout.setFormats([self._marked(text, start, end) for start, end in hit.ranges])
        layout.beginLayout()
        line = layout.createLine()
        line.setLineWidth(area.width())
        layout.endLayout()
        painter.setPen(self._theme.color(ColorRole.SOFT))
        painter.setClipRect(area)
        layout.draw(painter, QPointF(area.left(), area.top()))

    def _marked(self, text: str, start: int, end: int) -> QTextLayout.FormatRange:
        look = QTextCharFormat()
        look.setBackground(self._theme.color(ColorRole.WAITING_TINT))
        look.setForeground(self._theme.color(ColorRole.WAITING))
        found = QTextLayout.FormatRange()
        # Qt counts UTF-16 units, the engine counts characters.
        found.start = len(text[:start].encode("utf-16-le")) // 2
        found.length = len(text[start:end].encode("utf-16-le")) // 2
        found.format = look
        return found
