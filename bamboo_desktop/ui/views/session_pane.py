"""The left pane: search in titles, the New button, the list, the bin, and the undo bar."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.session import SessionScope
from bamboo_desktop.ui.models.session_list import SessionListModel
from bamboo_desktop.ui.models.session_words import empty_sentence
from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.theme_tokens import GAP, GAP_SMALL, ColorRole
from bamboo_desktop.ui.views.empty_state import EmptyState
from bamboo_desktop.ui.views.session_table import SessionTable
from bamboo_desktop.ui.views.undo_bar import UndoBar

_TYPING_MS = 120


class SessionPane(QWidget):
    """Shows the model and says what the person wants of it.

    `chosen` carries a session id when another session is selected, `entered` when Enter or a click
    asks to go on to the conversation, `menu_wanted` an id and a point, `filter_changed` the text.
    """

    chosen = Signal(object)
    entered = Signal(object)
    menu_wanted = Signal(object, object)
    filter_changed = Signal(str)
    scope_wanted = Signal(object)
    new_wanted = Signal()
    rename_wanted = Signal(object)
    trash_wanted = Signal(object)

    def __init__(
        self, model: SessionListModel, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        set_kind(self, "bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._model = model
        self._theme = theme
        self._shown: SessionId | None = None
        self._place = 0
        self.table = SessionTable(model, theme, self)
        set_kind(self.table, "plain")
        self.undo = UndoBar(self)
        self._empty = EmptyState(theme, icon="sessions", parent=self)
        self._empty.acted.connect(self._act_when_empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._search_row())
        column.addWidget(self._scope_row())
        column.addWidget(self.table, 1)
        column.addWidget(self._empty, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(GAP_SMALL, 0, GAP_SMALL, GAP_SMALL)
        foot.addWidget(self.undo)
        column.addLayout(foot)
        self._connect()
        self._show_emptiness()

    def set_scope(self, scope: SessionScope) -> None:
        """Say above the list which part of it is shown."""
        self._scope_line.setVisible(scope is not SessionScope.ACTIVE)
        titles = {SessionScope.ARCHIVED: self.tr("Archived"), SessionScope.BIN: self.tr("Bin")}
        self._scope_title.setText(titles.get(scope, ""))
        self._show_emptiness()

    def show_session(self, session_id: SessionId | None) -> None:
        """Select a session without telling anybody."""
        self._shown = session_id
        index = QModelIndex() if session_id is None else self._model.index_of(session_id)
        if index.isValid():
            self._place = index.row()
        selection = self.table.selectionModel()
        if index == self.table.currentIndex():
            return
        selection.blockSignals(True)  # noqa: FBT003 - Qt's signature
        if index.isValid():
            self.table.setCurrentIndex(index)
            above = index.siblingAtRow(index.row() - 1)
            if above.isValid() and self._model.session_at(above) is None:
                self.table.scrollTo(above)  # the first of a group is seen with its heading
            self.table.scrollTo(index)
        else:
            selection.clear()
        selection.blockSignals(False)  # noqa: FBT003
        self.table.viewport().update()

    def neighbour(self, session_id: SessionId) -> SessionId | None:
        """The session to go to when this one leaves the list: the next one, else the one before."""
        index = self._model.index_of(session_id)
        place = index.row() if index.isValid() else self._place
        after = range(place + index.isValid(), self._model.rowCount())
        before = range(min(place, self._model.rowCount()) - 1, -1, -1)
        rows = (self._model.session_at(self._model.index(row, 0)) for row in (*after, *before))
        return next((found for found in rows if found is not None), None)

    def focus_filter(self) -> None:
        """Put the cursor into the search field."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def step(self, step: int) -> None:
        """Go to the next or previous session."""
        self.table.step(step)

    def _search_row(self) -> QHBoxLayout:
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search titles"))
        self.search.setAccessibleName(self.tr("Search session titles"))
        self.search.setClearButtonEnabled(True)
        self.search.setMaxLength(200)
        self._new = QPushButton(self.tr("New"))
        self._new.setAccessibleName(self.tr("New session"))
        self._new.setToolTip(self.tr("New session (Ctrl+N)"))
        self._new.setIconSize(QSize(16, 16))
        set_kind(self._new, "primary")
        row = QHBoxLayout()
        row.setContentsMargins(GAP, GAP, GAP, GAP_SMALL)
        row.setSpacing(GAP_SMALL)
        row.addWidget(self.search, 1)
        row.addWidget(self._new)
        return row

    def _scope_row(self) -> QWidget:
        self._scope_line = QWidget()
        self._scope_title = QLabel()
        set_kind(self._scope_title, "strong")
        back = QPushButton(self.tr("Back to all sessions"))
        set_kind(back, "flat")
        back.clicked.connect(lambda: self.scope_wanted.emit(SessionScope.ACTIVE))
        row = QHBoxLayout(self._scope_line)
        row.setContentsMargins(GAP, 0, 4, 0)
        row.addWidget(self._scope_title, 1)
        row.addWidget(back)
        self._scope_line.hide()
        return self._scope_line

    def _connect(self) -> None:
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typing.timeout.connect(lambda: self.filter_changed.emit(self.search.text()))
        self.search.textChanged.connect(self._typed)
        self.search.returnPressed.connect(self._take_first)
        self._new.clicked.connect(self.new_wanted)
        self.table.selectionModel().currentChanged.connect(self._select)
        self.table.chosen.connect(self._enter)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._ask_menu)
        for signal in (self._model.rowsInserted, self._model.rowsRemoved, self._model.modelReset):
            signal.connect(self._show_emptiness)
        self._model.moved.connect(lambda: self.show_session(self._shown))
        for key, signal in (("F2", self.rename_wanted), ("Del", self.trash_wanted)):
            shortcut = QShortcut(key, self.table, context=Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(lambda signal=signal: self._emit_current(signal))
        self._theme.changed.connect(self._paint_icons)
        self._paint_icons()

    def _paint_icons(self) -> None:
        self._new.setIcon(self._theme.sized_icon("plus", ColorRole.ON_ACCENT, 16))

    def _typed(self) -> None:
        self._typing.start()

    def _take_first(self) -> None:
        self._typing.stop()
        self.filter_changed.emit(self.search.text())
        if not self.table.currentIndex().isValid():
            self.table.step(1)
        self.table.setFocus()

    def _select(self, index: QModelIndex) -> None:
        if self._model.is_moving:
            return  # Qt goes to a neighbour while rows move; the person has not moved
        session_id = self._model.session_at(index)
        if session_id is not None and session_id != self._shown:
            self._shown, self._place = session_id, index.row()
            self.chosen.emit(session_id)

    def _enter(self, index: QModelIndex) -> None:
        session_id = self._model.session_at(index)
        if session_id is not None:
            self.entered.emit(session_id)

    def _emit_current(self, signal: Signal) -> None:
        session_id = self._model.session_at(self.table.currentIndex())
        if session_id is not None:
            signal.emit(session_id)  # type: ignore[attr-defined]

    def _ask_menu(self, point: QPoint) -> None:
        index = self.table.indexAt(point)
        session_id = self._model.session_at(index)
        if session_id is not None:
            self.menu_wanted.emit(session_id, self.table.viewport().mapToGlobal(point))

    def _act_when_empty(self) -> None:
        if self.search.text():
            self.search.clear()
        elif self._model.scope is SessionScope.ACTIVE:
            self.new_wanted.emit()

    def _show_emptiness(self) -> None:
        is_empty = not self._model.rowCount()
        is_filtered = bool(self.search.text())
        self.table.setVisible(not is_empty)
        self._empty.setVisible(is_empty)
        if is_empty:
            scope = self._model.scope
            button = ""
            if is_filtered:
                button = self.tr("Show all")
            self._empty.say(empty_sentence(scope, is_filtered=is_filtered), button=button)
