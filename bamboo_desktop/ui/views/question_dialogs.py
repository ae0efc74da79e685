"""Which question dialogs are open, and when one may open by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from bamboo_desktop.clock import Clock
from bamboo_desktop.domain.errors import NotFoundError
from bamboo_desktop.domain.events import Envelope, NeedClarification
from bamboo_desktop.domain.ids import QuestionId, SessionId
from bamboo_desktop.domain.question import QuestionRecord
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui.relay import EventRelay
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.views.question_dialog import QuestionDialog
from bamboo_desktop.ui.views.question_typing import TypingWatch

if TYPE_CHECKING:
    from bamboo_desktop.engine import Engine


class QuestionDialogs(QObject):
    """Opens a dialog for the session in view, never over somebody's typing, and one at a time.

    A question that may not open shows in its session's row, in the badge and in the inbox.
    """

    def __init__(
        self,
        engine: Engine,
        tasks: TaskSet,
        theme: Theme,
        relay: EventRelay,
        clock: Clock,
        parent_window: QWidget,
    ) -> None:
        super().__init__(parent_window)
        self._engine = engine
        self._tasks = tasks
        self._theme = theme
        self._relay = relay
        self._clock = clock
        self._window = parent_window
        self._in_view: SessionId | None = None
        self._open: dict[QuestionId, QuestionDialog] = {}
        self._by_itself: set[QuestionId] = set()
        self._postponed: set[QuestionId] = set()
        self._typing = TypingWatch(parent_window, self)
        relay.batch.connect(self._heard)
        parent_window.installEventFilter(self)

    @property
    def open_dialogs(self) -> tuple[QuestionDialog, ...]:
        """The dialogs on screen, oldest first."""
        return tuple(self._open.values())

    def show_question(self, question_id: QuestionId) -> None:
        """Open a question's dialog since the person asked for it, or bring it to the front."""
        dialog = self._open.get(question_id)
        if dialog is not None:
            self._by_itself.discard(question_id)
            dialog.panel.arm()
            dialog.raise_()
            dialog.activateWindow()
            return
        self._tasks.spawn(self._show_asked_for(question_id), name="open a question")

    def session_in_view(self, session_id: SessionId | None) -> None:
        """The window shows this session now, or none."""
        if session_id == self._in_view:
            return
        self._in_view = session_id
        for question_id in tuple(self._by_itself):
            dialog = self._open.get(question_id)
            if dialog is not None and dialog.session_id != session_id:
                dialog.put_away()
        self._consider()

    async def drafts_kept(self) -> None:
        """Return when everything begun in the dialogs is stored; for taking the window down."""
        for dialog in self.open_dialogs:
            await dialog.panel.draft_kept()

    @override
    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        kind = event.type()
        if kind in {QEvent.Type.Show, QEvent.Type.Hide} and not event.spontaneous():
            # Dialogs are windows of their own: they would stay behind when theirs goes.
            for dialog in self.open_dialogs:
                dialog.setVisible(kind is QEvent.Type.Show)
        if kind in {QEvent.Type.Show, QEvent.Type.WindowStateChange}:
            self._consider()
        return super().eventFilter(watched, event)

    def _heard(self, batch: tuple[Envelope, ...]) -> None:
        asked = (
            envelope
            for envelope in batch
            if isinstance(envelope.event, NeedClarification)
            and envelope.session_id == self._in_view
        )
        if any(asked):
            self._consider()

    def _consider(self) -> None:
        if self._in_view is not None and not self._tasks.is_closed:
            self._tasks.spawn(self._open_next(self._in_view), name="look for an open question")

    async def _open_next(self, session_id: SessionId) -> None:
        waiting = await self._engine.questions.open(session_id)
        for record in sorted(waiting, key=lambda record: record.question.asked_at):
            if not self._may_open(record):
                continue
            self._by_itself.add(record.question.id)
            self._show(record, activate=not self._typing.is_in_a_field)
            return

    def _may_open(self, record: QuestionRecord) -> bool:
        question = record.question
        is_in_the_way = any(
            dialog.session_id == question.session_id for dialog in self._open.values()
        )
        return (
            question.session_id == self._in_view
            and question.id not in self._postponed
            and not is_in_the_way
            and self._window.isVisible()
            and not self._window.isMinimized()
            and not self._typing.is_typing
        )

    async def _show_asked_for(self, question_id: QuestionId) -> None:
        try:
            record = await self._engine.questions.get(question_id)
        except NotFoundError:
            return
        if question_id in self._open:
            return
        self._postponed.discard(question_id)
        self._show(record, activate=True)

    def _show(self, record: QuestionRecord, *, activate: bool) -> None:
        dialog = QuestionDialog(
            record,
            self._engine,
            self._tasks,
            self._theme,
            self._relay,
            self._clock,
            self._window,
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, not activate)
        dialog.left_for_later.connect(self._postponed.add)
        dialog.finished.connect(self._closed)
        self._open[record.question.id] = dialog
        dialog.show()
        if activate:
            dialog.raise_()
            dialog.activateWindow()
            dialog.panel.focus()

    def _closed(self) -> None:
        dialog = self.sender()
        if not isinstance(dialog, QuestionDialog):
            return
        self._open.pop(dialog.question_id, None)
        self._by_itself.discard(dialog.question_id)
        dialog.panel.clear()  # whatever is on its way finds nothing to speak to
        dialog.deleteLater()
        if dialog.had_focus:  # never taken from another program
            self._window.activateWindow()
        self._consider()
