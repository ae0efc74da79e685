"""How a row of the session list is painted: glyph, title, time, and what happened last."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from bamboo_desktop.domain.session import SessionSummary
from bamboo_desktop.ui.formats import one_line
from bamboo_desktop.ui.glyphs import GlyphState, glyph_of, glyph_role, paint_glyph
from bamboo_desktop.ui.models.session_groups import GroupRow, needs_person
from bamboo_desktop.ui.models.session_list import AGE_ROLE, ROW_ROLE
from bamboo_desktop.ui.models.session_words import status_line
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import ROW_DENSE, ROW_TWO_LINES, ColorRole, FontRole

_MARGIN, _GLYPH, _TEXT_LEFT = 8, 14, 34
_LOUD = {GlyphState.WAITING, GlyphState.FAILED, GlyphState.MISSED}


class SessionDelegate(QStyledItemDelegate):
    """Paints headings and two-line session rows; `phase` turns the ring of what runs."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.phase = 0.0
        self.paints_glyphs_only = False
        """True while nothing but the column of glyphs is painted: the rings turn often."""
        self._fonts = {role: theme.font(role) for role in FontRole}
        self._fonts[FontRole.STRONG].setPointSizeF(self._fonts[FontRole.BODY].pointSizeF())
        self._metrics = {role: QFontMetrics(font) for role, font in self._fonts.items()}

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        is_group = isinstance(index.data(ROW_ROLE), GroupRow)
        return QSize(120, ROW_DENSE if is_group else ROW_TWO_LINES)

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row = index.data(ROW_ROLE)
        rect: QRect = option.rect
        painter.save()
        if isinstance(row, GroupRow):
            self._paint_group(painter, rect, row)
        elif isinstance(row, SessionSummary):
            state: QStyle.StateFlag = option.state
            self._paint_ground(painter, rect, state, row)
            self._paint_session(painter, rect, row, str(index.data(AGE_ROLE)))
        painter.restore()

    def glyph_rect(self, row: QRect) -> QRect:
        """Where the glyph of a session row is: all that an animation has to repaint."""
        top = row.top() + 9
        return QRect(row.left() + _MARGIN + 5, top, _GLYPH + 2, _GLYPH + 2)

    def _paint_group(self, painter: QPainter, rect: QRect, group: GroupRow) -> None:
        self._pen(painter, FontRole.CAPTION, ColorRole.FAINT)
        font = painter.font()
        font.setWeight(font.Weight.DemiBold)
        painter.setFont(font)
        line = rect.adjusted(_MARGIN + 6, 6, -_MARGIN - 8, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | middle, group.title)
        if group.count is not None:
            self._pen(painter, FontRole.CAPTION, ColorRole.FAINT)
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | middle, str(group.count))

    def _paint_ground(
        self, painter: QPainter, rect: QRect, state: QStyle.StateFlag, row: SessionSummary
    ) -> None:
        is_chosen = bool(state & QStyle.StateFlag.State_Selected)
        if is_chosen:
            role = ColorRole.WAITING_TINT if needs_person(row) else ColorRole.ACCENT_TINT
        elif needs_person(row):
            role = ColorRole.WAITING_TINT
        elif state & QStyle.StateFlag.State_MouseOver:
            role = ColorRole.RAISED
        else:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color(role))
        ground = QRectF(rect.adjusted(_MARGIN - 2, 1, -_MARGIN + 2, -1))
        painter.drawRoundedRect(ground, 6, 6)
        if not is_chosen:
            return
        bar = ColorRole.WAITING if needs_person(row) else ColorRole.ACCENT
        painter.setBrush(self._theme.color(bar))
        painter.drawRoundedRect(
            QRectF(ground.left(), ground.top() + 8, 3, ground.height() - 16), 1.5, 1.5
        )
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(self._theme.color(bar))
            painter.drawRoundedRect(ground.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)

    def _paint_session(self, painter: QPainter, rect: QRect, row: SessionSummary, age: str) -> None:
        glyph = glyph_of(row.status, open_questions=row.open_questions)
        place = self.glyph_rect(rect).adjusted(1, 1, -1, -1)
        paint_glyph(painter, place, glyph, self._theme.tokens, self.phase)
        if self.paints_glyphs_only:
            return
        left, right = rect.left() + _TEXT_LEFT, rect.right() - _MARGIN - 8
        first = QRect(left, rect.top() + 6, right - left, 21)
        second = QRect(left, rect.top() + 26, right - left, 19)
        first.setRight(self._paint_time(painter, first, row, age))
        title_font = FontRole.STRONG if needs_person(row) else FontRole.BODY
        self._pen(painter, title_font, ColorRole.TEXT)
        self._draw(painter, title_font, first, one_line(row.session.title) or "-")
        role = glyph_role(glyph) if glyph in _LOUD else ColorRole.SOFT
        second.setRight(self._paint_badge(painter, second, row))
        self._pen(painter, FontRole.CAPTION, role)
        self._draw(painter, FontRole.CAPTION, second, status_line(row))

    def _paint_time(self, painter: QPainter, line: QRect, row: SessionSummary, text: str) -> int:
        """Paint time and pin at the right; gives the right end of what is left for the title."""
        self._pen(painter, FontRole.CAPTION, ColorRole.FAINT)
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(line, flags, text)
        end = line.right() - self._metrics[FontRole.CAPTION].horizontalAdvance(text) - 8
        if row.session.is_pinned:
            place = QRect(end - 12, line.top() + 4, 13, 13)
            self._theme.icon("pin", ColorRole.FAINT).paint(painter, place)
            end -= 18
        return end

    def _paint_badge(self, painter: QPainter, line: QRect, row: SessionSummary) -> int:
        if row.open_questions < 2:
            return line.right()
        text = str(row.open_questions)
        width = max(18, self._metrics[FontRole.CAPTION].horizontalAdvance(text) + 10)
        pill = QRectF(line.right() - width + 1, line.top() + 1, width, 17)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color(ColorRole.WAITING))
        painter.drawRoundedRect(pill, 8.5, 8.5)
        painter.setFont(self._fonts[FontRole.CAPTION])
        painter.setPen(QColor(self._theme.tokens.waiting_tint))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
        return line.right() - width - 6

    def _pen(self, painter: QPainter, font: FontRole, color: ColorRole) -> None:
        painter.setFont(self._fonts[font])
        painter.setPen(self._theme.color(color))

    def _draw(self, painter: QPainter, font: FontRole, line: QRect, text: str) -> None:
        # Cut long text before it is measured: a title may be a megabyte.
        shown = self._metrics[font].elidedText(
            text[:400], Qt.TextElideMode.ElideRight, line.width()
        )
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(line, flags | Qt.TextFlag.TextSingleLine, shown)
