"""The event pane itself: a table of one column that measures what it shows and keeps its place."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QPointF, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QHelpEvent,
    QHideEvent,
    QKeyEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget
from typing_extensions import override

from bamboo_desktop.ui.models.transcript import TranscriptModel
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.views.pane.delegate import EventDelegate
from bamboo_desktop.ui.views.pane.keeping import PlaceKeeper
from bamboo_desktop.ui.views.pane.layouts import RowLayouts
from bamboo_desktop.ui.views.pane.rings import Rings
from bamboo_desktop.ui.views.pane.row_layout import Hot
from bamboo_desktop.ui.views.pane.selection import Place, RowRange, Selection
from bamboo_desktop.ui.views.pane.style import PaneStyle
from bamboo_desktop.ui.views.pane.table import FrugalTable, as_list

ESTIMATED_HEIGHT = 44
_FINISH_MS = 220


class EventPane(FrugalTable):
    """Rows are measured when they come into view; what is in view never jumps.

    While the end is in view new rows keep it there; otherwise `unseen` says that there is more.
    """

    hot_activated = Signal(int, object)
    link_activated = Signal(str)
    menu_wanted = Signal(object, int)
    key_pressed = Signal(object)
    unseen = Signal(bool)

    def __init__(self, model: TranscriptModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = model
        self.layouts = RowLayouts(model, PaneStyle(theme))
        self._theme = theme
        self._selection: Selection | None = None
        self._query = ""
        self.keeper = PlaceKeeper(self)
        self.rings = Rings(self, theme)
        self._finish = QTimer(self, singleShot=True, interval=_FINISH_MS)
        self._finish.timeout.connect(self._finish_text)
        self.setAccessibleName(self.tr("What happened in this session"))
        as_list(self, ESTIMATED_HEIGHT)
        self.setModel(model)
        self.setItemDelegate(EventDelegate(self.layouts, self, self))
        model.modelReset.connect(self._reset)
        model.dataChanged.connect(self._changed)
        model.rowsInserted.connect(self._inserted)
        model.rowsRemoved.connect(self._removed)
        model.stepped.connect(self._stepped)
        theme.changed.connect(self._restyle)

    # --- what the delegate asks ------------------------------------------------------------------

    @property
    def phase(self) -> float:
        """How far running rings have turned."""
        return self.rings.phase

    @property
    def query(self) -> str:
        """What is being looked for, highlighted in the rows."""
        return self._query

    def selected_in(self, row: int, length: int) -> RowRange | None:
        """The selected part of a row."""
        return self._selection.in_row(row, length) if self._selection is not None else None

    def is_marked(self, row: int) -> bool:
        """True for the row that has the keyboard."""
        return self.hasFocus() and row == self.currentIndex().row()

    @property
    def follows(self) -> bool:
        """True while the end is kept in view."""
        return self.keeper.follows

    @property
    def selection(self) -> Selection | None:
        """What is selected."""
        return self._selection

    def select(self, selection: Selection | None) -> None:
        """Select text, or nothing."""
        if selection != self._selection:
            self._selection = selection
            self.viewport().update()

    def look_for(self, query: str) -> None:
        """Highlight a text wherever it is seen."""
        if query != self._query:
            self._query = query
            self.viewport().update()

    def to_end(self) -> None:
        """Show the end and keep it in view."""
        self.keeper.follow()
        self._tell_end()
        self._stepped()

    def jump(self, row: int) -> None:
        """Show a row a quarter down the pane, loaded or not."""
        self.keeper.hold(row, self.viewport().height() // 4)
        self.setCurrentIndex(self.rows.index(row, 0))
        self._stepped()

    def reveal(self, row: int) -> None:
        """Scroll as little as possible to show a row."""
        top, height = self.rowViewportPosition(row), self.rowHeight(row)
        room = self.viewport().height()
        bar = self.verticalScrollBar()
        if top < 0 or height > room:
            bar.setValue(bar.value() + top)
        elif top + height > room:
            bar.setValue(bar.value() + top + height - room)

    def remeasure(self, row: int) -> None:
        """A row was opened or folded: measure it again, its upper edge staying in place."""
        self.keeper.forget((row,))
        self.keeper.hold(row, self.rowViewportPosition(row))
        self._stepped()
        self.keeper.release()
        self._tell_end()

    def place_at(self, point: QPoint) -> Place | None:
        """The text position at a point of the viewport."""
        row = self.rowAt(point.y())
        if row < 0:
            if not self.rows.rowCount():
                return None
            row = self.rows.rowCount() - 1 if point.y() > 0 else 0
        return Place(row, self.layouts.of(row).offset_at(self.inside(row, point)))

    def inside(self, row: int, point: QPoint) -> QPointF:
        """A point of the viewport as a point of a row."""
        return QPointF(point.x(), point.y() - self.rowViewportPosition(row))

    def hot_at(self, point: QPoint) -> tuple[int, Hot] | None:
        """What can be clicked at a point of the viewport."""
        row = self.rowAt(point.y())
        hot = self.layouts.of(row).hot_at(self.inside(row, point)) if row >= 0 else None
        return (row, hot) if hot is not None else None

    # --- keeping the place -----------------------------------------------------------------------

    def _stepped(self) -> None:
        self._settle()
        if self.layouts.is_rough and not self._finish.isActive():
            self._finish.start()

    def _settle(self) -> None:
        if self.keeper.is_busy or not self.isVisible():
            return
        self.keeper.settle()
        self.rings.watch()

    def _tell_end(self) -> None:
        if self.keeper.follows:
            self.unseen.emit(False)  # noqa: FBT003 - a signal

    def _reset(self) -> None:
        self.layouts.forget()
        self.keeper.reset()
        self._selection = None
        self._tell_end()

    def _changed(self, first: QModelIndex, last: QModelIndex) -> None:
        self.keeper.forget(range(first.row(), last.row() + 1))

    def _inserted(self, _parent: QModelIndex, first: int, _last: int) -> None:
        self.keeper.forget_from(first)
        if not self.keeper.follows:
            self.unseen.emit(True)  # noqa: FBT003 - a signal

    def _removed(self, _parent: QModelIndex, first: int, _last: int) -> None:
        self.keeper.forget_from(first)

    def _restyle(self) -> None:
        self.keeper.hold_first()
        self.layouts.restyle(PaneStyle(self._theme))
        self.keeper.forget_all()
        self.viewport().update()
        self._stepped()

    def _finish_text(self) -> None:
        self.layouts.finish()
        stored = self.rows.stored
        self.keeper.forget(range(stored, stored + len(self.rows.tail)))
        self._stepped()

    @override
    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        if not self.keeper.is_busy:
            self.keeper.release()
            self._tell_end()
            self._settle()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self.keeper.hold_first()
        busy, self.keeper.is_busy = self.keeper.is_busy, True
        super().resizeEvent(event)
        self.keeper.is_busy = busy
        if self.layouts.set_width(self.viewport().width()):
            self.keeper.forget_all()
        self._settle()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._stepped()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self.rings.rest()
        super().hideEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()
        self.key_pressed.emit(event)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos(), self.rowAt(event.pos().y()))

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            row = self.rowAt(event.pos().y())
            layout = self.layouts.of(row) if row >= 0 else None
            point = self.inside(row, event.pos())
            tip = (layout.link_at(point) or layout.tip_at(point)) if layout is not None else ""
            QToolTip.showText(event.globalPos(), tip, self)
            return True
        return super().viewportEvent(event)
