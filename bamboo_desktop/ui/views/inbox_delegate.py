"""Paints a question's row: whose it is, how long it waits, and its first line."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from bamboo_desktop.clock import Clock
from bamboo_desktop.domain.question import QuestionKind, QuestionRecord
from bamboo_desktop.ui.formats import ago
from bamboo_desktop.ui.glyphs import GlyphState, paint_glyph
from bamboo_desktop.ui.harmless import harmless_line
from bamboo_desktop.ui.models.inbox_questions import RECORD_ROLE, first_line
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import GAP, GAP_SMALL, ROW_TWO_LINES, ColorRole, FontRole

_GLYPH = 14
_ICONS = {
    QuestionKind.ASK: "question",
    QuestionKind.CONSENT: "key",
    QuestionKind.UNKNOWN_EFFECT: "warning",
    QuestionKind.CONTEXT_FULL: "book",
    QuestionKind.LOOP_GUARD: "refresh",
    QuestionKind.BUDGET: "chart",
}


class InboxDelegate(QStyledItemDelegate):
    """Two lines a row, as in the session list."""

    def __init__(self, theme: Theme, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._clock = clock

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex, /
    ) -> QSize:
        fonts = (FontRole.BODY, FontRole.CAPTION)
        lines = sum(QFontMetrics(self._theme.font(role)).height() for role in fonts)
        return QSize(200, max(ROW_TWO_LINES, lines + 2 * GAP_SMALL))

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
        /,
    ) -> None:
        record = index.data(RECORD_ROLE)
        if not isinstance(record, QuestionRecord):
            return
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        self._paint_ground(painter, rect, state)
        self._paint_content(painter, rect, record)
        painter.restore()

    def _paint_ground(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, self._theme.color(ColorRole.ACCENT_TINT))
            edge = QRect(rect.left(), rect.top(), 3, rect.height())
            painter.fillRect(edge, self._theme.color(ColorRole.ACCENT))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, self._theme.color(ColorRole.RAISED))
        painter.setPen(self._theme.color(ColorRole.LINE))
        painter.drawLine(rect.left() + GAP, rect.bottom(), rect.right() - GAP, rect.bottom())

    def _paint_content(self, painter: QPainter, rect: QRect, record: QuestionRecord) -> None:
        inner = rect.adjusted(GAP, GAP_SMALL, -GAP, -GAP_SMALL)
        top = QRect(inner.left(), inner.top(), inner.width(), inner.height() // 2)
        bottom = QRect(inner.left(), top.bottom() + 1, inner.width(), inner.height() // 2)
        glyph = QRect(top.left(), top.center().y() - _GLYPH // 2, _GLYPH, _GLYPH)
        paint_glyph(painter, glyph, GlyphState.WAITING, self._theme.tokens)
        kind = QRect(bottom.left(), bottom.center().y() - _GLYPH // 2, _GLYPH, _GLYPH)
        self._theme.icon(_ICONS[record.question.kind]).paint(painter, kind)
        text_left = _GLYPH + GAP_SMALL
        waited = ago(record.question.asked_at, self._clock.now())
        small = self._theme.font(FontRole.CAPTION)
        side = QFontMetrics(small).horizontalAdvance(waited) + GAP_SMALL
        painter.setFont(small)
        painter.setPen(self._theme.color(ColorRole.FAINT))
        painter.drawText(top, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, waited)
        self._line(
            painter,
            top.adjusted(text_left, 0, -side, 0),
            record.session_title,
            role=ColorRole.SOFT,
            font=FontRole.CAPTION,
        )
        self._line(
            painter,
            bottom.adjusted(text_left, 0, 0, 0),
            first_line(record),
            role=ColorRole.TEXT,
            font=FontRole.BODY,
        )

    def _line(
        self, painter: QPainter, rect: QRect, text: str, *, role: ColorRole, font: FontRole
    ) -> None:
        face = self._theme.font(font)
        painter.setFont(face)
        painter.setPen(self._theme.color(role))
        shown = QFontMetrics(face).elidedText(
            harmless_line(text), Qt.TextElideMode.ElideRight, rect.width()
        )
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(rect, flags | Qt.TextFlag.TextSingleLine, shown)
