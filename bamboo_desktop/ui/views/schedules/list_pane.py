"""The list of schedules with its search, its buttons, and what to do when there is none."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QStackedWidget,
    QStyledItemDelegate,
    QVBoxLayout,
    QWidget,
)

from bamboo_desktop.domain.ids import ScheduleId
from bamboo_desktop.ui.actions import Actions
from bamboo_desktop.ui.models.schedule_list import ScheduleListModel
from bamboo_desktop.ui.models.schedule_rows import ScheduleOrder
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import GAP, GAP_SMALL
from bamboo_desktop.ui.views.empty_state import EmptyState
from bamboo_desktop.ui.views.question_parts import button
from bamboo_desktop.ui.views.schedules.actions import PAUSES, ScheduleActions
from bamboo_desktop.ui.views.schedules.asked_bar import AskedBar
from bamboo_desktop.ui.views.schedules.columns import ColumnHeads
from bamboo_desktop.ui.views.schedules.first_steps import FirstSteps
from bamboo_desktop.ui.views.schedules.table import ScheduleTable
from bamboo_desktop.ui.views.undo_bar import UndoBar

_TYPING_MS = 120


class ListPane(QWidget):
    """Shows the model; every button is one of the window's actions."""

    selected = Signal(object)

    def __init__(
        self,
        model: ScheduleListModel,
        theme: Theme,
        actions: Actions,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._theme = theme
        self._actions = actions
        self._icons: list[tuple[QPushButton, str]] = []
        self.table = ScheduleTable(model, theme, self)
        self.undo = UndoBar(self)
        self.asked = AskedBar(self)
        self.first_steps = FirstSteps(theme, self)
        self._nothing_fits = EmptyState(theme, icon="search", parent=self)
        self._nothing_fits.say(self.tr("No schedule has these words."), button=self.tr("Show all"))
        self._lay_out()
        self._connect()
        self._show_emptiness()
        self._paint_icons()

    def connect_actions(self, actions: ScheduleActions) -> None:
        """Do from now on what the person asks of the chosen row."""
        self.table.menu_wanted.connect(lambda _, at: actions.open_menu(at))

    def _lay_out(self) -> None:
        rows = QWidget()
        column = QVBoxLayout(rows)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._tools())
        column.addWidget(self.asked)
        column.addWidget(ColumnHeads(self._theme, self.table.viewport()))
        self._inner = QStackedWidget()
        self._inner.addWidget(self.table)
        self._inner.addWidget(self._nothing_fits)
        column.addWidget(self._inner, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.first_steps)
        self._stack.addWidget(rows)
        foot = QVBoxLayout()
        foot.setContentsMargins(GAP, 0, GAP, GAP_SMALL)
        foot.addWidget(self.undo)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._stack, 1)
        whole.addLayout(foot)

    def _tools(self) -> QVBoxLayout:
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search names and rules"))
        self.search.setAccessibleName(self.tr("Search schedules"))
        self.search.setClearButtonEnabled(True)
        self.search.setMaxLength(200)
        self.order = QComboBox()
        self.order.setItemDelegate(QStyledItemDelegate(self.order))
        self.order.setAccessibleName(self.tr("Order of the schedules"))
        for order, words in (
            (ScheduleOrder.NEXT, self.tr("Next first")),
            (ScheduleOrder.NAME, self.tr("By name")),
            (ScheduleOrder.LAST, self.tr("Last result first")),
            (ScheduleOrder.COST, self.tr("Dearest first")),
        ):
            self.order.addItem(words, order)
        first = QHBoxLayout()
        first.setSpacing(GAP_SMALL)
        first.addWidget(self.search, 1)
        first.addWidget(self.order)
        second = QHBoxLayout()
        second.setSpacing(GAP_SMALL)
        for name, words, icon in (
            ("schedule.run", self.tr("Run now"), "play"),
            ("schedule.edit", self.tr("Edit"), "pencil"),
            ("schedule.history", self.tr("History"), "list"),
        ):
            second.addWidget(self._acting(name, words, icon))
        second.addWidget(self._pause_button())
        for name, words, icon in (
            ("schedule.duplicate", self.tr("Duplicate"), "copy"),
            ("schedule.trash", self.tr("Delete"), "bin"),
        ):
            second.addWidget(self._acting(name, words, icon))
        second.addStretch(1)
        column = QVBoxLayout()
        column.setContentsMargins(GAP + GAP_SMALL, 0, GAP + GAP_SMALL, GAP_SMALL)
        column.setSpacing(GAP_SMALL)
        column.addLayout(first)
        column.addLayout(second)
        return column

    def _acting(self, name: str, words: str, icon: str) -> QPushButton:
        """A button that does what an action does, and is on when the action is."""
        action = self._actions.get(name)
        made = button(words, "", action.text().replace("&", ""))
        made.clicked.connect(action.trigger)
        self._follow(made, action)
        self._icons.append((made, icon))
        return made

    def _pause_button(self) -> QPushButton:
        made = button(self.tr("Pause"), "", self.tr("Pause or resume the schedule"))
        menu = QMenu(made)
        for name in (*PAUSES, "schedule.resume"):
            menu.addAction(self._actions.get(name))
        made.setMenu(menu)
        action = self._actions.get(PAUSES[0])
        action.changed.connect(lambda: made.setEnabled(action.isEnabled()))
        made.setEnabled(action.isEnabled())
        self._icons.append((made, "pause"))
        return made

    def _follow(self, made: QPushButton, action: QAction) -> None:
        def look() -> None:
            made.setEnabled(action.isEnabled())
            keys = action.shortcut().toString()
            made.setToolTip(f"{action.text()} ({keys})")

        action.changed.connect(look)
        look()

    def _connect(self) -> None:
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typing.timeout.connect(lambda: self._model.search(self.search.text()))
        self.search.textChanged.connect(self._typing.start)
        self.search.returnPressed.connect(self._take_first)
        self.order.activated.connect(
            lambda: self._model.sort_by(ScheduleOrder(self.order.currentData()))
        )
        self._nothing_fits.acted.connect(self.search.clear)
        self._model.changed.connect(self._show_emptiness)
        self.table.selected.connect(self.selected)
        delete = QShortcut("Del", self.table, context=Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._actions.get("schedule.trash").trigger)
        self._theme.changed.connect(self._paint_icons)

    def _take_first(self) -> None:
        self._typing.stop()
        self._model.search(self.search.text())
        self.table.setFocus()

    def focus_list(self) -> None:
        """Put the focus where the arrows choose a schedule, or on the first step."""
        if self._model.total:
            self.table.setFocus()
        else:
            self.first_steps.setFocus()

    def choose(self, schedule_id: ScheduleId) -> None:
        """Choose a schedule, also one the search would hide."""
        if self._model.summary(schedule_id) and not self._model.index_of(schedule_id).isValid():
            self.search.clear()
            self._model.search("")
        self.table.choose(schedule_id)

    def _show_emptiness(self) -> None:
        self._stack.setVisible(self._model.is_loaded)
        self._stack.setCurrentIndex(1 if self._model.total else 0)
        self._inner.setCurrentIndex(0 if self._model.rowCount() else 1)
        self.asked.show_asked(self._model.first_asked())

    def _paint_icons(self) -> None:
        for made, icon in self._icons:
            made.setIcon(self._theme.icon(icon))
