"""What the actions of the window itself do: pages, panes, the look, help."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QActionGroup, QDesktopServices

from bamboo_desktop.domain.session import SessionScope
from bamboo_desktop.ui.dialogs import tell
from bamboo_desktop.ui.errands import Errands
from bamboo_desktop.ui.theme_tokens import ThemeMode
from bamboo_desktop.ui.views.inspector_fold import InspectorFold
from bamboo_desktop.ui.window_memory import WindowState

if TYPE_CHECKING:
    from pathlib import Path

    from bamboo_desktop.engine import Engine
    from bamboo_desktop.ui.views.main_window import MainWindow
    from bamboo_desktop.ui.views.workbench import Workbench

_LOOKS = {
    ThemeMode.SYSTEM: "view.theme_system",
    ThemeMode.LIGHT: "view.theme_light",
    ThemeMode.DARK: "view.theme_dark",
}
_SCOPES = {
    SessionScope.ACTIVE: "view.active",
    SessionScope.ARCHIVED: "view.archived",
    SessionScope.BIN: "view.bin",
}


class WindowActions(QObject):
    """Connects the registry's actions once the engine is there."""

    def __init__(
        self,
        engine: Engine,
        errands: Errands,
        bench: Workbench,
        window: MainWindow,
        *,
        log_dir: Path,
    ) -> None:
        super().__init__(window)
        self._engine = engine
        self._errands = errands
        self._bench = bench
        self._window = window
        self._log_dir = log_dir
        self._actions = window.actions_by_name
        self.fold = InspectorFold(window, self._actions.get("view.inspector"))
        for names in (_LOOKS.values(), _SCOPES.values()):
            choices = QActionGroup(self)
            for name in names:
                choices.addAction(self._actions.get(name))
        self._connect_pages()
        self._connect_panes()
        self._connect_rest()

    def restore(self, state: WindowState) -> None:
        """Show or hide the panes as they were."""
        for name, wanted in (
            ("view.list", state.has_list),
            ("view.inspector", state.has_inspector),
        ):
            self._actions.get(name).setChecked(wanted)
        self.fold.look()

    def _connect_pages(self) -> None:
        on, window, bench = self._actions.on, self._window, self._bench
        on("go.sessions", lambda: window.show_page("sessions"))
        on("go.inbox", lambda: window.show_page("inbox"))
        on("go.schedules", lambda: window.show_page("schedules"))
        on("schedule.new", self._new_schedule)
        on("schedule.calendar", self._show_calendar)
        on("go.search", lambda: window.show_page("search"))
        on("go.settings", lambda: window.show_page("settings"))
        on("help.start", lambda: window.show_page("first_run"))
        for scope, name in _SCOPES.items():
            on(name, partial(bench.desk.set_scope, scope))
        bench.desk.scope_changed.connect(self._mark_scope)
        self._mark_scope(SessionScope.ACTIVE)
        on("go.waiting", bench.show_next_waiting)
        on("go.palette", lambda: bench.desk.pickers.open_palette(bench.desk.enter_session))
        on("session.new", bench.desk.commands.create)
        on("session.playbook", bench.desk.playbooks.choose)

    def _connect_panes(self) -> None:
        page = self._bench.page
        self._actions.get("view.list").toggled.connect(page.pane.setVisible)
        self._actions.get("view.inspector").toggled.connect(page.inspector.setVisible)
        self._actions.get("view.list").setChecked(True)
        self._actions.get("view.inspector").setChecked(True)
        on = self._actions.on
        on("go.next", lambda: self._step(1))
        on("go.previous", lambda: self._step(-1))
        on("go.filter", self._filter)
        on("go.composer", self._compose)
        on("go.find", self._find)

    def _connect_rest(self) -> None:
        on = self._actions.on
        for mode, name in _LOOKS.items():
            on(name, partial(self._set_look, mode))
        self._window.theme.mode_changed.connect(self._mark_look)
        self._mark_look()
        self._window.theme.changed.connect(self._mark_calm)
        self._actions.get("view.calm").toggled.connect(self._set_calm)
        on("help.data_folder", lambda: self._open(self._engine.data_dir))
        on("help.logs", lambda: self._open(self._log_dir))
        self._window.foot.health_wanted.connect(self._show_health)

    def _new_schedule(self) -> None:
        self._window.show_page("schedules")
        self._bench.pages.schedules.new()

    def _show_calendar(self) -> None:
        self._window.show_page("schedules")
        self._bench.pages.schedules.show_calendar()

    def _step(self, step: int) -> None:
        self._window.show_page("sessions")
        self._bench.page.pane.step(step)

    def _filter(self) -> None:
        self._window.show_page("sessions")
        self._actions.get("view.list").setChecked(True)
        self._bench.page.pane.focus_filter()

    def _compose(self) -> None:
        self._window.show_page("sessions")
        self._bench.page.view.focus_composer()

    def _find(self) -> None:
        self._window.show_page("sessions")
        self._bench.page.view.open_find()

    def _set_look(self, mode: ThemeMode) -> None:
        self._window.theme.set_mode(mode)
        self._errands.run(self._engine.preferences.put("theme", mode.value), name="keep the look")

    def _mark_look(self) -> None:
        self._actions.get(_LOOKS[self._window.theme.mode]).setChecked(True)

    def _mark_scope(self, scope: SessionScope) -> None:
        self._actions.get(_SCOPES[scope]).setChecked(True)

    def _mark_calm(self) -> None:
        self._actions.get("view.calm").setChecked(not self._window.theme.moves)

    def _set_calm(self, wanted: bool) -> None:  # noqa: FBT001 - Qt's signature
        if self._window.theme.moves is not wanted:
            return
        self._window.theme.set_moves(moves=not wanted)
        kept = self._engine.preferences.put("reduced_motion", "true" if wanted else "false")
        self._errands.run(kept, name="keep reduced motion")

    def _open(self, folder: Path) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _show_health(self) -> None:
        sentences = self._bench.facts.health_sentences()
        text = "\n\n".join(sentences) or self.tr("All is well. Everything is stored as it happens.")
        self._errands.run(tell(self._window, text), name="show health")
