"""Keeps the foot of the window and the rail's counts true, by events and never by polling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from bamboo_desktop.domain.events import (
    Cancelled,
    Complete,
    Envelope,
    Error,
    ExecutionStarted,
    Interrupted,
    NeedClarification,
    OutOfRounds,
    QuestionAnswered,
    QuestionWithdrawn,
    RunSuspended,
    SessionDeleted,
    SessionHistoryCommitted,
    SessionRestored,
    TokenBudgetUpdated,
)
from bamboo_desktop.ui.errands import Errands
from bamboo_desktop.ui.relay import EventRelay
from bamboo_desktop.ui.views.notice_bar import is_quiet, notice_sentence
from bamboo_desktop.ui.views.rail import Rail
from bamboo_desktop.ui.views.status_bar import StatusBar

if TYPE_CHECKING:
    from bamboo_desktop.engine import Engine

_SETTLE_MS = 150
_TELLING = (
    ExecutionStarted,
    Complete,
    Cancelled,
    Error,
    Interrupted,
    OutOfRounds,
    RunSuspended,
    NeedClarification,
    QuestionAnswered,
    QuestionWithdrawn,
    SessionDeleted,
    SessionRestored,
    SessionHistoryCommitted,
    TokenBudgetUpdated,
)


class FooterFacts(QObject):
    """Reads counts and cost again after events that may have changed them."""

    def __init__(
        self, engine: Engine, errands: Errands, relay: EventRelay, foot: StatusBar, rail: Rail
    ) -> None:
        super().__init__(foot)
        self._engine = engine
        self._errands = errands
        self._foot = foot
        self._rail = rail
        self._timer = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._timer.timeout.connect(self.refresh)
        relay.batch.connect(self._take)
        self._show_health()

    def refresh(self) -> None:
        """Read everything again."""
        self._errands.run(self._refreshed(), name="refresh the foot")

    def health_sentences(self) -> tuple[str, ...]:
        """What there is to say about the engine; empty when all is well."""
        told = [notice_sentence(notice) for notice in self._engine.notices]
        if notice := self._engine.models.key_store_notice():
            told.append(notice)
        return tuple(told)

    def _take(self, batch: tuple[Envelope, ...]) -> None:
        if self._timer.isActive():
            return
        if any(isinstance(envelope.event, _TELLING) for envelope in batch):
            self._timer.start()

    async def _refreshed(self) -> None:
        running = len(self._engine.runs.active())
        waiting = len(await self._engine.questions.open())
        today = await self._engine.sessions.usage_today()
        self._foot.show_counts(running=running, waiting=waiting)
        self._foot.show_today(today)
        self._rail.set_count("inbox", waiting)
        self._show_health()  # what is known of the key store may be news

    def _show_health(self) -> None:
        sentences = self.health_sentences()
        is_well = all(is_quiet(notice) for notice in self._engine.notices)
        text = self.tr("Ready") if is_well else self.tr("Needs a look")
        details = "\n".join(sentences) or self.tr("Everything is stored as it happens.")
        self._foot.show_health(text, is_well=is_well, details=details)
