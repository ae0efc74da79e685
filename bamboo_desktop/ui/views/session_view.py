"""A session in the window: what happened in it, and the field to write to it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from bamboo_desktop.domain import events
from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui.relay import EventRelay
from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.views.composer import Composer
from bamboo_desktop.ui.views.composer_bar import RunPhase
from bamboo_desktop.ui.views.event_pane import TranscriptView
from bamboo_desktop.ui.views.pane.code_colours import warm_up

if TYPE_CHECKING:
    from bamboo_desktop.engine import Engine

ENTER_SENDS = "enter_sends"


class SessionView(QWidget):
    """Pane and composer of one session at a time.

    Signals:
        question_activated: a question's dialog is wanted (question id).
        option_chosen: a simple question was answered in place (question, item and option id).
        continued: the person asked to go on with a run that had ended.
    """

    question_activated = Signal(object)
    option_chosen = Signal(object, object, object)
    continued = Signal()

    def __init__(
        self,
        engine: Engine,
        tasks: TaskSet,
        theme: Theme,
        relay: EventRelay,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        set_kind(self, "pane")
        self._engine = engine
        self._tasks = tasks
        self._session_id: SessionId | None = None
        self._is_warm = False
        self.transcript = TranscriptView(engine, tasks, theme, relay)
        self.composer = Composer(engine, tasks, theme, relay)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.transcript, 1)
        column.addWidget(self.composer)
        hands = self.transcript.hands
        hands.question_activated.connect(self.question_activated)
        hands.option_chosen.connect(self.option_chosen)
        hands.continue_requested.connect(self.continue_run)
        self.transcript.failed.connect(self.composer.notice.tell)
        self.composer.stop_requested.connect(self.stop)
        self.composer.sent.connect(self.transcript.pane.to_end)
        relay.batch.connect(self._take)

    @property
    def session_id(self) -> SessionId | None:
        """The session that is shown."""
        return self._session_id

    def show_session(self, session_id: SessionId, position: int | None = None) -> None:
        """Show a session at its end, or at a position of its transcript."""
        is_other = session_id != self._session_id
        self._session_id = session_id
        if not self._is_warm:
            self._is_warm = True
            self._tasks.spawn(_warm_up_in_thread(), name="warm up code colours")
        self.transcript.show_session(session_id, position)
        if is_other:
            self.composer.show_session(session_id)
            self._tasks.spawn(self._load_keys(), name="load the sending key")
        self.refresh_phase()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # The person may come from the settings.
        if self._session_id is not None and not event.spontaneous():
            self._tasks.spawn(self._load_keys(), name="load the sending key")

    def open_find(self) -> None:
        """Look for a text in this session."""
        self.transcript.open_find()

    def focus_composer(self) -> None:
        """Put the caret into the field for a message."""
        self.composer.edit.setFocus()

    def stop(self) -> None:
        """Stop the run; asked again after ten seconds without an end, force it."""
        if self._session_id is not None:
            self._tasks.spawn(self._stop(self._session_id), name="stop run")

    def continue_run(self) -> None:
        """Take up the run that ended before its time."""
        if self._session_id is not None:
            self._tasks.spawn(self._continue(self._session_id), name="continue run")

    def flush(self) -> None:
        """Save the draft now: the window is about to close."""
        self.composer.draft.flush()

    async def _stop(self, session_id: SessionId) -> None:
        runs = self._engine.runs
        is_forced = self.composer.bar.is_force_offered
        try:
            await (runs.force_stop(session_id) if is_forced else runs.stop(session_id))
        except UserError as error:
            self.composer.notice.tell(error)
        self.refresh_phase()

    async def _continue(self, session_id: SessionId) -> None:
        try:
            await self._engine.runs.continue_(session_id)
        except UserError as error:
            self.composer.notice.tell(error)
            return
        self.transcript.pane.to_end()
        self.continued.emit()

    async def _load_keys(self) -> None:
        try:
            wanted = await self._engine.preferences.get(ENTER_SENDS, "true")
        except UserError as error:
            self.composer.notice.tell(error)
            return
        self.composer.set_enter_sends(enter_sends=wanted != "false")

    def _take(self, envelopes: tuple[events.Envelope, ...]) -> None:
        mine = [envelope for envelope in envelopes if envelope.session_id == self._session_id]
        if any(_moves_phase(envelope.event) for envelope in mine):
            self.refresh_phase()

    def refresh_phase(self) -> None:
        """Look whether a run is live, and whether the session waits for its person."""
        session_id = self._session_id
        if session_id is None:
            return
        live = self._engine.runs.live(session_id)
        if live is not None:
            is_stopping = live.status is AgentStatus.STOPPING
            phase = RunPhase.STOPPING if is_stopping else RunPhase.LIVE
            self.composer.show_phase(phase)
            return
        self._tasks.spawn(self._look_for_questions(session_id), name="look for questions")

    async def _look_for_questions(self, session_id: SessionId) -> None:
        try:
            waiting = await self._engine.questions.open(session_id)
        except UserError as error:
            self.composer.notice.tell(error)
            return
        is_idle = self._engine.runs.live(session_id) is None
        if session_id == self._session_id and is_idle:
            self.composer.show_phase(RunPhase.WAITING if waiting else RunPhase.IDLE)


def _moves_phase(event: events.AgentEvent) -> bool:
    return isinstance(
        event,
        events.ExecutionStarted
        | events.RunStopping
        | events.Complete
        | events.Cancelled
        | events.Error
        | events.Interrupted
        | events.OutOfRounds
        | events.RunSuspended
        | events.NeedClarification
        | events.QuestionAnswered
        | events.QuestionWithdrawn
        | events.SessionHistoryCommitted,
    )


async def _warm_up_in_thread() -> None:
    # The session is shown first.
    await asyncio.sleep(0)
    await asyncio.to_thread(warm_up)
