"""A switch: on or off at once, with its state also in words."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QWidget
from typing_extensions import override

from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import ColorRole

_WIDTH, _HEIGHT, _KNOB = 38, 22, 14


class Switch(QCheckBox):
    """A check box painted as a switch; the knob's place and a line say what the colour says."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.changed.connect(self.update)

    @override
    def sizeHint(self) -> QSize:
        return QSize(_WIDTH + 6, _HEIGHT + 6)

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def hitButton(self, pos: QPoint, /) -> bool:
        return self.rect().contains(pos)

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = QRectF(0, 0, _WIDTH, _HEIGHT)
        track.moveCenter(QRectF(self.rect()).center())
        is_on = self.isChecked()
        fill = ColorRole.ACCENT if is_on else ColorRole.RAISED
        edge = ColorRole.ACCENT if is_on else ColorRole.FAINT
        if not self.isEnabled():
            fill, edge = ColorRole.LINE, ColorRole.LINE
        painter.setPen(QPen(self._theme.color(edge), 1))
        painter.setBrush(self._theme.color(fill))
        painter.drawRoundedRect(track.adjusted(0.5, 0.5, -0.5, -0.5), _HEIGHT / 2, _HEIGHT / 2)
        middle = track.right() - _HEIGHT / 2 if is_on else track.left() + _HEIGHT / 2
        knob = QRectF(middle - _KNOB / 2, track.center().y() - _KNOB / 2, _KNOB, _KNOB)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color(ColorRole.ON_ACCENT if is_on else ColorRole.FAINT))
        painter.drawEllipse(knob)
        if self.hasFocus():
            ring = ColorRole.TEXT if is_on else ColorRole.ACCENT
            painter.setPen(QPen(self._theme.color(ring), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            ring_rect = track.adjusted(-2, -2, 2, 2)
            painter.drawRoundedRect(ring_rect, _HEIGHT / 2 + 2, _HEIGHT / 2 + 2)
        painter.end()
