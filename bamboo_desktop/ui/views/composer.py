"""Where a message is written: field, waiting messages, queue or steer, stop and send."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from bamboo_desktop.domain.errors import NotFoundError, UserError
from bamboo_desktop.domain.events import Envelope, QueueUpdated, TokenBudgetUpdated
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.work import QueueMode
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui.relay import EventRelay
from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.theme_tokens import GAP, GAP_LARGE, GAP_SMALL
from bamboo_desktop.ui.views.composer_bar import ComposerBar, RunPhase
from bamboo_desktop.ui.views.composer_draft import MessageDraftKeeper
from bamboo_desktop.ui.views.composer_edit import LONGEST_MESSAGE, ComposerEdit, is_too_long
from bamboo_desktop.ui.views.composer_notice import ComposerNotice
from bamboo_desktop.ui.views.composer_queue import QueueList
from bamboo_desktop.ui.views.composer_waiting import WaitingMessages

if TYPE_CHECKING:
    from bamboo_desktop.engine import Engine


class Composer(QFrame):
    """Sends messages to the shown session; what goes wrong is said here and nothing is lost."""

    sent = Signal()
    stop_requested = Signal()

    def __init__(
        self,
        engine: Engine,
        tasks: TaskSet,
        theme: Theme,
        relay: EventRelay,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        set_kind(self, "bar")
        self._engine = engine
        self._tasks = tasks
        self._session_id: SessionId | None = None
        self._sending: set[SessionId] = set()
        self._refused: dict[SessionId, UserError] = {}
        self.edit = ComposerEdit()
        self.bar = ComposerBar(theme)
        self.notice = ComposerNotice(theme)
        self.queue = QueueList(theme)
        self.draft = MessageDraftKeeper(engine, tasks, self.edit)
        self._waiting = WaitingMessages(engine, tasks, self.queue, self.edit, self.notice)
        self._lay_out()
        self.edit.textChanged.connect(self._changed)
        self.edit.send_pressed.connect(self.send)
        self.edit.refused.connect(self._refuse_paste)
        self.bar.send_clicked.connect(self.send)
        self.bar.stop_clicked.connect(self.stop_requested)
        self.draft.failed.connect(self.notice.tell)
        relay.batch.connect(self._take)
        self._changed()

    def _lay_out(self) -> None:
        self._card = QFrame()
        set_kind(self._card, "card")
        self.edit.setPlaceholderText(self.tr("Write a message"))
        inner = QVBoxLayout(self._card)
        inner.setContentsMargins(GAP_SMALL, 4, GAP_SMALL, GAP_SMALL)
        inner.setSpacing(4)
        inner.addWidget(self.edit)
        inner.addWidget(self.bar)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP_LARGE, GAP_SMALL, GAP_LARGE, GAP)
        column.setSpacing(GAP_SMALL)
        column.addWidget(self.notice)
        column.addWidget(self.queue)
        column.addWidget(self._card)

    def show_session(self, session_id: SessionId) -> None:
        """Write to another session; the draft of the one before is kept."""
        self._session_id = session_id
        self.notice.clear()
        refused = self._refused.pop(session_id, None)
        if refused is not None:
            self.notice.tell(refused)
        self.bar.begin()
        self.draft.show_session(session_id)
        self.bar.meter.show_budget(None)
        live = self._engine.runs.live(session_id)
        if live is not None:
            self.bar.meter.show_budget(live.budget)
        self._waiting.show_session(session_id)
        self._changed()

    def show_phase(self, phase: RunPhase) -> None:
        """Say whether a run is live, stopping, or waits for a person."""
        self.bar.show_phase(phase)
        self.queue.set_held(held=phase is RunPhase.IDLE)

    def set_enter_sends(self, *, enter_sends: bool) -> None:
        """Whether Enter alone sends, or only Ctrl+Enter."""
        self.edit.enter_sends = enter_sends
        self.bar.show_keys(enter_sends=enter_sends)

    def send(self) -> None:
        """Send what is written."""
        session_id = self._session_id
        if session_id is None or session_id in self._sending or not self.edit.has_words:
            return
        text = self.edit.toPlainText()
        if is_too_long(text):
            self._refuse(len(text))
            return
        self._sending.add(session_id)
        self.bar.set_sendable(sendable=False)
        sending = self._send(session_id, text, self.bar.mode)
        self._tasks.spawn(sending, name="send message")

    async def _send(self, session_id: SessionId, text: str, mode: QueueMode) -> None:
        error: UserError | None = None
        try:
            await self._engine.runs.send(session_id, text, mode=mode)
        except UserError as refused:
            error = refused
        finally:
            self._sending.discard(session_id)
            self._changed()
        if session_id != self._session_id:
            await self._settle_elsewhere(session_id, error)
            return
        if error is not None:
            self.notice.tell(error)
            return
        self.notice.clear()
        # What was typed while it was on its way stays.
        now = self.edit.toPlainText()
        self.edit.put(now[len(text) :].lstrip() if now.startswith(text) else now)
        self.draft.flush()
        self.sent.emit()

    async def _settle_elsewhere(self, session_id: SessionId, error: UserError | None) -> None:
        """The person has gone on to another session; its draft is already kept there."""
        try:
            if error is None:
                await self._engine.sessions.save_draft(session_id, "")
        except NotFoundError:
            return
        except UserError as refused:
            error = refused
        if error is not None:
            self._refused[session_id] = error

    def _changed(self) -> None:
        session_id = self._session_id
        is_free = session_id is not None and session_id not in self._sending
        can_send = self.edit.has_words and is_free
        self.bar.set_sendable(sendable=can_send)

    def _refuse_paste(self, length: int) -> None:
        told = self.tr(
            "The pasted text has {0} characters; a message holds {1} at most. Nothing was "
            "pasted: save it as a file in the folder and name the file here."
        )
        self.notice.say(told.format(f"{length:,}", f"{LONGEST_MESSAGE:,}"))

    def _refuse(self, length: int) -> None:
        told = self.tr(
            "The message has {0} characters; {1} are possible. Shorten it, or save it as a file "
            "in the folder and name the file here. Your text is kept."
        )
        self.notice.say(told.format(f"{length:,}", f"{LONGEST_MESSAGE:,}"))

    def _take(self, envelopes: tuple[Envelope, ...]) -> None:
        mine = [one.event for one in envelopes if one.session_id == self._session_id]
        budgets = [event for event in mine if isinstance(event, TokenBudgetUpdated)]
        if budgets:
            self.bar.meter.show_budget(budgets[-1])
        if any(isinstance(event, QueueUpdated) for event in mine):
            self._waiting.load()
