"""The table of schedules: opens, switches and explains its rows."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QTimer, Signal
from PySide6.QtGui import QHelpEvent, QHideEvent, QKeyEvent, QMouseEvent, QShowEvent, Qt
from PySide6.QtWidgets import QToolTip, QWidget
from typing_extensions import override

from bamboo_desktop.domain.ids import ScheduleId
from bamboo_desktop.ui.models.schedule_list import ScheduleListModel
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import ROW_TWO_LINES
from bamboo_desktop.ui.views.row_table import RowTable
from bamboo_desktop.ui.views.schedules.columns import RowParts
from bamboo_desktop.ui.views.schedules.delegate import ScheduleDelegate

_PASSES_MS = 15_000


class ScheduleTable(RowTable):
    """Enter or a double click opens, Space or a click on the switch switches.

    Every signal carries the id of a schedule; `selected` also None.
    """

    opened = Signal(object)
    switched = Signal(object)
    selected = Signal(object)
    menu_wanted = Signal(object, object)

    def __init__(
        self, model: ScheduleListModel, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(row_height=ROW_TWO_LINES, name="", parent=parent)
        self.setAccessibleName(self.tr("Schedules"))
        self._list = model
        self._painter = ScheduleDelegate(theme, model, self)
        self._kept: ScheduleId | None = None
        self.setItemDelegate(self._painter)
        self.setModel(model)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._ask_menu)
        self.doubleClicked.connect(self._open)
        self.selectionModel().currentChanged.connect(self._select)
        model.modelReset.connect(self._choose_kept)
        theme.changed.connect(self.viewport().update)
        # Relative times grow old while somebody looks at them, and only then.
        self._passing = QTimer(self, interval=_PASSES_MS)
        self._passing.timeout.connect(self._pass_time)
        model.changed.connect(self._pass_time)

    @property
    def current_id(self) -> ScheduleId | None:
        """The schedule that is chosen."""
        summary = self._list.summary_at(self.currentIndex())
        return None if summary is None else summary.schedule.id

    def choose(self, schedule_id: ScheduleId | None) -> None:
        """Choose a schedule, now or as soon as it is listed."""
        self._kept = schedule_id
        self._choose_kept()
        self.scrollTo(self.currentIndex())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in {
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        }
        current = self.current_id
        if plain and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and current:
            self.opened.emit(current)
        elif plain and event.key() == Qt.Key.Key_Space and current:
            self.switched.emit(current)
        else:
            super().keyPressEvent(event)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        point = event.position().toPoint()
        is_left = event.button() == Qt.MouseButton.LeftButton
        if is_left and self._part_at(point) == "switch":
            summary = self._list.summary_at(self.indexAt(point))
            if summary is not None:
                self.switched.emit(summary.schedule.id)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        # Two quick clicks on a switch are two clicks.
        if self._part_at(event.position().toPoint()) != "switch":
            super().mouseDoubleClickEvent(event)

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._explain(event)
            return True
        return super().viewportEvent(event)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._pass_time()
        self._passing.start()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self._passing.stop()
        super().hideEvent(event)

    def _pass_time(self) -> None:
        """Every row at once, so that two of the same instant never differ."""
        self._list.pass_time()
        self.viewport().update()

    def _part_at(self, point: QPoint) -> str:
        return RowParts.of(self.visualRect(self.indexAt(point))).at(point)

    def _explain(self, event: QHelpEvent) -> None:
        summary = self._list.summary_at(self.indexAt(event.pos()))
        words = ""
        if summary is not None:
            words = self._painter.tip(summary, self._part_at(event.pos()))
        QToolTip.showText(event.globalPos(), words, self)

    def _open(self, index: QModelIndex) -> None:
        summary = self._list.summary_at(index)
        if summary is not None:
            self.opened.emit(summary.schedule.id)

    def _select(self) -> None:
        current = self.current_id
        if current is not None:
            self._kept = current
        self.selected.emit(current)

    def _choose_kept(self) -> None:
        index = self._list.index_of(self._kept)
        if not index.isValid() and self._list.rowCount():
            index = self._list.index(0, 0)
        if index.isValid():
            kept = self._kept
            self.setCurrentIndex(index)
            self._kept = kept if kept is not None else self._kept
        self.selected.emit(self.current_id)

    def _ask_menu(self, point: QPoint) -> None:
        summary = self._list.summary_at(self.indexAt(point))
        if summary is None:
            summary = self._list.summary_at(self.currentIndex())
            point = self.visualRect(self.currentIndex()).center()
        if summary is not None:
            self.menu_wanted.emit(summary.schedule.id, self.viewport().mapToGlobal(point))
