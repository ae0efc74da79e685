"""The shapes of states: each state has its own, so that colour never speaks alone."""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from bamboo_desktop.ui.theme_tokens import ColorRole, Tokens

if TYPE_CHECKING:
    from bamboo_desktop.domain.run import AgentStatus


class GlyphState(StrEnum):
    """What a glyph says."""

    IDLE = "idle"
    RUNNING = "running"
    WAITING = "waiting"
    FAILED = "failed"
    DONE = "done"
    PAUSED = "paused"
    MISSED = "missed"


_ROLES = {
    GlyphState.IDLE: ColorRole.FAINT,
    GlyphState.RUNNING: ColorRole.ACCENT,
    GlyphState.WAITING: ColorRole.WAITING,
    GlyphState.FAILED: ColorRole.TROUBLE,
    GlyphState.DONE: ColorRole.ACCENT,
    GlyphState.PAUSED: ColorRole.INFO,
    GlyphState.MISSED: ColorRole.TROUBLE,
}


@cache
def _by_status() -> Mapping[AgentStatus, GlyphState]:
    # Made when first asked for: the first frame of the window paints glyphs and knows no runs.
    from bamboo_desktop.domain.run import AgentStatus

    return {
        AgentStatus.COMPLETED: GlyphState.DONE,
        AgentStatus.CANCELLED: GlyphState.PAUSED,
        AgentStatus.ERROR: GlyphState.FAILED,
        AgentStatus.INTERRUPTED: GlyphState.FAILED,
        AgentStatus.OUT_OF_ROUNDS: GlyphState.PAUSED,
        AgentStatus.WAITING_ANSWER: GlyphState.WAITING,
        AgentStatus.WAITING_APPROVAL: GlyphState.WAITING,
        AgentStatus.WAITING_CHILDREN: GlyphState.RUNNING,
        AgentStatus.WAITING_BUDGET: GlyphState.WAITING,
    }


def glyph_of(status: AgentStatus | None, *, open_questions: int = 0) -> GlyphState:
    """The glyph of a session: an open question is stronger than anything else."""
    if open_questions:
        return GlyphState.WAITING
    if status is None:
        return GlyphState.IDLE
    if status.is_live:
        return GlyphState.RUNNING
    return _by_status()[status]


def glyph_role(state: GlyphState) -> ColorRole:
    """The colour a state's glyph and words are painted in."""
    return _ROLES[state]


def paint_glyph(
    painter: QPainter,
    rect: QRect | QRectF,
    state: GlyphState,
    tokens: Tokens,
    phase: float = 0.0,
    *,
    role: ColorRole | None = None,
) -> None:
    """Paint a state's shape into the middle of a rectangle.

    Args:
        painter: is left as it was found.
        rect: the place; the shape takes the largest square in its middle.
        state: what to say; IDLE paints nothing.
        tokens: the look.
        phase: 0 to 1, how far the running ring has turned; any value for the others.
        role: the colour, where it is not the state's own.
    """
    if state is GlyphState.IDLE:
        return
    area = QRectF(rect)
    side = min(area.width(), area.height())
    square = QRectF(0, 0, side, side)
    square.moveCenter(area.center())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    color = QColor(tokens.color(role or _ROLES[state]))
    stroke = max(1.4, side / 8)
    pen = QPen(color, stroke, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inner = square.adjusted(
        stroke / 2 + 0.5, stroke / 2 + 0.5, -stroke / 2 - 0.5, -stroke / 2 - 0.5
    )
    _SHAPES[state](painter, inner, color, phase)
    painter.restore()


def _ring(painter: QPainter, square: QRectF, color: QColor, phase: float) -> None:
    pale = QColor(color)
    pale.setAlphaF(0.28)
    pen = painter.pen()
    painter.setPen(QPen(pale, pen.widthF()))
    painter.drawEllipse(square)
    painter.setPen(pen)
    start = 90 - math.floor(phase * 360)
    painter.drawArc(square, start * 16, -110 * 16)


def _diamond(painter: QPainter, square: QRectF, color: QColor, phase: float) -> None:
    del phase
    middle = square.center()
    painter.setBrush(color)
    painter.drawPolygon(
        QPolygonF(
            [
                QPointF(middle.x(), square.top()),
                QPointF(square.right(), middle.y()),
                QPointF(middle.x(), square.bottom()),
                QPointF(square.left(), middle.y()),
            ]
        )
    )


def _triangle(painter: QPainter, square: QRectF, color: QColor, phase: float) -> None:
    del phase
    top = square.top() + square.height() * 0.04
    bottom = square.bottom() - square.height() * 0.06
    middle = square.center().x()
    painter.drawPolygon(
        QPolygonF(
            [
                QPointF(middle, top),
                QPointF(square.right(), bottom),
                QPointF(square.left(), bottom),
            ]
        )
    )
    mark = square.height() * 0.30
    painter.drawLine(QPointF(middle, top + mark * 1.15), QPointF(middle, top + mark * 1.75))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    dot = square.height() * 0.075
    painter.drawEllipse(QPointF(middle, bottom - mark * 0.45), dot, dot)


def _check(painter: QPainter, square: QRectF, color: QColor, phase: float) -> None:
    del color, phase
    width, height = square.width(), square.height()
    painter.drawPolyline(
        QPolygonF(
            [
                QPointF(square.left() + width * 0.06, square.top() + height * 0.55),
                QPointF(square.left() + width * 0.38, square.top() + height * 0.84),
                QPointF(square.left() + width * 0.94, square.top() + height * 0.20),
            ]
        )
    )


def _bars(painter: QPainter, square: QRectF, color: QColor, phase: float) -> None:
    del color, phase
    for share in (0.30, 0.70):
        x = square.left() + square.width() * share
        painter.drawLine(QPointF(x, square.top() + 1), QPointF(x, square.bottom() - 1))


def _slashed(painter: QPainter, square: QRectF, color: QColor, phase: float) -> None:
    del color, phase
    painter.drawEllipse(square)
    inset = square.width() * 0.16
    painter.drawLine(
        QPointF(square.left() + inset, square.bottom() - inset),
        QPointF(square.right() - inset, square.top() + inset),
    )


_SHAPES = {
    GlyphState.RUNNING: _ring,
    GlyphState.WAITING: _diamond,
    GlyphState.FAILED: _triangle,
    GlyphState.DONE: _check,
    GlyphState.PAUSED: _bars,
    GlyphState.MISSED: _slashed,
}
