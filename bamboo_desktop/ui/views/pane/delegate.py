"""Paints a row from its layout: shapes, glyphs, words, documents, selection and finds."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QBrush,
    QFont,
    QPainter,
    QPen,
    QPolygonF,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from bamboo_desktop.ui.glyphs import paint_glyph
from bamboo_desktop.ui.theme_tokens import ColorRole
from bamboo_desktop.ui.views.pane.layouts import RowLayouts
from bamboo_desktop.ui.views.pane.row_layout import Chevron, Label, RowLayout, TextBlock
from bamboo_desktop.ui.views.pane.selection import RowRange

_BLEED = 3
"""Tints and letters reach beyond their lines a little: so much around a strip is painted too."""


class PaneState(Protocol):
    """What painting has to know beside the layout."""

    @property
    def phase(self) -> float:
        """How far running rings have turned."""
        ...

    @property
    def query(self) -> str:
        """What is being looked for."""
        ...

    @property
    def exposed(self) -> QRect:
        """What is being painted."""
        ...

    def selected_in(self, row: int, length: int) -> RowRange | None:
        """The selected part of a row."""
        ...

    def is_marked(self, row: int) -> bool:
        """True for the row that has the keyboard."""
        ...


class EventDelegate(QStyledItemDelegate):
    """Paints the rows; it holds no state of its own."""

    def __init__(self, layouts: RowLayouts, state: PaneState, parent: QObject) -> None:
        super().__init__(parent)
        self._layouts = layouts
        self._state = state

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        rect = QRectF(option.rect)
        exposed = QRectF(self._state.exposed).adjusted(0, -_BLEED, 0, _BLEED)
        clip = rect.intersected(exposed).translated(-rect.topLeft())
        layout = self._layouts.of(index.row())
        painter.save()
        painter.setClipRect(rect)
        painter.translate(rect.topLeft())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = self._state.selected_in(index.row(), layout.length)
        self._ground(painter, layout, chosen, clip)
        for label in layout.labels:
            if label.rect.intersects(clip):
                self._label(painter, label)
        for block in layout.blocks:
            if block.rect.intersects(clip):
                self._document(painter, block, chosen, clip)
        if self._state.is_marked(index.row()):
            bar = QRectF(3, 5, 3, max(rect.height() - 10, 8))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._layouts.style.color(ColorRole.ACCENT))
            painter.drawRoundedRect(bar, 1.5, 1.5)
        painter.restore()

    def _ground(
        self, painter: QPainter, layout: RowLayout, chosen: RowRange | None, clip: QRectF
    ) -> None:
        style = self._layouts.style
        for shape in layout.shapes:
            if not shape.rect.intersects(clip):
                continue
            painter.setPen(Qt.PenStyle.NoPen)
            rect = shape.rect
            if shape.border is not None:
                painter.setPen(QPen(style.color(shape.border), 1))
                rect = rect.adjusted(0.5, 0.5, -0.5, -0.5)
            fill = shape.fill
            painter.setBrush(style.color(fill) if fill is not None else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect, shape.radius, shape.radius)
        if chosen is not None and chosen.is_whole and not layout.blocks:
            tint = style.palette(ColorRole.TEXT).highlight().color()
            tint.setAlphaF(0.25)
            painter.fillRect(QRectF(0, 0, layout.width, layout.height), tint)
        for glyph in layout.glyphs:
            paint_glyph(
                painter,
                glyph.rect,
                glyph.state,
                style.tokens,
                self._state.phase,
                role=glyph.color,
            )
        for chevron in layout.chevrons:
            _paint_chevron(painter, chevron, style.color(ColorRole.FAINT))

    def _label(self, painter: QPainter, label: Label) -> None:
        style = self._layouts.style
        font, metrics = style.font(label.font), style.metrics(label.font)
        if label.is_strong:
            font = QFont(font)
            font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(style.color(label.color))
        text = label.text
        if metrics.horizontalAdvance(text) > label.rect.width() and not label.is_strong:
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, label.rect.width())
        flags = int(label.align) | int(Qt.AlignmentFlag.AlignVCenter)
        flags |= int(Qt.TextFlag.TextSingleLine)
        painter.drawText(label.rect, flags, text)

    def _document(
        self, painter: QPainter, block: TextBlock, chosen: RowRange | None, clip: QRectF
    ) -> None:
        style = self._layouts.style
        context = QAbstractTextDocumentLayout.PaintContext()
        palette = style.palette(block.color)
        context.palette = palette
        context.clip = clip.translated(-block.at)
        marks = self._finds(block)
        if chosen is not None:
            start = max(chosen.start - block.start, 0)
            end = min(chosen.end - block.start, block.length)
            if start < end:
                look = QTextCharFormat()
                look.setBackground(palette.highlight())
                look.setForeground(palette.highlightedText())
                marks.append(_mark(block, start, end, look))
        context.selections = marks
        painter.save()
        painter.translate(block.at)
        block.document.documentLayout().draw(painter, context)
        painter.restore()

    def _finds(self, block: TextBlock) -> list[QAbstractTextDocumentLayout.Selection]:
        query = self._state.query
        marks: list[QAbstractTextDocumentLayout.Selection] = []
        if not query:
            return marks
        look = QTextCharFormat()
        look.setBackground(QBrush(self._layouts.style.color(ColorRole.WAITING_TINT)))
        look.setForeground(QBrush(self._layouts.style.color(ColorRole.WAITING)))
        look.setFontUnderline(True)
        cursor = block.document.find(query, 0)
        while not cursor.isNull() and len(marks) < 200:
            marks.append(_mark(block, cursor.selectionStart(), cursor.selectionEnd(), look))
            cursor = block.document.find(query, cursor)
        return marks


def _mark(
    block: TextBlock, start: int, end: int, look: QTextCharFormat
) -> QAbstractTextDocumentLayout.Selection:
    cursor = QTextCursor(block.document)
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    found = QAbstractTextDocumentLayout.Selection()
    found.cursor = cursor
    found.format = look
    return found


def _paint_chevron(painter: QPainter, chevron: Chevron, color: object) -> None:
    rect = chevron.rect
    if chevron.is_open:
        points = [
            QPointF(rect.left(), rect.top() + rect.height() * 0.3),
            QPointF(rect.center().x(), rect.top() + rect.height() * 0.75),
            QPointF(rect.right(), rect.top() + rect.height() * 0.3),
        ]
    else:
        points = [
            QPointF(rect.left() + rect.width() * 0.3, rect.top()),
            QPointF(rect.left() + rect.width() * 0.75, rect.center().y()),
            QPointF(rect.left() + rect.width() * 0.3, rect.bottom()),
        ]
    painter.setPen(QPen(color, 1.4))  # type: ignore[call-overload]
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF(points))
