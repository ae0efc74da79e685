"""The inspector of a session: tasks, files touched, usage, and the prompt the model reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QPlainTextEdit, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from bamboo_desktop.domain.errors import NotFoundError
from bamboo_desktop.domain.events import (
    Envelope,
    ExecutionStarted,
    SessionSettingsUpdated,
    TaskListItemProgress,
    TaskListUpdated,
    TokenBudgetUpdated,
    ToolComplete,
    ToolError,
)
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.ui.errands import Errands
from bamboo_desktop.ui.models.inspector_rows import InspectorRows, file_rows, task_rows
from bamboo_desktop.ui.relay import EventRelay
from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.theme_tokens import FontRole
from bamboo_desktop.ui.views.empty_state import EmptyState
from bamboo_desktop.ui.views.inspector_delegate import InspectorDelegate
from bamboo_desktop.ui.views.row_table import RowTable
from bamboo_desktop.ui.views.usage_panel import UsagePanel

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex

    from bamboo_desktop.engine import Engine

_SETTLE_MS = 200
_STALE = (
    TaskListUpdated,
    TaskListItemProgress,
    ToolComplete,
    ToolError,
    ExecutionStarted,
    SessionSettingsUpdated,
)


class Inspector(QWidget):
    """Shows one session; reads again what events of that session made stale."""

    tab_changed = Signal(int)

    def __init__(
        self,
        engine: Engine,
        errands: Errands,
        theme: Theme,
        relay: EventRelay,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        set_kind(self, "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._engine = engine
        self._errands = errands
        self._theme = theme
        self._session_id: SessionId | None = None
        self._tasks = InspectorRows(self)
        self._files = InspectorRows(self)
        self.usage = UsagePanel()
        self._prompt = QPlainTextEdit(readOnly=True)
        self._prompt.setAccessibleName(self.tr("System prompt"))
        self._prompt.setFont(theme.font(FontRole.CODE))
        self._prompt.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self._prompt.setTabChangesFocus(True)
        self._build()
        self._timer = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._timer.timeout.connect(self._reload)
        relay.batch.connect(self._take)

    @property
    def tab(self) -> int:
        """Which tab is in front."""
        return self._tabs.currentIndex()

    def set_tab(self, tab: int) -> None:
        """Bring a tab to the front."""
        self._tabs.setCurrentIndex(tab)

    def show_session(self, session_id: SessionId | None) -> None:
        """Show another session."""
        if session_id == self._session_id:
            return
        self._session_id = session_id
        self._tasks.replace(())
        self._files.replace(())
        self._prompt.clear()
        self.usage.clear()
        self._show_emptiness()
        if session_id is not None:
            self._reload()

    def _build(self) -> None:
        self._tabs = QTabBar(documentMode=True, drawBase=False, usesScrollButtons=False)
        self._tabs.setAccessibleName(self.tr("Inspector"))
        self._pages = QStackedWidget()
        self._task_page = self._list_page(
            self._tasks, self.tr("Tasks"), "tasks", self.tr("The agent's task list appears here.")
        )
        self._file_page = self._list_page(
            self._files,
            self.tr("Files touched"),
            "file",
            self.tr("Files the agent reads or changes appear here."),
        )
        for title, page in (
            (self.tr("Tasks"), self._task_page),
            (self.tr("Files"), self._file_page),
            (self.tr("Usage"), self.usage),
            (self.tr("Prompt"), self._prompt),
        ):
            self._tabs.addTab(title)
            self._pages.addWidget(page)
        self._tabs.currentChanged.connect(self._pages.setCurrentIndex)
        self._tabs.currentChanged.connect(self.tab_changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._tabs)
        column.addWidget(self._pages, 1)
        self._show_emptiness()

    def _list_page(self, model: InspectorRows, name: str, icon: str, empty: str) -> QStackedWidget:
        table = RowTable(row_height=InspectorDelegate.height, name=name)
        table.setItemDelegate(InspectorDelegate(self._theme, table))
        table.setModel(model)
        self._theme.changed.connect(table.viewport().update)
        if model is self._files:
            table.chosen.connect(self._open_folder)
        nothing = EmptyState(self._theme, icon=icon)
        nothing.say(empty)
        page = QStackedWidget()
        page.addWidget(table)
        page.addWidget(nothing)
        return page

    def _show_emptiness(self) -> None:
        self._task_page.setCurrentIndex(0 if self._tasks.rowCount() else 1)
        self._file_page.setCurrentIndex(0 if self._files.rowCount() else 1)

    def _take(self, batch: tuple[Envelope, ...]) -> None:
        for envelope in batch:
            if envelope.session_id != self._session_id:
                continue
            if isinstance(envelope.event, TokenBudgetUpdated):
                self.usage.show_usage(envelope.event.session_usage)
                self.usage.show_context(envelope.event.context)
            elif isinstance(envelope.event, _STALE) and not self._timer.isActive():
                self._timer.start()

    def _reload(self) -> None:
        if self._session_id is not None:
            self._errands.run(self._loaded(self._session_id), name="inspect session")

    async def _loaded(self, session_id: SessionId) -> None:
        sessions = self._engine.sessions
        tasks = await sessions.tasks(session_id)
        files = await sessions.files_touched(session_id)
        usage = await sessions.usage(session_id)
        try:
            prompt = await sessions.prompt(session_id)
        except NotFoundError:
            return  # deleted for good a moment ago, and about to leave the view
        if session_id != self._session_id:
            return
        self._tasks.replace(task_rows(tasks))
        self._files.replace(file_rows(files))
        self.usage.show_usage(usage)
        live = self._engine.runs.live(session_id)
        if live is not None and live.budget is not None:
            self.usage.show_context(live.budget.context)
        if self._prompt.toPlainText() != prompt:
            self._prompt.setPlainText(prompt)
        self._show_emptiness()

    def _open_folder(self, index: QModelIndex) -> None:
        row = self._files.row_at(index)
        if row is not None and row.detail.startswith("/"):
            QDesktopServices.openUrl(QUrl.fromLocalFile(row.detail))
