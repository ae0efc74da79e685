"""Keeps the session list true: loads a part of it, then refreshes what events have touched."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from bamboo_desktop.domain.events import (
    ContextCompressionStatus,
    Envelope,
    ModelRetry,
    ReasoningToken,
    Token,
    TokenBudgetUpdated,
    ToolLifecycle,
    ToolToken,
)
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.session import SessionKind, SessionScope, SessionSummary
from bamboo_desktop.ui.models.session_groups import FIRST_SESSIONS
from bamboo_desktop.ui.models.session_list import SessionListModel
from bamboo_desktop.ui.relay import EventRelay

if TYPE_CHECKING:
    from bamboo_desktop.engine import Engine
    from bamboo_desktop.ui.errands import Errands

MOST_SESSIONS = 20_000
_SETTLE_MS = 120
_SILENT = (
    Token,
    ReasoningToken,
    ToolToken,
    ToolLifecycle,
    TokenBudgetUpdated,
    ContextCompressionStatus,
    ModelRetry,
)
"""Events that change no row of the list; they are most of the traffic."""


class SessionIndex(QObject):
    """Fills the model from the engine; `refreshed` follows each change with the touched ids."""

    refreshed = Signal(object)

    def __init__(
        self, engine: Engine, errands: Errands, relay: EventRelay, model: SessionListModel
    ) -> None:
        super().__init__(model)
        self._engine = engine
        self._errands = errands
        self._model = model
        self._filter = ""
        self._touched: set[SessionId] = set()
        self._generation = 0
        self._meanwhile: dict[SessionId, SessionSummary | None] = {}
        self._timer = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._timer.timeout.connect(self._refresh)
        relay.batch.connect(self._take)

    @property
    def model(self) -> SessionListModel:
        """The list it keeps true."""
        return self._model

    def load(self, scope: SessionScope, title_contains: str = "") -> None:
        """Show another part of the list, or other titles."""
        self._filter = title_contains
        self._errands.run(self.loaded(scope, title_contains), name="load sessions")

    async def first_loaded(self, scope: SessionScope) -> None:
        """Load a screenful, and leave the rest to be loaded when that is painted."""
        self._generation += 1
        if not await self._replaced(scope, FIRST_SESSIONS):
            self.load(scope)

    async def loaded(self, scope: SessionScope, title_contains: str = "") -> None:
        """Load a part of the list; a later load wins over an earlier one on its way."""
        self._filter = title_contains
        self._generation += 1
        if not await self._replaced(scope, FIRST_SESSIONS):
            await self._replaced(scope, MOST_SESSIONS)

    async def _replaced(self, scope: SessionScope, limit: int) -> bool:
        """Show the newest so many; True when there is nothing more to load."""
        generation, self._meanwhile = self._generation, {}
        summaries = await self._engine.sessions.summaries(
            scope=scope, limit=limit, title_contains=self._filter
        )
        if generation != self._generation:
            return True
        is_whole = len(summaries) < limit
        self._model.replace(summaries, scope=scope, is_whole=is_whole)
        self._update(self._meanwhile)  # read after the long list was, so it holds
        self.refreshed.emit(frozenset(summary.session.id for summary in summaries))
        return is_whole

    def _take(self, batch: tuple[Envelope, ...]) -> None:
        touched = {one.session_id for one in batch if not isinstance(one.event, _SILENT)}
        if not touched:
            return
        self._touched |= touched
        if not self._timer.isActive():
            self._timer.start()

    def _refresh(self) -> None:
        touched, self._touched = frozenset(self._touched), set()
        self._errands.run(self._refreshed(touched), name="refresh sessions")

    async def _refreshed(self, touched: frozenset[SessionId]) -> None:
        generation = self._generation
        found = await asyncio.gather(*(self._engine.sessions.summary(one) for one in touched))
        if generation != self._generation:
            self._touched |= touched
            self._timer.start()
            return
        summaries = dict(zip(touched, found, strict=True))
        self._meanwhile |= summaries
        self._update(summaries)
        self.refreshed.emit(touched)

    def _update(self, summaries: dict[SessionId, SessionSummary | None]) -> None:
        self._model.update(
            {one: summary if self._belongs(summary) else None for one, summary in summaries.items()}
        )

    def _belongs(self, summary: SessionSummary | None) -> bool:
        if summary is None or summary.session.kind is SessionKind.CHILD:
            return False
        session = summary.session
        if self._filter.casefold() not in session.title.casefold():
            return False
        if session.deleted_at is not None:
            return self._model.scope is SessionScope.BIN
        wanted = SessionScope.ARCHIVED if session.is_archived else SessionScope.ACTIVE
        return self._model.scope is wanted
