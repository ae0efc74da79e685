"""How a row of the list of schedules is painted, and what it says on hover."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from bamboo_desktop.domain.schedule_view import ScheduleSummary
from bamboo_desktop.ui.formats import exact, exact_money, money, one_line
from bamboo_desktop.ui.glyphs import GlyphState, glyph_role, paint_glyph
from bamboo_desktop.ui.models.schedule_list import SCHEDULE_ROLE, ScheduleListModel
from bamboo_desktop.ui.models.schedule_rows import RowWords, is_waiting, row_words
from bamboo_desktop.ui.models.schedule_words import day_and_time, fate_line, state_word
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import ROW_TWO_LINES, ColorRole, FontRole
from bamboo_desktop.ui.views.schedules.columns import RowParts
from bamboo_desktop.ui.views.schedules.marks import paint_streak

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ScheduleDelegate(QStyledItemDelegate):
    """Paints switch, name, sentence, next fire, last result, the last ten and the month's cost."""

    def __init__(self, theme: Theme, model: ScheduleListModel, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._fonts = {role: theme.font(role) for role in FontRole}
        self._metrics = {role: QFontMetrics(font) for role, font in self._fonts.items()}

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(400, ROW_TWO_LINES)

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        summary = index.data(SCHEDULE_ROLE)
        if not isinstance(summary, ScheduleSummary):
            return
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        self._paint_ground(painter, rect, state, summary)
        self._paint_row(painter, RowParts.of(rect), summary, self._model.now)
        painter.restore()

    def tip(self, summary: ScheduleSummary, part: str) -> str:
        """What a part of a row says on hover."""
        schedule = summary.schedule
        if part == "switch":
            return (
                self.tr("On: a click or Space switches it off")
                if schedule.is_enabled
                else (self.tr("Off: a click or Space switches it on"))
            )
        if part == "next":
            return self._next_tip(summary)
        if part == "streak":
            counts = Counter(state_word(state) for state in summary.streak)
            told = "\n".join(f"{count} {word}" for word, count in counts.most_common())
            return told or self.tr("Nothing has ended yet")
        if part == "cost":
            cost = exact_money(summary.cost_month_micros)
            return self.tr("Since the first of the month: {}").format(cost)
        lines = [one_line(schedule.name), summary.sentence]
        if summary.is_stale:
            lines.append(self.tr("Nothing has succeeded for three periods."))
        return "\n".join(lines)

    def _next_tip(self, summary: ScheduleSummary) -> str:
        schedule = summary.schedule
        lines = []
        if schedule.plan.next_at is not None:
            lines.append(exact(schedule.plan.next_at))
            there = day_and_time(schedule.plan.next_at, schedule.zone)
            if there != day_and_time(schedule.plan.next_at):
                lines.append(f"{there} {schedule.zone}")
        if summary.last is not None:
            ended = summary.last.ended_at or summary.last.claimed_at
            lines.append(f"{fate_line(summary.last)} ({exact(ended)})")
        return "\n".join(lines)

    def _paint_ground(
        self, painter: QPainter, rect: QRect, state: QStyle.StateFlag, summary: ScheduleSummary
    ) -> None:
        waits = is_waiting(summary)
        is_chosen = bool(state & QStyle.StateFlag.State_Selected)
        if waits:
            role = ColorRole.WAITING_TINT
        elif is_chosen:
            role = ColorRole.ACCENT_TINT
        elif state & QStyle.StateFlag.State_MouseOver:
            role = ColorRole.RAISED
        else:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color(role))
        ground = QRectF(rect.adjusted(6, 1, -6, -1))
        painter.drawRoundedRect(ground, 6, 6)
        if is_chosen:
            bar = self._theme.color(ColorRole.WAITING if waits else ColorRole.ACCENT)
            painter.setBrush(bar)
            side = QRectF(ground.left(), ground.top() + 8, 3, ground.height() - 16)
            painter.drawRoundedRect(side, 1.5, 1.5)
            if state & QStyle.StateFlag.State_HasFocus:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(bar)
                painter.drawRoundedRect(ground.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)

    def _paint_row(
        self, painter: QPainter, parts: RowParts, summary: ScheduleSummary, now: datetime
    ) -> None:
        schedule, words = summary.schedule, row_words(summary, now)
        self._paint_switch(painter, parts.switch, is_on=schedule.is_enabled)
        ink = ColorRole.TEXT if schedule.is_enabled else ColorRole.FAINT
        first, second = _lines(parts.name)
        self._draw(painter, FontRole.BODY, ink, first, one_line(schedule.name))
        if summary.is_stale:
            second = self._paint_stale(painter, second)
        self._draw(painter, FontRole.CAPTION, ColorRole.SOFT, second, summary.sentence)
        first, second = _lines(parts.next)
        self._draw(painter, FontRole.BODY, ink, first, words.next)
        self._paint_note(painter, second, words)
        paint_streak(painter, parts.streak, summary.streak, self._theme.tokens)
        cost = money(summary.cost_month_micros or None)
        self._draw(painter, FontRole.CAPTION, ColorRole.SOFT, parts.cost, cost, _RIGHT)

    def _paint_stale(self, painter: QPainter, line: QRect) -> QRect:
        """Say in amber that nothing has succeeded; gives what is left of the line."""
        words = self.tr("No success for three periods")
        glyph = QRect(line.left(), line.center().y() - 6, 13, 13)
        paint_glyph(painter, glyph, GlyphState.FAILED, self._theme.tokens, role=ColorRole.WAITING)
        place = line.adjusted(18, 0, 0, 0)
        self._draw(painter, FontRole.CAPTION, ColorRole.WAITING, place, words)
        width = self._metrics[FontRole.CAPTION].horizontalAdvance(words)
        return place.adjusted(width + 12, 0, 0, 0)

    def _paint_note(self, painter: QPainter, line: QRect, words: RowWords) -> None:
        left = 0
        if words.glyph is not GlyphState.IDLE:
            glyph = QRect(line.left(), line.center().y() - 6, 13, 13)
            paint_glyph(painter, glyph, words.glyph, self._theme.tokens)
            left = 18
        role = glyph_role(words.glyph) if words.is_loud else ColorRole.SOFT
        place = line.adjusted(left, 0, 0, 0)
        self._draw(painter, FontRole.CAPTION, role, place, words.note)

    def _paint_switch(self, painter: QPainter, place: QRect, *, is_on: bool) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = self._theme.color
        track = QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(color(ColorRole.ACCENT if is_on else ColorRole.FAINT), 1))
        painter.setBrush(color(ColorRole.ACCENT if is_on else ColorRole.RAISED))
        painter.drawRoundedRect(track, track.height() / 2, track.height() / 2)
        knob, inset = 12, (track.height() - 12) / 2
        left = track.right() - inset - knob if is_on else track.left() + inset
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color(ColorRole.ON_ACCENT if is_on else ColorRole.FAINT))
        painter.drawEllipse(QRectF(left, track.top() + inset, knob, knob))

    def _draw(
        self,
        painter: QPainter,
        font: FontRole,
        color: ColorRole,
        line: QRect,
        text: str,
        flags: Qt.AlignmentFlag = _LEFT,
    ) -> None:
        painter.setFont(self._fonts[font])
        painter.setPen(self._theme.color(color))
        shown = self._metrics[font].elidedText(
            text[:400], Qt.TextElideMode.ElideRight, line.width()
        )
        painter.drawText(line, flags | Qt.TextFlag.TextSingleLine, shown)


def _lines(place: QRect) -> tuple[QRect, QRect]:
    first = QRect(place.left(), place.top() + 6, place.width(), 21)
    return first, QRect(place.left(), place.top() + 26, place.width(), 19)
