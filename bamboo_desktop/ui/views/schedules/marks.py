"""The last ten ends as ten small marks, each with a shape of its own."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from bamboo_desktop.domain.occurrence import OccurrenceState
from bamboo_desktop.ui.theme_tokens import ColorRole, Tokens
from bamboo_desktop.ui.views.schedules.columns import MARK, MARKS

_SIDE = 7.0
_BAD = frozenset({OccurrenceState.FAILED, OccurrenceState.INTERRUPTED})


def state_role(state: OccurrenceState) -> ColorRole:
    """The colour of a fate."""
    if state in {OccurrenceState.SUCCESS, OccurrenceState.RUNNING}:
        return ColorRole.ACCENT
    if state is OccurrenceState.WAITING:
        return ColorRole.WAITING
    if state in _BAD or state is OccurrenceState.MISSED:
        return ColorRole.TROUBLE
    return ColorRole.INFO if state is OccurrenceState.QUEUED else ColorRole.FAINT


def paint_streak(
    painter: QPainter, place: QRect, streak: Sequence[OccurrenceState], tokens: Tokens
) -> None:
    """Paint marks from the left, the newest at the right; what is not there yet is a dot."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    missing = MARKS - len(streak)
    for number in range(MARKS):
        middle = QPointF(place.left() + MARK * number + MARK / 2, place.center().y() + 0.5)
        if number < missing:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.color(ColorRole.FAINT)))
            painter.drawEllipse(middle, 1.2, 1.2)
        else:
            paint_mark(painter, middle, streak[number - missing], tokens)
    painter.restore()


def paint_mark(
    painter: QPainter, middle: QPointF, state: OccurrenceState, tokens: Tokens, side: float = _SIDE
) -> None:
    """Paint one: square done, triangle failed, open circle missed, diamond waiting, else a bar."""
    color = QColor(tokens.color(state_role(state)))
    half = side / 2
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    if state is OccurrenceState.SUCCESS:
        square = QRectF(middle.x() - half, middle.y() - half, side, side)
        painter.drawRoundedRect(square.adjusted(0.3, 0.3, -0.3, -0.3), 1.5, 1.5)
    elif state in _BAD:
        painter.drawPolygon(_polygon(middle, ((0, -half), (half, half), (-half, half))))
    elif state is OccurrenceState.WAITING:
        points = ((0, -half), (half, 0), (0, half), (-half, 0))
        painter.drawPolygon(_polygon(middle, points))
    elif state in {OccurrenceState.MISSED, OccurrenceState.RUNNING}:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(color, 1.4))
        painter.drawEllipse(middle, half - 0.6, half - 0.6)
    else:
        painter.drawRoundedRect(QRectF(middle.x() - half, middle.y() - 1, side, 2), 1, 1)


def _polygon(middle: QPointF, points: Sequence[tuple[float, float]]) -> QPolygonF:
    return QPolygonF([QPointF(middle.x() + x, middle.y() + y) for x, y in points])
