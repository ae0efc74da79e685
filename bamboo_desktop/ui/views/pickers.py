"""Opens the command palette and the model picker, and acts on what was picked."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.model import ModelRef
from bamboo_desktop.ui.actions import Actions
from bamboo_desktop.ui.dialogs import REJECTED, shown
from bamboo_desktop.ui.errands import Errands
from bamboo_desktop.ui.models.pick_list import PickEntry
from bamboo_desktop.ui.session_playbook import name_after_playbook
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.views.model_entries import (
    ADD_MODEL,
    DEFAULT_MODEL,
    PLAYBOOK_FILE,
    model_entries,
)
from bamboo_desktop.ui.views.palette import action_entries, session_entries
from bamboo_desktop.ui.views.pick_dialog import PickDialog

if TYPE_CHECKING:
    from bamboo_desktop.engine import Engine

_MOST_SESSIONS = 5_000


class Pickers(QObject):
    """One of each at a time; `model_chosen` tells the session that has another model now."""

    model_chosen = Signal(str)

    def __init__(
        self, engine: Engine, errands: Errands, theme: Theme, actions: Actions, window: QWidget
    ) -> None:
        super().__init__(window)
        self._engine = engine
        self._errands = errands
        self._theme = theme
        self._actions = actions
        self._window = window

    def open_palette(self, on_session: Callable[[SessionId], None]) -> None:
        """Offer every action and every session."""
        self._errands.run(self._palette(on_session), name="command palette")

    def open_models(self, session_id: SessionId, anchor: QWidget) -> None:
        """Offer every model there is, as the providers name them."""
        self._errands.run(self._models(session_id, anchor), name="model picker")

    async def _palette(self, on_session: Callable[[SessionId], None]) -> None:
        actions = action_entries(self._actions)
        dialog = PickDialog(
            self._theme,
            title=self.tr("Command palette"),
            placeholder=self.tr("Type a command or the title of a session"),
            parent=self._window,
        )
        dialog.offer(actions)

        async def add_sessions() -> None:
            found = await self._engine.sessions.summaries(limit=_MOST_SESSIONS)
            dialog.offer((*actions, *session_entries(found)))

        self._errands.run(add_sessions(), name="sessions for the palette")
        if await shown(dialog) == REJECTED:
            return
        if isinstance(dialog.picked, QAction):
            dialog.picked.trigger()
        elif isinstance(dialog.picked, str):
            on_session(SessionId(dialog.picked))

    async def _models(self, session_id: SessionId, anchor: QWidget) -> None:
        dialog = PickDialog(
            self._theme,
            title=self.tr("Choose a model"),
            placeholder=self.tr("Type a part of its name"),
            parent=self._window,
        )

        async def fill() -> None:
            entries: tuple[PickEntry, ...]
            async for entries in model_entries(self._engine):
                dialog.offer(entries)

        dialog.place_below(anchor)
        self._errands.run(fill(), name="list models")
        if await shown(dialog) == REJECTED:
            return
        if dialog.picked is PLAYBOOK_FILE:
            self._actions.get("session.playbook").trigger()
            return
        if dialog.picked is ADD_MODEL:
            self._actions.get("go.settings").trigger()
            return
        session = await self._engine.sessions.get(session_id)
        picked = dialog.picked if isinstance(dialog.picked, ModelRef) else None
        if picked is not None or dialog.picked is DEFAULT_MODEL:
            await self._engine.sessions.set_model(session_id, picked, session.reasoning_effort)
            self.model_chosen.emit(session_id)
        if picked is not None:
            await name_after_playbook(self._engine, session_id, picked)
