"""The window with its engine: the pages, the session in view, and what each action does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint

from bamboo_desktop.domain.ids import ItemId, OptionId, QuestionId, SessionId
from bamboo_desktop.domain.model import ReasoningEffort
from bamboo_desktop.domain.question import ItemAnswer
from bamboo_desktop.domain.session import Session, SessionScope
from bamboo_desktop.ui.errands import Errands
from bamboo_desktop.ui.models.session_groups import is_running, needs_person
from bamboo_desktop.ui.models.session_index import SessionIndex
from bamboo_desktop.ui.models.session_list import SessionListModel
from bamboo_desktop.ui.session_commands import SessionCommands
from bamboo_desktop.ui.views.first_run_page import FirstRunPage
from bamboo_desktop.ui.views.footer_facts import FooterFacts
from bamboo_desktop.ui.views.inbox_page import InboxPage
from bamboo_desktop.ui.views.inspector import Inspector
from bamboo_desktop.ui.views.pickers import Pickers
from bamboo_desktop.ui.views.question_dialogs import QuestionDialogs
from bamboo_desktop.ui.views.search_page import SearchPage
from bamboo_desktop.ui.views.session_actions import SessionActions
from bamboo_desktop.ui.views.session_pane import SessionPane
from bamboo_desktop.ui.views.session_view import SessionView
from bamboo_desktop.ui.views.sessions_page import SessionsPage
from bamboo_desktop.ui.views.settings_page import SettingsPage
from bamboo_desktop.ui.views.window_actions import WindowActions
from bamboo_desktop.ui.window_memory import WindowState

if TYPE_CHECKING:
    from pathlib import Path

    from bamboo_desktop.clock import Clock
    from bamboo_desktop.engine import Engine
    from bamboo_desktop.tasks import TaskSet
    from bamboo_desktop.ui.relay import EventRelay
    from bamboo_desktop.ui.views.main_window import MainWindow


class Workbench(QObject):
    """Everything in the window that needs an engine."""

    def __init__(
        self,
        engine: Engine,
        tasks: TaskSet,
        relay: EventRelay,
        clock: Clock,
        window: MainWindow,
        *,
        log_dir: Path,
    ) -> None:
        super().__init__(window)
        theme = window.theme
        self._engine = engine
        self._window = window
        self._errands = Errands(tasks, window)
        self._current: SessionId | None = None
        self.model = SessionListModel(clock, self)
        self.index = SessionIndex(engine, self._errands, relay, self.model)
        self.commands = SessionCommands(engine, self._errands, window)
        self.pickers = Pickers(engine, self._errands, theme, window.actions_by_name, window)
        self.session_actions = SessionActions(window.actions_by_name, self.commands, window)
        self.facts = FooterFacts(engine, self._errands, relay, window.foot, window.rail)
        self.page = SessionsPage(
            theme,
            SessionPane(self.model, theme, clock),
            SessionView(engine, tasks, theme, relay, window),
            Inspector(engine, self._errands, theme, relay),
        )
        self.inbox = InboxPage(engine, tasks, theme, relay, window)
        self.search = SearchPage(engine, self._errands, theme, clock)
        self.settings = SettingsPage(engine, tasks, theme, relay, window)
        self.first_run = FirstRunPage(engine, tasks, theme, relay, window)
        self.dialogs = QuestionDialogs(engine, tasks, theme, relay, window)
        self.window_actions = WindowActions(engine, self._errands, self, window, log_dir=log_dir)
        self._add_pages()
        self._connect()

    @property
    def current(self) -> SessionId | None:
        """The session in view."""
        return self._current

    @property
    def window(self) -> MainWindow:
        """The frame all of it stands in."""
        return self._window

    async def start(self, state: WindowState) -> None:
        """Load the list and go where the person was; a newcomer is shown the ways to start."""
        default = await self._engine.models.default_model()
        self.page.header.set_default_model(default)
        await self.index.loaded(SessionScope.ACTIVE)
        self.page.set_splits(state.splits)
        self.page.inspector.set_tab(state.inspector_tab)
        self.window_actions.restore(state)
        is_calm = await self._engine.preferences.get("reduced_motion") == "true"
        self._window.actions_by_name.get("view.calm").setChecked(is_calm)
        self.facts.refresh()
        self._window.set_ready(ready=True)
        self.session_actions.show_summary(None)
        self._window.tell(tuple(self.facts.health_sentences()) if self._engine.notices else ())
        if not self.model.sessions() and not await self._has_past():
            self._window.show_page("first_run")
        else:
            self._go_back_to(state)
        self._window.focus_page()

    def show_session(self, session_id: SessionId, position: int | None = None) -> None:
        """Bring a session into view, at a place in it when one is given."""
        self._current = session_id
        if self._window.page != "sessions":
            self._window.show_page("sessions")
        self.page.show_session(session_id, position)
        self._errands.run(self._show_summary(session_id), name="show session")
        self.dialogs.session_in_view(session_id)

    def enter_session(self, session_id: SessionId, position: int | None = None) -> None:
        """Bring a session into view and the caret into its composer."""
        self.show_session(session_id, position)
        self.page.view.focus_composer()

    def show_nothing(self) -> None:
        """No session is in view any more."""
        self._current = None
        self.page.show_nothing()
        self.session_actions.show_summary(None)
        self.dialogs.session_in_view(None)

    def show_running(self) -> None:
        """Go to the first session that runs."""
        self._show_first(tuple(one.session.id for one in self.model.sessions() if is_running(one)))

    def show_next_waiting(self) -> None:
        """Go to the next session that waits for the person, round and round."""
        waiting = [one.session.id for one in self.model.sessions() if needs_person(one)]
        if self._current in waiting:
            place = waiting.index(self._current) + 1
            waiting = [*waiting[place:], *waiting[:place]]
        self._show_first(tuple(waiting))

    def set_scope(self, scope: SessionScope) -> None:
        """Show another part of the list."""
        self._window.show_page("sessions")
        self.page.pane.set_scope(scope)
        self.index.load(scope, self.page.pane.search.text())

    async def flush(self) -> None:
        """Keep what was typed and not sent yet: the window is about to go."""
        self.page.view.flush()
        await self.dialogs.drafts_kept()
        await self.inbox.drafts_kept()
        # The write is the store's from its first step on, whatever becomes of the task.
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    def state(self) -> WindowState:
        """What to remember of the window."""
        return WindowState(
            geometry=self._window.geometry_text(),
            splits=self.page.splits(),
            page=self._window.page,
            session_id=self._current or "",
            theme=self._window.theme.mode.value,
            has_list=self.page.pane.isVisibleTo(self.page),
            has_inspector=self.page.inspector.isVisibleTo(self.page),
            inspector_tab=self.page.inspector.tab,
        )

    def _add_pages(self) -> None:
        pages = {
            "sessions": self.page,
            "inbox": self.inbox,
            "search": self.search,
            "settings": self.settings,
            "first_run": self.first_run,
        }
        for name, page in pages.items():
            self._window.add_page(name, page)

    def _connect(self) -> None:
        pane, header = self.page.pane, self.page.header
        pane.chosen.connect(self.show_session)
        pane.entered.connect(self.enter_session)
        pane.menu_wanted.connect(self._open_menu)
        pane.filter_changed.connect(lambda text: self.index.load(self.model.scope, text))
        pane.scope_wanted.connect(self.set_scope)
        pane.new_wanted.connect(self.commands.create)
        pane.rename_wanted.connect(self.commands.rename)
        pane.trash_wanted.connect(self._trash)
        pane.undo.undone.connect(self.commands.undo_trash)
        header.renamed.connect(lambda title: self._on_current(self.commands.set_title, title))
        header.workspace_wanted.connect(lambda: self._on_current(self.commands.choose_workspace))
        header.model_wanted.connect(lambda at: self._on_current(self.pickers.open_models, at))
        header.effort_chosen.connect(self._set_effort)
        self.page.empty.acted.connect(self.commands.create)
        self.page.view.question_activated.connect(self.dialogs.show_question)
        self.page.view.option_chosen.connect(self._answer)
        self.page.strip.restore_wanted.connect(lambda: self._on_current(self.commands.restore))
        self.page.strip.purge_wanted.connect(lambda: self._on_current(self.commands.purge))
        self.commands.created.connect(self._created)
        self.commands.trashed.connect(self._trashed)
        self.commands.restored.connect(self._restored)
        self.commands.written.connect(
            lambda path: pane.undo.say(self.tr("Written: {}").format(path))
        )
        self.index.refreshed.connect(self._refreshed)
        self.inbox.session_wanted.connect(self.enter_session)
        self.first_run.session_chosen.connect(self.enter_session)
        self.first_run.skipped.connect(lambda: self._window.show_page("sessions"))
        self.search.hit_chosen.connect(self.enter_session)
        self._window.page_shown.connect(self._page_shown)
        self._window.foot.running_wanted.connect(self.show_running)
        self._window.foot.waiting_wanted.connect(lambda: self._window.show_page("inbox"))

    async def _has_past(self) -> bool:
        for scope in (SessionScope.ARCHIVED, SessionScope.BIN):
            if await self._engine.sessions.summaries(scope=scope, limit=1):
                return True
        return False

    def _go_back_to(self, state: WindowState) -> None:
        known = {one.session.id for one in self.model.sessions()}
        session_id = SessionId(state.session_id)
        if session_id in known:
            self.enter_session(session_id)
        else:
            self.page.pane.table.setFocus()
        page = state.page if state.page in {"inbox", "search", "settings"} else "sessions"
        self._window.show_page(page)

    def _show_first(self, found: tuple[SessionId, ...]) -> None:
        self._window.show_page("sessions")
        if found:
            self.show_session(found[0])

    async def _show_summary(self, session_id: SessionId) -> None:
        summary = self.model.summary(session_id) or await self._engine.sessions.summary(session_id)
        if session_id != self._current:
            return
        if summary is None:
            self.show_nothing()
            return
        self.page.show_summary(summary)
        self.session_actions.show_summary(summary)

    def _refreshed(self, touched: frozenset[SessionId]) -> None:
        if self._current is not None and self._current in touched:
            self._errands.run(self._show_summary(self._current), name="refresh head")

    def _created(self, session: Session) -> None:
        if self.model.scope is not SessionScope.ACTIVE:
            self.set_scope(SessionScope.ACTIVE)
        self.enter_session(session.id)

    def _trash(self, session_id: SessionId) -> None:
        if self.model.scope is not SessionScope.BIN:
            self.commands.trash(session_id)

    def _trashed(self, session: Session) -> None:
        self.page.pane.undo.offer(self.tr("Moved to the bin"), details=session.title)
        if self._current == session.id:
            self.show_nothing()

    def _written(self, path: Path) -> None:
        self.page.pane.undo.say(self.tr("Exported to {}").format(path.name), details=str(path))

    def _restored(self, session_id: SessionId) -> None:
        if self.model.scope is SessionScope.BIN:
            self.set_scope(SessionScope.ACTIVE)
        self.show_session(session_id)

    def _open_menu(self, session_id: SessionId, at: QPoint) -> None:
        if session_id == self._current:
            self.session_actions.open_menu(at)

    def _set_effort(self, effort: ReasoningEffort | None) -> None:
        if self._current is None:
            return
        summary = self.model.summary(self._current)
        model = summary.session.model if summary is not None else None
        self._errands.run(
            self._engine.sessions.set_model(self._current, model, effort), name="set effort"
        )

    def _answer(self, question_id: QuestionId, item_id: ItemId, option_id: OptionId) -> None:
        items = (ItemAnswer(item_id=item_id, option_ids=(option_id,)),)
        self._errands.run(self._engine.questions.answer(question_id, items), name="answer")

    def _on_current(self, command: Callable[..., None], *arguments: object) -> None:
        if self._current is not None:
            command(self._current, *arguments)

    def _page_shown(self, name: str) -> None:
        self.dialogs.session_in_view(self._current if name == "sessions" else None)
        if name == "search":
            self.search.focus_field()
