"""How a cell of the calendar is painted: what was is solid, what is to come is outlined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen

from bamboo_desktop.ui.models.calendar_cells import CellLine, counted
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import ColorRole, FontRole
from bamboo_desktop.ui.views.schedules.marks import paint_mark, state_role

LINE = 19
_NUMBER = 22
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, kw_only=True, slots=True)
class CellLook:
    """What a cell is beside its lines; `is_beside` days belong to another month."""

    number: str
    is_chosen: bool
    is_today: bool
    is_beside: bool


class CellPainter:
    """Paints cells, heads and hours in the look in force."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._font = theme.font(FontRole.CAPTION)
        self._metrics = QFontMetrics(self._font)

    def ground(self, painter: QPainter, place: QRect) -> None:
        """The ground behind the heads, under which cells scroll away."""
        painter.fillRect(place, self._color(ColorRole.WINDOW))

    def head(self, painter: QPainter, place: QRect, words: str, *, is_today: bool) -> None:
        """The name of a column."""
        self._pen(painter, ColorRole.ACCENT if is_today else ColorRole.FAINT)
        painter.drawText(place.adjusted(8, 0, 0, 0), _LEFT, words)

    def hour(self, painter: QPainter, place: QRect, hour: int) -> None:
        """The name of a row of a week."""
        self._pen(painter, ColorRole.FAINT)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(place, right, f"{hour:02}:00")

    def cell(
        self, painter: QPainter, place: QRect, look: CellLook, lines: Sequence[CellLine]
    ) -> None:
        """A cell with as many of its lines as fit, and how many more there are."""
        ground = ColorRole.WINDOW if look.is_beside else ColorRole.SURFACE
        painter.fillRect(place, self._color(ground))
        painter.setPen(self._color(ColorRole.LINE))
        painter.drawLine(place.topRight(), place.bottomRight())
        painter.drawLine(place.bottomLeft(), place.bottomRight())
        if look.number:
            self._paint_number(painter, place, look)
        if look.is_chosen:
            self.frame(painter, place)
        shown, more = self._fitting(place, lines, has_number=bool(look.number))
        for number, line in enumerate(shown):
            self._paint_line(painter, self._line(place, number, bool(look.number)), line)
        if more:
            rest = self._line(place, len(shown), bool(look.number))
            self._pen(painter, ColorRole.SOFT)
            painter.drawText(rest.adjusted(17, 0, 0, 0), _LEFT, f"+{more:,}")

    def frame(self, painter: QPainter, place: QRect) -> None:
        """What is chosen."""
        painter.setPen(QPen(self._color(ColorRole.ACCENT), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(place.adjusted(1, 1, -2, -2))

    def now(self, painter: QPainter, line: QRect) -> None:
        """The present, across its day."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(line, self._color(ColorRole.ACCENT))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._color(ColorRole.ACCENT))
        painter.drawEllipse(QPointF(line.left() + 1, line.top() + 1), 4, 4)
        painter.restore()

    def line_at(
        self, place: QRect, lines: Sequence[CellLine], point: QPoint, *, has_number: bool
    ) -> CellLine | None:
        """The line of a cell at a point."""
        shown, _ = self._fitting(place, lines, has_number=has_number)
        for number, line in enumerate(shown):
            if self._line(place, number, has_number).contains(point):
                return line
        return None

    def _fitting(
        self, place: QRect, lines: Sequence[CellLine], *, has_number: bool
    ) -> tuple[Sequence[CellLine], int]:
        room = max(1, (place.height() - (_NUMBER if has_number else 3) - 2) // LINE)
        if len(lines) <= room:
            return lines, 0
        return lines[: room - 1], counted(lines[room - 1 :])

    def _line(self, place: QRect, number: int, has_number: bool) -> QRect:  # noqa: FBT001
        top = place.top() + (_NUMBER if has_number else 3) + number * LINE
        return QRect(place.left() + 5, top, place.width() - 10, LINE)

    def _paint_number(self, painter: QPainter, place: QRect, look: CellLook) -> None:
        role = ColorRole.FAINT if look.is_beside else ColorRole.TEXT
        spot = QRect(place.left() + 6, place.top() + 3, 20, 18)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if look.is_today:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._color(ColorRole.ACCENT))
            painter.drawRoundedRect(QRectF(spot.adjusted(-2, 0, 3, 0)), 9, 9)
            role = ColorRole.ON_ACCENT
        self._pen(painter, role)
        painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, look.number)

    def _paint_line(self, painter: QPainter, place: QRect, line: CellLine) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chip = QRectF(place.adjusted(0, 1, 0, -1))
        middle = QPointF(place.left() + 8, place.center().y() + 0.5)
        if line.state is None:
            edge = self._color(ColorRole.FAINT)
            edge.setAlpha(130)
            painter.setPen(QPen(edge, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(chip.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
            painter.drawEllipse(middle, 2.5, 2.5)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._tint(state_role(line.state)))
            painter.drawRoundedRect(chip, 4, 4)
            paint_mark(painter, middle, line.state, self._theme.tokens)
        self._pen(painter, ColorRole.SOFT if line.state is None else ColorRole.TEXT)
        words = place.adjusted(17, 0, -3, 0)
        elide = Qt.TextElideMode.ElideRight
        painter.drawText(words, _LEFT, self._metrics.elidedText(line.text, elide, words.width()))
        painter.restore()

    def _tint(self, role: ColorRole) -> QColor:
        tints = {
            ColorRole.ACCENT: ColorRole.ACCENT_TINT,
            ColorRole.WAITING: ColorRole.WAITING_TINT,
            ColorRole.TROUBLE: ColorRole.TROUBLE_TINT,
            ColorRole.INFO: ColorRole.INFO_TINT,
        }
        return self._color(tints.get(role, ColorRole.RAISED))

    def _color(self, role: ColorRole) -> QColor:
        return self._theme.color(role)

    def _pen(self, painter: QPainter, role: ColorRole) -> None:
        painter.setFont(self._font)
        painter.setPen(self._color(role))
