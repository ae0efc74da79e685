"""The window with its engine: the pages, where the person was, and where they go."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.session import SessionScope
from bamboo_desktop.ui.errands import Errands
from bamboo_desktop.ui.models.session_groups import is_running, needs_person
from bamboo_desktop.ui.models.session_index import SessionIndex
from bamboo_desktop.ui.models.session_list import SessionListModel
from bamboo_desktop.ui.schedule_relay import ScheduleRelay
from bamboo_desktop.ui.views.footer_facts import FooterFacts
from bamboo_desktop.ui.views.inspector import Inspector
from bamboo_desktop.ui.views.late_pages import LatePages
from bamboo_desktop.ui.views.question_dialogs import QuestionDialogs
from bamboo_desktop.ui.views.schedules.heartbeat import HeartbeatLine
from bamboo_desktop.ui.views.session_desk import SessionDesk
from bamboo_desktop.ui.views.session_pane import SessionPane
from bamboo_desktop.ui.views.session_view import SessionView
from bamboo_desktop.ui.views.sessions_page import SessionsPage
from bamboo_desktop.ui.views.start_notices import StartNotices
from bamboo_desktop.ui.views.window_actions import WindowActions
from bamboo_desktop.ui.window_memory import WindowState

if TYPE_CHECKING:
    from pathlib import Path

    from bamboo_desktop.clock import Clock
    from bamboo_desktop.engine import Engine
    from bamboo_desktop.tasks import TaskSet
    from bamboo_desktop.ui.relay import EventRelay
    from bamboo_desktop.ui.views.early_list import EarlyList
    from bamboo_desktop.ui.views.main_window import MainWindow


class Workbench(QObject):
    """Everything in the window that needs an engine.

    Args:
        engine: the application behind the window.
        tasks: owns what the views start.
        relay: brings the engine's events to Qt.
        clock: tells the days of the list.
        window: the frame, shown already.
        log_dir: what the Help menu opens.
        early: the list that is shown already, to be gone on with.

    `left_off` follows every step after which `state` may be another.
    """

    left_off = Signal()

    def __init__(
        self,
        engine: Engine,
        tasks: TaskSet,
        relay: EventRelay,
        clock: Clock,
        window: MainWindow,
        *,
        log_dir: Path,
        early: EarlyList | None = None,
    ) -> None:
        super().__init__(window)
        theme = window.theme
        self._engine = engine
        self._window = window
        self._errands = Errands(tasks, window)
        self._early = early
        self._is_list_home = early is None
        self.model = SessionListModel(clock) if early is None else early.model
        self.model.setParent(self)
        self.index = SessionIndex(engine, self._errands, relay, self.model)
        self.facts = FooterFacts(engine, self._errands, relay, window.foot, window.rail)
        self.notices = StartNotices(engine, self._errands, self.facts, window)
        with nullcontext() if early is None else early.kept_here():
            self.page = SessionsPage(
                theme,
                SessionPane(self.model, theme) if early is None else early.pane,
                SessionView(engine, tasks, theme, relay, window),
                Inspector(engine, self._errands, theme, relay),
            )
        self.schedule_relay = ScheduleRelay(engine, self)
        self.heartbeat = HeartbeatLine(engine, self.schedule_relay, clock, theme)
        window.foot.add_beside_health(self.heartbeat)
        self.pages = LatePages(
            engine, self._errands, tasks, relay, self.schedule_relay, clock, window
        )
        self.dialogs = QuestionDialogs(engine, tasks, theme, relay, clock, window)
        self.desk = SessionDesk(engine, self._errands, window, self.page, self.index, self.dialogs)
        self.window_actions = WindowActions(engine, self._errands, self, window, log_dir=log_dir)
        window.add_page("sessions", self.page)
        self._connect()

    @property
    def current(self) -> SessionId | None:
        """The session in view."""
        return self.desk.current

    async def start(self, state: WindowState) -> None:
        """Load the list and go where the person was; a newcomer is shown the ways to start."""
        default = await self._engine.models.default_model()
        self.page.header.set_default_model(default)
        await self.index.first_loaded(SessionScope.ACTIVE)
        self.page.set_splits(state.splits)
        self.page.inspector.set_tab(state.inspector_tab)
        self.window_actions.restore(state)
        is_calm = await self._engine.preferences.get("reduced_motion") == "true"
        self._window.actions_by_name.get("view.calm").setChecked(is_calm)
        self.facts.refresh()
        self._window.set_ready(ready=True)
        self.desk.session_actions.show_summary(None)
        await self.notices.tell()
        if not self.model.sessions() and not await self._has_past():
            self.desk.follow_list()
            self._window.show_page("first_run")
        else:
            await self._go_back_to(state)
        self._window.focus_page()

    def show_running(self) -> None:
        """Go to the first session that runs."""
        self._show_first(tuple(one.session.id for one in self.model.sessions() if is_running(one)))

    def show_next_waiting(self) -> None:
        """Go to the next session that waits for the person, round and round."""
        waiting = [one.session.id for one in self.model.sessions() if needs_person(one)]
        if self.current in waiting:
            place = waiting.index(self.current) + 1
            waiting = [*waiting[place:], *waiting[:place]]
        self._show_first(tuple(waiting))

    async def may_leave(self) -> bool:
        """True when nothing unsaved would be lost by a quit, or the person agrees to lose it."""
        return await self.pages.may_leave()

    async def flush(self) -> None:
        """Keep what was typed and not sent yet: the window is about to go."""
        self.page.view.flush()
        await self.dialogs.drafts_kept()
        await self.pages.drafts_kept()
        # The write is the store's from its first step on, whatever becomes of the task.
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    def state(self) -> WindowState:
        """What to remember of the window."""
        return WindowState(
            geometry=self._window.geometry_text(),
            splits=self.page.splits(),
            page=self._window.page,
            session_id=self.current or "",
            theme=self._window.theme.mode.value,
            has_list=self._window.actions_by_name.get("view.list").isChecked(),
            has_inspector=self.window_actions.fold.is_wanted,
            inspector_tab=self.page.inspector.tab,
        )

    def _connect(self) -> None:
        self.pages.session_wanted.connect(self.desk.enter_session)
        self._window.page_shown.connect(self._page_shown)
        actions, tell = self._window.actions_by_name, lambda *_: self.left_off.emit()
        for signal in (
            self._window.page_shown,
            self._window.theme.changed,
            self.desk.shown,
            self.page.splitter.splitterMoved,
            self.page.inspector.tab_changed,
            actions.get("view.list").toggled,
            actions.get("view.inspector").toggled,
        ):
            signal.connect(tell)
        self.heartbeat.schedules_wanted.connect(lambda: self._window.show_page("schedules"))
        self._window.foot.running_wanted.connect(self.show_running)
        self._window.foot.waiting_wanted.connect(lambda: self._window.show_page("inbox"))

    def _bring_list_home(self) -> None:
        if self._early is not None and not self._is_list_home:
            self._is_list_home = True
            name = self._window.page or "sessions"
            self._early.move_to(self.page.splitter, lambda: self._window.show_page(name))

    def _page_shown(self, name: str) -> None:
        self._bring_list_home()
        self.desk.page_shown(name)
        if name == "search":
            self.pages.search.focus_field()

    async def _has_past(self) -> bool:
        for scope in (SessionScope.ARCHIVED, SessionScope.BIN):
            if await self._engine.sessions.summaries(scope=scope, limit=1):
                return True
        return False

    async def _go_back_to(self, state: WindowState) -> None:
        session_id = SessionId(state.session_id)
        left = await self._engine.sessions.summary(session_id) if session_id else None
        self._bring_list_home()
        self.desk.follow_list()
        early, search = self._early, self.page.pane.search
        is_typing = search.hasFocus()
        if early is not None and early.wants_session:
            self._window.show_page("sessions")
        elif left is not None and left.session.deleted_at is None:
            self.desk.enter_session(session_id)
        else:
            self.page.pane.table.setFocus()
        kept = {"inbox", "schedules", "search", "settings"}
        page = state.page if state.page in kept else "sessions"
        self._window.show_page(page)
        if is_typing and page == "sessions":
            search.setFocus()
        if early is not None:
            early.hand_over()

    def _show_first(self, found: tuple[SessionId, ...]) -> None:
        self._window.show_page("sessions")
        if found:
            self.desk.show_session(found[0])
