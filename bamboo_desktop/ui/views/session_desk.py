"""The session in view: shown, headed, acted on, and gone when it is gone."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal

from bamboo_desktop.domain.ids import ItemId, OptionId, QuestionId, SessionId
from bamboo_desktop.domain.model import ReasoningEffort
from bamboo_desktop.domain.question import ItemAnswer
from bamboo_desktop.domain.session import Session, SessionScope
from bamboo_desktop.ui.errands import Errands
from bamboo_desktop.ui.formats import one_line
from bamboo_desktop.ui.models.session_index import SessionIndex
from bamboo_desktop.ui.models.session_list import SessionListModel
from bamboo_desktop.ui.session_commands import SessionCommands
from bamboo_desktop.ui.session_playbook import FOLDER, PlaybookSessions
from bamboo_desktop.ui.views.pickers import Pickers
from bamboo_desktop.ui.views.question_dialogs import QuestionDialogs
from bamboo_desktop.ui.views.session_actions import SessionActions
from bamboo_desktop.ui.views.sessions_page import SessionsPage

if TYPE_CHECKING:
    from pathlib import Path

    from bamboo_desktop.engine import Engine
    from bamboo_desktop.ui.views.main_window import MainWindow


class SessionDesk(QObject):
    """Joins list, head, conversation and inspector to one session and its commands.

    `shown` carries the id of the session that came into view, or None; `scope_changed` the part of
    the list that is shown from now on.
    """

    shown = Signal(object)
    scope_changed = Signal(object)

    def __init__(
        self,
        engine: Engine,
        errands: Errands,
        window: MainWindow,
        page: SessionsPage,
        index: SessionIndex,
        dialogs: QuestionDialogs,
    ) -> None:
        super().__init__(window)
        self._engine = engine
        self._errands = errands
        self._window = window
        self._page = page
        self._index = index
        self._dialogs = dialogs
        self._current: SessionId | None = None
        actions = window.actions_by_name
        self.commands = SessionCommands(engine, errands, window)
        self.playbooks = PlaybookSessions(engine, errands, window)
        self.pickers = Pickers(engine, errands, window.theme, actions, window)
        self.session_actions = SessionActions(actions, self.commands, window)
        self._connect_head()
        self._connect_commands()

    @property
    def current(self) -> SessionId | None:
        """The session in view."""
        return self._current

    @property
    def _model(self) -> SessionListModel:
        return self._index.model

    def show_session(self, session_id: SessionId, position: int | None = None) -> None:
        """Bring a session into view, at a place in it when one is given."""
        self._current = session_id
        if self._window.page != "sessions":
            self._window.show_page("sessions")
        self._page.show_session(session_id, position)
        self._errands.run(self._show_summary(session_id), name="show session")
        self._dialogs.session_in_view(session_id)
        self.shown.emit(session_id)

    def enter_session(self, session_id: SessionId, position: int | None = None) -> None:
        """Bring a session into view and the caret into its composer."""
        self.show_session(session_id, position)
        self._page.view.focus_composer()

    def show_nothing(self) -> None:
        """No session is in view any more."""
        self._current = None
        self._page.show_nothing()
        self.session_actions.show_summary(None)
        self._dialogs.session_in_view(None)
        self.shown.emit(None)

    def set_scope(self, scope: SessionScope) -> None:
        """Show another part of the list."""
        self._window.show_page("sessions")
        self._page.pane.set_scope(scope)
        self._index.load(scope, self._page.pane.search.text())
        self.scope_changed.emit(scope)

    def page_shown(self, name: str) -> None:
        """Only a session that is seen may open its question's dialog by itself."""
        self._dialogs.session_in_view(self._current if name == "sessions" else None)
        if name == "sessions":
            self._errands.run(self._came_back(), name="look at the default model")

    async def _came_back(self) -> None:
        """Another page may have set what answers where a session names no model."""
        self._page.header.set_default_model(await self._engine.models.default_model())
        if self._current is not None:
            await self._show_summary(self._current)

    def follow_list(self) -> None:
        """Do from now on what the person asks of the list."""
        pane = self._page.pane
        pane.chosen.connect(self.show_session)
        pane.entered.connect(self.enter_session)
        pane.menu_wanted.connect(self._open_menu)
        pane.filter_changed.connect(lambda text: self._index.load(self._model.scope, text))
        pane.scope_wanted.connect(self.set_scope)
        pane.new_wanted.connect(self.commands.create)
        pane.rename_wanted.connect(self.commands.rename)
        pane.trash_wanted.connect(self._trash)
        pane.undo.undone.connect(self.commands.undo_move)
        self._index.refreshed.connect(self._refreshed)

    def _connect_head(self) -> None:
        header, strip, commands = self._page.header, self._page.strip, self.commands
        header.renamed.connect(lambda title: self._on_current(commands.set_title, title))
        header.workspace_wanted.connect(lambda: self._on_current(commands.choose_workspace))
        header.model_wanted.connect(lambda at: self._on_current(self.pickers.open_models, at))
        header.effort_chosen.connect(self._set_effort)
        self.pickers.model_chosen.connect(self._model_chosen)
        strip.restore_wanted.connect(lambda: self._on_current(commands.restore))
        strip.purge_wanted.connect(lambda: self._on_current(commands.purge))
        self._page.empty.acted.connect(commands.create)
        self._page.name_playbooks(str(self._engine.data_dir / FOLDER))
        self._page.view.question_activated.connect(self._dialogs.show_question)
        self._page.view.option_chosen.connect(self._answer)

    def _connect_commands(self) -> None:
        self.commands.created.connect(self._created)
        self.playbooks.created.connect(self._created)
        self.commands.trashed.connect(self._trashed)
        self.commands.archived.connect(self._archived)
        self.commands.restored.connect(self._restored)
        self.commands.returned.connect(self._page.pane.undo.settle)
        self.commands.written.connect(self._written)

    async def _show_summary(self, session_id: SessionId) -> None:
        known = self._model.summary(session_id)
        summary = known or await self._engine.sessions.summary(session_id)
        folder = summary.session.workspace if summary is not None else ""
        has_folder = not folder or await asyncio.to_thread(os.path.isdir, folder)
        if session_id != self._current:
            return
        summary = self._model.summary(session_id) or summary  # it may have changed meanwhile
        if summary is None:
            self.show_nothing()
            return
        self._page.show_summary(summary, has_folder=has_folder)
        self.session_actions.show_summary(summary)

    def _refreshed(self, touched: frozenset[SessionId]) -> None:
        if self._current is not None and self._current in touched:
            self._errands.run(self._show_summary(self._current), name="refresh head")

    def _created(self, session: Session) -> None:
        if self._model.scope is not SessionScope.ACTIVE:
            self.set_scope(SessionScope.ACTIVE)
        self.enter_session(session.id)

    def _trash(self, session_id: SessionId) -> None:
        if self._model.scope is not SessionScope.BIN:
            self.commands.trash(session_id)

    def _trashed(self, session: Session) -> None:
        self._offer_undo(self.tr("Moved to the bin"), session)
        self._go_on_from(session.id)

    def _archived(self, session: Session) -> None:
        self._offer_undo(self.tr("Archived"), session)
        self._go_on_from(session.id)

    def _go_on_from(self, session_id: SessionId) -> None:
        """A session left the list; where it was in view its neighbour takes its place."""
        neighbour = self._page.pane.neighbour(session_id)
        self._model.update({session_id: None})  # at once: the event says so a moment later
        if self._current != session_id:
            return
        if neighbour is None:
            self.show_nothing()
        else:
            self.show_session(neighbour)

    def _offer_undo(self, sentence: str, session: Session) -> None:
        details = one_line(session.title)
        self._page.pane.undo.offer(sentence, details=details, about=session.id)

    def _restored(self, session_id: SessionId) -> None:
        if self._model.scope is SessionScope.BIN:
            self.set_scope(SessionScope.ACTIVE)
        self.show_session(session_id)

    def _written(self, path: Path) -> None:
        self._page.pane.undo.say(self.tr("Exported to {}").format(path.name), details=str(path))

    def _open_menu(self, session_id: SessionId, at: QPoint) -> None:
        if session_id == self._current:
            self._errands.run(self._menu_opened(session_id, at), name="open menu")

    async def _menu_opened(self, session_id: SessionId, at: QPoint) -> None:
        await self._show_summary(session_id)  # what the menu offers is up to the session's state
        if session_id == self._current:
            self.session_actions.open_menu(at)

    def _model_chosen(self, session_id: SessionId) -> None:
        """What comes next is the message; that no model was chosen is no longer true."""
        if session_id == self._current:
            self._page.view.composer.notice.clear()
            self._page.view.focus_composer()

    def _set_effort(self, effort: ReasoningEffort | None) -> None:
        if self._current is not None:
            self._errands.run(self._effort_set(self._current, effort), name="set effort")

    async def _effort_set(self, session_id: SessionId, effort: ReasoningEffort | None) -> None:
        session = await self._engine.sessions.get(session_id)
        await self._engine.sessions.set_model(session_id, session.model, effort)

    def _answer(self, question_id: QuestionId, item_id: ItemId, option_id: OptionId) -> None:
        items = (ItemAnswer(item_id=item_id, option_ids=(option_id,)),)
        self._errands.run(self._engine.questions.answer(question_id, items), name="answer")

    def _on_current(self, command: Callable[..., None], *arguments: object) -> None:
        if self._current is not None:
            command(self._current, *arguments)
