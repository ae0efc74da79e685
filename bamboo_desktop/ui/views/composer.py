"""Where a message is written: field, waiting messages, queue or steer, stop and send."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.domain.events import Envelope, QueueUpdated, TokenBudgetUpdated
from bamboo_desktop.domain.ids import QueuedId, SessionId
from bamboo_desktop.domain.work import QueueMode
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui.relay import EventRelay
from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.theme_tokens import GAP, GAP_LARGE, GAP_SMALL
from bamboo_desktop.ui.views.composer_bar import ComposerBar, RunPhase
from bamboo_desktop.ui.views.composer_draft import DraftKeeper
from bamboo_desktop.ui.views.composer_edit import LONGEST_MESSAGE, ComposerEdit, is_too_long
from bamboo_desktop.ui.views.composer_notice import ComposerNotice
from bamboo_desktop.ui.views.composer_queue import QueueList

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
        self._is_sending = False
        self.edit = ComposerEdit()
        self.bar = ComposerBar(theme)
        self.notice = ComposerNotice(theme)
        self.queue = QueueList(theme)
        self.draft = DraftKeeper(engine, tasks, self.edit)
        self._lay_out()
        self.edit.textChanged.connect(self._changed)
        self.edit.send_pressed.connect(self.send)
        self.edit.refused.connect(self._refuse_paste)
        self.bar.send_clicked.connect(self.send)
        self.bar.stop_clicked.connect(self.stop_requested)
        self.queue.edited.connect(self._edit_queued)
        self.queue.removed.connect(self._remove_queued)
        self.queue.mode_chosen.connect(self._set_mode)
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
        self._is_sending = False
        self.notice.clear()
        self.queue.show_messages(())
        self.draft.show_session(session_id)
        self.bar.meter.show_budget(None)
        live = self._engine.runs.live(session_id)
        if live is not None:
            self.bar.meter.show_budget(live.budget)
        self._tasks.spawn(self._load_queue(session_id), name="load waiting messages")
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
        if session_id is None or self._is_sending or not self.edit.has_words:
            return
        text = self.edit.toPlainText()
        if is_too_long(text):
            self._refuse(len(text))
            return
        self._is_sending = True
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
            is_here = session_id == self._session_id
            if is_here:
                self._is_sending = False
                self._changed()
        if not is_here:
            # The person has gone on to another session; its draft is already kept there.
            if error is None:
                await self._engine.sessions.save_draft(session_id, "")
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

    def _changed(self) -> None:
        has_words = self.edit.has_words
        can_send = has_words and not self._is_sending and self._session_id is not None
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

    # --- waiting messages ------------------------------------------------------------------------

    def _take(self, envelopes: tuple[Envelope, ...]) -> None:
        budget: TokenBudgetUpdated | None = None
        is_queue_changed = False
        for envelope in envelopes:
            if envelope.session_id != self._session_id:
                continue
            if isinstance(envelope.event, TokenBudgetUpdated):
                budget = envelope.event
            is_queue_changed = is_queue_changed or isinstance(envelope.event, QueueUpdated)
        if budget is not None:
            self.bar.meter.show_budget(budget)
        if is_queue_changed and self._session_id is not None:
            self._tasks.spawn(self._load_queue(self._session_id), name="load waiting messages")

    async def _load_queue(self, session_id: SessionId) -> None:
        try:
            waiting = await self._engine.runs.queued(session_id)
        except UserError as error:
            self.notice.tell(error)
            return
        if session_id == self._session_id:
            self.queue.show_messages(waiting)

    def _edit_queued(self, queued_id: QueuedId, text: str) -> None:
        if self._session_id is not None:
            changing = self._change_text(self._session_id, queued_id, text)
            self._tasks.spawn(changing, name="edit waiting message")

    async def _change_text(self, session_id: SessionId, queued_id: QueuedId, text: str) -> None:
        try:
            is_done = await self._engine.runs.edit_queued(session_id, queued_id, text)
        except UserError as error:
            self.notice.tell(error)
            is_done = False
        if not is_done and session_id == self._session_id:
            # It was delivered while it was edited: the new words must not be lost.
            written = self.edit.toPlainText()
            self.edit.put(f"{written}\n{text}" if written else text)
            self.notice.say(self.tr("That message was delivered already; your edit is below."))
        await self._load_queue(session_id)

    def _remove_queued(self, queued_id: QueuedId) -> None:
        if self._session_id is not None:
            removing = self._remove(self._session_id, queued_id)
            self._tasks.spawn(removing, name="take back waiting message")

    async def _remove(self, session_id: SessionId, queued_id: QueuedId) -> None:
        if not await self._engine.runs.remove_queued(session_id, queued_id):
            self.notice.say(self.tr("That message was delivered already."))
        await self._load_queue(session_id)

    def _set_mode(self, queued_id: QueuedId, mode: QueueMode) -> None:
        if self._session_id is not None:
            setting = self._change_mode(self._session_id, queued_id, mode)
            self._tasks.spawn(setting, name="queue or steer")

    async def _change_mode(
        self, session_id: SessionId, queued_id: QueuedId, mode: QueueMode
    ) -> None:
        await self._engine.runs.set_queued_mode(session_id, queued_id, mode)
        await self._load_queue(session_id)
