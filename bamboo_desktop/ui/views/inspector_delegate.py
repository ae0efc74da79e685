"""How a row of the inspector is painted."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from typing_extensions import override

from bamboo_desktop.ui.glyphs import GlyphState, paint_glyph
from bamboo_desktop.ui.models.inspector_rows import InspectorRow
from bamboo_desktop.ui.theme_tokens import ColorRole
from bamboo_desktop.ui.views.row_delegate import LEFT, RowDelegate

_GLYPHS = {
    "in_progress": GlyphState.RUNNING,
    "completed": GlyphState.DONE,
    "blocked": GlyphState.PAUSED,
}
_TWO_LINES = 1.75
_ICONS = {"changed": "pencil", "read": "file"}


class InspectorDelegate(RowDelegate[InspectorRow]):
    """Glyph or icon, a line, and a second line where there is one."""

    height = 44
    inset = (4, 1)
    selected = ColorRole.RAISED

    @override
    def _paint_row(self, painter: QPainter, rect: QRect, row: InspectorRow) -> None:
        self._paint_mark(painter, rect, row)
        self._paint_lines(painter, rect.adjusted(36, 4, -12, -4), row)

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
        small = QFontMetrics(self._caption)
        first, second = QRect(line), QRect(line)
        if row.detail:
            first.setBottom(line.center().y())
            second.setTop(line.center().y())
            painter.setFont(self._caption)
            painter.setPen(self._theme.color(ColorRole.FAINT))
            mode = Qt.TextElideMode.ElideMiddle
            painter.drawText(second, LEFT, small.elidedText(row.detail, mode, second.width()))
        first = self._paint_hint(painter, first, row.hint, ColorRole.SOFT)
        is_done = row.state == "completed"
        painter.setFont(self._body)
        painter.setPen(self._theme.color(ColorRole.FAINT if is_done else ColorRole.TEXT))
        metrics = QFontMetrics(self._body)
        mode = Qt.TextElideMode.ElideRight
        # A task alone in its row may take two lines, short of what breaking at words costs.
        wide = round(first.width() * (1 if row.detail else _TWO_LINES))
        flags = LEFT if row.detail else LEFT | Qt.TextFlag.TextWordWrap
        painter.drawText(first, int(flags), metrics.elidedText(row.title[:300], mode, wide))
