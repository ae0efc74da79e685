"""How a row of a picker is painted: icon, title, a soft second text, a shortcut at the right."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from typing_extensions import override

from bamboo_desktop.ui.models.pick_list import PickEntry
from bamboo_desktop.ui.theme_tokens import ColorRole
from bamboo_desktop.ui.views.row_delegate import LEFT, RowDelegate


class PickDelegate(RowDelegate[PickEntry]):
    """Paints one entry on one line."""

    @override
    def _paint_row(self, painter: QPainter, rect: QRect, row: PickEntry) -> None:
        if row.icon:
            place = QRect(rect.left() + 14, rect.center().y() - 8, 17, 17)
            self._theme.icon(row.icon).paint(painter, place)
        line = self._paint_hint(painter, rect.adjusted(42, 0, -16, 0), row.hint)
        metrics = QFontMetrics(self._body)
        painter.setFont(self._body)
        painter.setPen(self._theme.color(ColorRole.TEXT))
        shown = metrics.elidedText(row.title[:300], Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, LEFT, shown)
        rest = line.adjusted(metrics.horizontalAdvance(shown) + 10, 1, 0, 1)
        if row.detail and rest.width() > 40:
            painter.setFont(self._caption)
            painter.setPen(self._theme.color(ColorRole.FAINT))
            small = QFontMetrics(self._caption)
            text = small.elidedText(row.detail[:300], Qt.TextElideMode.ElideRight, rest.width())
            painter.drawText(rest, LEFT, text)
