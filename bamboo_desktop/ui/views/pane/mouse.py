"""The mouse in the pane: selecting text within and across rows, clicking places and links."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QTextCursor
from PySide6.QtWidgets import QApplication
from typing_extensions import override

from bamboo_desktop.ui.views.pane.row_layout import Hot, HotKind
from bamboo_desktop.ui.views.pane.selection import Place, Selection
from bamboo_desktop.ui.views.pane.view import EventPane

_SCROLL_MS = 30
_MOUSE = frozenset(
    {
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.MouseButtonRelease,
        QEvent.Type.MouseButtonDblClick,
    }
)


class PaneMouse(QObject):
    """Turns presses, moves and releases on the pane into selection and clicks."""

    def __init__(self, pane: EventPane) -> None:
        super().__init__(pane)
        self._pane = pane
        self._pressed_at: QPoint | None = None
        self._pointer = QPoint()
        self._drags = False
        self._double_at: tuple[float, QPoint] | None = None
        self._scroll = QTimer(self, interval=_SCROLL_MS)
        self._scroll.timeout.connect(self._scroll_on)
        pane.viewport().installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() not in _MOUSE or not isinstance(event, QMouseEvent):
            return False
        kind = event.type()
        if kind is QEvent.Type.MouseMove:
            self._move(event)
        elif event.button() is not Qt.MouseButton.LeftButton:
            return True
        elif kind is QEvent.Type.MouseButtonPress:
            self._press(event)
        elif kind is QEvent.Type.MouseButtonDblClick:
            self._double(event)
        else:
            self._release(event)
        return True

    def _press(self, event: QMouseEvent) -> None:
        pane, point = self._pane, event.position().toPoint()
        pane.setFocus(Qt.FocusReason.MouseFocusReason)
        place = pane.place_at(point)
        if place is None:
            return
        self._pressed_at, self._drags, self._pointer = point, False, point
        if self._is_triple(event, point):
            self._grow(place, QTextCursor.SelectionType.BlockUnderCursor)
            return
        pane.setCurrentIndex(pane.rows.index(place.row, 0))
        selection = pane.selection
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and selection is not None:
            pane.select(selection.to(place))
        else:
            pane.select(Selection(anchor=place, caret=place))

    def _move(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        self._pointer = point
        if not event.buttons() & Qt.MouseButton.LeftButton or self._pressed_at is None:
            self._show_cursor(point)
            return
        distance = (point - self._pressed_at).manhattanLength()
        self._drags = self._drags or distance >= QApplication.startDragDistance()
        if self._drags:
            self._draw_to(point)
        is_outside = not 0 <= point.y() < self._pane.viewport().height()
        if is_outside != self._scroll.isActive():
            (self._scroll.start if is_outside else self._scroll.stop)()

    def _release(self, event: QMouseEvent) -> None:
        self._scroll.stop()
        pressed, self._pressed_at = self._pressed_at, None
        if pressed is None or self._drags:
            return
        pane, point = self._pane, event.position().toPoint()
        selection = pane.selection
        if selection is not None and not selection.is_empty:
            return
        row = pane.rowAt(point.y())
        link = pane.layouts.of(row).link_at(pane.inside(row, point)) if row >= 0 else ""
        hot = pane.hot_at(point)
        if link:
            pane.link_activated.emit(link)
        elif hot is not None and self._may_click(hot[1], point):
            pane.hot_activated.emit(*hot)

    def _may_click(self, hot: Hot, point: QPoint) -> bool:
        """A click into the text of a whole card only sets the caret."""
        if hot.kind is not HotKind.OPEN_QUESTION or hot.rect.height() <= 30:
            return True
        row = self._pane.rowAt(point.y())
        return not self._pane.layouts.of(row).is_over_text(self._pane.inside(row, point))

    def _double(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        place = self._pane.place_at(point)
        if place is None:
            return
        hot = self._pane.hot_at(point)
        if hot is not None and hot[1].kind is HotKind.TOGGLE:
            self._pane.hot_activated.emit(*hot)
            return
        self._double_at = (event.timestamp(), point)
        self._grow(place, QTextCursor.SelectionType.WordUnderCursor)

    def _is_triple(self, event: QMouseEvent, point: QPoint) -> bool:
        if self._double_at is None:
            return False
        at, where = self._double_at
        self._double_at = None
        is_soon = event.timestamp() - at <= QApplication.doubleClickInterval()
        return is_soon and (point - where).manhattanLength() < QApplication.startDragDistance()

    def _grow(self, place: Place, kind: QTextCursor.SelectionType) -> None:
        """Select the word or the paragraph around a place."""
        block = self._pane.layouts.of(place.row).block_at(place.offset)
        if block is None:
            return
        cursor = QTextCursor(block.document)
        cursor.setPosition(min(max(place.offset - block.start, 0), block.length))
        if kind is QTextCursor.SelectionType.BlockUnderCursor:
            start = cursor.block().position()
            end = start + cursor.block().length() - 1
        else:
            cursor.select(kind)
            start, end = cursor.selectionStart(), cursor.selectionEnd()
        first, last = Place(place.row, block.start + start), Place(place.row, block.start + end)
        self._pane.select(Selection(anchor=first, caret=last))

    def _draw_to(self, point: QPoint) -> None:
        place, selection = self._pane.place_at(point), self._pane.selection
        if place is not None and selection is not None:
            self._pane.select(selection.to(place))

    def _scroll_on(self) -> None:
        """The pointer is held above or below the pane: go on in that direction."""
        height = self._pane.viewport().height()
        y = self._pointer.y()
        beyond = y if y < 0 else y - height + 1
        bar = self._pane.verticalScrollBar()
        bar.setValue(bar.value() + max(min(beyond, 60), -60))
        self._draw_to(QPoint(self._pointer.x(), min(max(y, 0), height - 1)))

    def _show_cursor(self, point: QPoint) -> None:
        pane = self._pane
        row = pane.rowAt(point.y())
        shape = Qt.CursorShape.ArrowCursor
        if row >= 0:
            layout, inside = pane.layouts.of(row), pane.inside(row, point)
            hot = layout.hot_at(inside)
            if layout.link_at(inside) or (hot is not None and hot.rect.height() <= 40):
                shape = Qt.CursorShape.PointingHandCursor
            elif layout.is_over_text(inside):
                shape = Qt.CursorShape.IBeamCursor
        if pane.viewport().cursor().shape() is not shape:
            pane.viewport().setCursor(shape)
