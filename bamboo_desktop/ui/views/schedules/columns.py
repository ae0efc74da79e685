"""Where the parts of a row of the list of schedules are, and the headings above them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import GAP, GAP_SMALL, ColorRole, FontRole

_SWITCH, _COST, _NEXT, _NEXT_WIDE = 34, 70, 190, 300
_WIDE = 1000
MARK = 11
MARKS = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class RowParts:
    """The parts of a row."""

    switch: QRect
    name: QRect
    next: QRect
    streak: QRect
    cost: QRect

    @classmethod
    def of(cls, row: QRect) -> RowParts:
        """The parts of a row of this place and size."""
        top, height = row.top(), row.height()
        switch = QRect(row.left() + GAP + 6, row.center().y() - 9, _SWITCH, 20)
        right = row.right() - GAP - GAP_SMALL
        cost = QRect(right - _COST + 1, top, _COST, height)
        streak = QRect(cost.left() - MARK * MARKS - GAP, top, MARK * MARKS, height)
        wide = _NEXT_WIDE if row.width() >= _WIDE else _NEXT
        following = QRect(streak.left() - wide - GAP, top, wide, height)
        left = switch.right() + GAP + 2
        name = QRect(left, top, following.left() - GAP - left, height)
        return cls(switch=switch, name=name, next=following, streak=streak, cost=cost)

    def at(self, point: QPoint) -> str:
        """Which part a point is in: the name of it, empty beside them all."""
        for part in ("switch", "name", "next", "streak", "cost"):
            place: QRect = getattr(self, part)
            if place.adjusted(-6, 0, 6, 0).contains(point.x(), place.center().y()):
                return part
        return ""


class ColumnHeads(QWidget):
    """Names the columns of the list beneath it."""

    def __init__(self, theme: Theme, beside: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._beside = beside
        self.setFixedHeight(24)
        theme.changed.connect(self.update)

    @override
    def sizeHint(self) -> QSize:
        return QSize(400, 24)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        # The list's own width: its scroll bar takes a part of it away.
        parts = RowParts.of(QRect(0, 0, self._beside.width(), self.height()))
        font = self._theme.font(FontRole.CAPTION)
        font.setWeight(font.Weight.DemiBold)
        painter = QPainter(self)
        painter.setFont(font)
        painter.setPen(self._theme.color(ColorRole.FAINT))
        middle = Qt.AlignmentFlag.AlignVCenter
        for place, words in (
            (parts.name, self.tr("Schedule")),
            (parts.next, self.tr("Next, and how it stands")),
            (parts.streak, self.tr("Last ten")),
        ):
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft | middle, words)
        painter.drawText(parts.cost, Qt.AlignmentFlag.AlignRight | middle, self.tr("Month"))
        painter.end()
