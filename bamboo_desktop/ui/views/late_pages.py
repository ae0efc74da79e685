"""The pages beside the one of the sessions, each made and imported when it is first wanted."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from bamboo_desktop.ui.tour_folder import tour_folder

if TYPE_CHECKING:
    from bamboo_desktop.clock import Clock
    from bamboo_desktop.engine import Engine
    from bamboo_desktop.tasks import TaskSet
    from bamboo_desktop.ui.errands import Errands
    from bamboo_desktop.ui.relay import EventRelay
    from bamboo_desktop.ui.schedule_relay import ScheduleRelay
    from bamboo_desktop.ui.views.first_run_page import FirstRunPage
    from bamboo_desktop.ui.views.inbox_page import InboxPage
    from bamboo_desktop.ui.views.main_window import MainWindow
    from bamboo_desktop.ui.views.schedules.page import SchedulesPage
    from bamboo_desktop.ui.views.search_page import SearchPage
    from bamboo_desktop.ui.views.settings_page import SettingsPage


class LatePages(QObject):
    """Made pages stay: what was typed there is found again.

    `session_wanted` carries the id of a session a page leads to, and the position in it or None.
    """

    session_wanted = Signal(object, object)

    def __init__(
        self,
        engine: Engine,
        errands: Errands,
        tasks: TaskSet,
        relay: EventRelay,
        schedule_relay: ScheduleRelay,
        clock: Clock,
        window: MainWindow,
    ) -> None:
        super().__init__(window)
        self._engine = engine
        self._errands = errands
        self._tasks = tasks
        self._relay = relay
        self._schedule_relay = schedule_relay
        self._clock = clock
        self._window = window
        window.add_late_page("inbox", lambda: self.inbox)
        window.add_late_page("schedules", lambda: self.schedules)
        window.add_late_page("search", lambda: self.search)
        window.add_late_page("settings", lambda: self.settings)
        window.add_late_page("first_run", lambda: self.first_run)

    @cached_property
    def inbox(self) -> InboxPage:
        """The questions of all sessions."""
        from bamboo_desktop.ui.views.inbox_page import InboxPage

        window = self._window
        page = InboxPage(self._engine, self._tasks, window.theme, self._relay, self._clock, window)
        page.session_wanted.connect(self._lead)
        return page

    @cached_property
    def schedules(self) -> SchedulesPage:
        """The schedules."""
        from bamboo_desktop.ui.views.schedules.page import SchedulesPage

        window = self._window
        page = SchedulesPage(
            self._engine,
            self._errands,
            window.theme,
            self._schedule_relay,
            self._clock,
            window.actions_by_name,
            window,
        )
        page.session_wanted.connect(self._lead)
        return page

    @cached_property
    def search(self) -> SearchPage:
        """The search over everything."""
        from bamboo_desktop.ui.views.search_page import SearchPage

        window = self._window
        page = SearchPage(self._engine, self._errands, window.theme, self._clock, window)
        page.hit_chosen.connect(self.session_wanted)
        return page

    @cached_property
    def settings(self) -> SettingsPage:
        """The settings."""
        from bamboo_desktop.ui.views.settings_page import SettingsPage

        window = self._window
        return SettingsPage(self._engine, self._tasks, window.theme, self._relay, window)

    @cached_property
    def first_run(self) -> FirstRunPage:
        """The ways to start."""
        from bamboo_desktop.ui.views.first_run_page import FirstRunPage

        window = self._window
        folder = tour_folder(self._engine.data_dir)
        page = FirstRunPage(
            self._engine, self._tasks, window.theme, self._relay, window, tour_folder=folder
        )
        page.session_chosen.connect(self._lead)
        page.skipped.connect(lambda: window.show_page("sessions"))
        return page

    async def drafts_kept(self) -> None:
        """Return when what was begun in the inbox is stored."""
        if "inbox" in vars(self):
            await self.inbox.drafts_kept()

    async def may_leave(self) -> bool:
        """True when nothing unsaved would be lost, or the person agrees to lose it."""
        return "schedules" not in vars(self) or await self.schedules.may_leave()

    def _lead(self, session_id: object) -> None:
        self.session_wanted.emit(session_id, None)
