"""How a search hit is painted: its session, where and when, and the words in their surroundings."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QTextCharFormat, QTextLayout, QTextOption
from typing_extensions import override

from bamboo_desktop.clock import Clock
from bamboo_desktop.domain.search import SearchHit
from bamboo_desktop.ui.formats import ago, one_line
from bamboo_desktop.ui.models.search_hits import kind_word
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import ColorRole, FontRole
from bamboo_desktop.ui.views.row_delegate import LEFT, RowDelegate


class SearchDelegate(RowDelegate[SearchHit]):
    """Paints a hit; the found words stand on the waiting tint, as a marker pen would."""

    height = 66
    inset, radius = (4, 2), 8

    def __init__(self, theme: Theme, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(theme, parent)
        self._clock = clock
        self._strong = theme.font(FontRole.STRONG)
        self._strong.setPointSizeF(theme.font(FontRole.BODY).pointSizeF())

    @override
    def _paint_row(self, painter: QPainter, rect: QRect, row: SearchHit) -> None:
        line = QRect(rect.left() + 16, rect.top() + 9, rect.width() - 32, 21)
        where = f"{kind_word(row.kind)}   {ago(row.at, self._clock.now())}"
        line = self._paint_hint(painter, line, where)
        painter.setFont(self._strong)
        painter.setPen(self._theme.color(ColorRole.TEXT))
        title = QFontMetrics(self._strong).elidedText(
            one_line(row.session_title)[:300], Qt.TextElideMode.ElideRight, line.width()
        )
        painter.drawText(line, LEFT, title)
        snippet = QRectF(rect.left() + 16, rect.top() + 33, rect.width() - 32, 22)
        self._paint_snippet(painter, snippet, row)

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
