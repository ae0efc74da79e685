"""A state's shape as a small widget."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from bamboo_desktop.ui.glyphs import GlyphState, paint_glyph
from bamboo_desktop.ui.theme import Theme


class GlyphLabel(QWidget):
    """Paints one state's shape in the colours in force; it stands still."""

    def __init__(self, state: GlyphState, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._theme = theme
        self.setFixedSize(18, 18)
        theme.changed.connect(self.update)

    @override
    def sizeHint(self) -> QSize:
        return QSize(18, 18)

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        rect = self.rect().adjusted(2, 2, -2, -2)
        paint_glyph(painter, rect, self._state, self._theme.tokens)
        painter.end()
