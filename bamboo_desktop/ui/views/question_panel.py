"""A question on screen, from its draft to its answer; the same in the dialog and in the inbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from bamboo_desktop.clock import Clock
from bamboo_desktop.domain.errors import AlreadyAnsweredError, NotFoundError, UserError
from bamboo_desktop.domain.events import Envelope, QuestionAnswered, QuestionWithdrawn
from bamboo_desktop.domain.ids import QuestionId
from bamboo_desktop.domain.question import QuestionRecord
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui.relay import EventRelay
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.views.question_ask import GivenAnswer, QuestionBody
from bamboo_desktop.ui.views.question_body import body_of
from bamboo_desktop.ui.views.question_draft import AnswerDraftKeeper
from bamboo_desktop.ui.views.question_ended import EndedNotice, ended_sentence, withdrawn_sentence
from bamboo_desktop.ui.views.question_heading import QuestionHeading
from bamboo_desktop.ui.views.question_parts import height_at

if TYPE_CHECKING:
    from bamboo_desktop.engine import Engine

SAY_FOR_MS = 2_500
"""How long a question that was answered elsewhere says so before it goes."""


class QuestionPanel(QWidget):
    """Shows one question at a time and sees it through.

    Args:
        engine: where drafts and answers go.
        tasks: owns the work this panel starts.
        theme: the look.
        relay: tells of answers given elsewhere, and of new titles.
        clock: tells how long a question waits.
    """

    answered = Signal(object)
    """The question with this id was answered here."""
    ended_elsewhere = Signal(object)
    """The question with this id no longer waits, and not by this panel's doing."""
    grown = Signal()
    """It says more than before and would like more room."""
    postponed = Signal(object)
    """The person leaves the question with this id for later."""

    def __init__(
        self,
        engine: Engine,
        tasks: TaskSet,
        theme: Theme,
        relay: EventRelay,
        clock: Clock,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._tasks = tasks
        self._theme = theme
        self._record: QuestionRecord | None = None
        self._body: QuestionBody | None = None
        self._sending: set[QuestionId] = set()
        self._is_answered = False
        self._draft = AnswerDraftKeeper(engine, tasks, self)
        self._draft.refused.connect(self._say)
        self.heading = QuestionHeading(theme, clock, self)
        self._ended = EndedNotice(theme, self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.heading)
        self._column.addWidget(self._ended)
        relay.batch.connect(self.heading.follow)
        relay.batch.connect(self._heard)

    @property
    def question_id(self) -> QuestionId | None:
        """The question on show."""
        return self._record.question.id if self._record else None

    @property
    def body(self) -> QuestionBody | None:
        """What takes the answer, None while nothing is shown."""
        return self._body

    @property
    def is_over(self) -> bool:
        """True when the question on show takes no answer any more."""
        return self._is_answered or self._ended.has_words

    @property
    def _is_sending(self) -> bool:
        return self.question_id in self._sending

    def show_record(self, record: QuestionRecord) -> None:
        """Show a question with what the person had begun to answer."""
        if self._record is not None and self._record.question.id == record.question.id:
            return
        self.clear()
        self._record = record
        self.heading.set_record(record)
        self._body = body_of(record.question, self._theme, self)
        self._body.answered.connect(self._answer)
        self._body.postponed.connect(self._postpone)
        self._body.grown.connect(self.grown)
        self._column.addWidget(self._body, 1)
        sentence = ended_sentence(record)
        if sentence:
            self._end(sentence)
        else:
            self._draft.take(record.question.id, self._body)
            self._body.set_busy(busy=self._is_sending)

    def clear(self) -> None:
        """Show nothing; what was begun is kept."""
        self._draft.keep()
        self._draft.drop()
        self._record = None
        self._is_answered = False
        self._ended.set_words("")
        if self._body is not None:
            self._column.removeWidget(self._body)
            self._body.hide()
            self._body.deleteLater()
            self._body = None

    def natural_height(self, width: int) -> int:
        """How tall the question would be with nothing to scroll."""
        body = self._body.natural_height(width) if self._body else 0
        ended = height_at(self._ended, width) if self.is_over else 0
        return height_at(self.heading, width) + ended + body

    def focus(self) -> None:
        """Take the keyboard without putting it on any button."""
        if self._body is not None:
            self._body.setFocus(Qt.FocusReason.OtherFocusReason)

    def arm(self) -> None:
        """The panel has come into view: an approval waits its half second again."""
        if self._body is not None:
            self._body.arm()

    def hold_keys(self) -> None:
        """The keyboard has come to the panel: what is being typed may be meant for another place.

        A click is meant for what was clicked, so it counts at once.
        """
        if self._body is not None:
            self._body.hold_keys()

    def keep_draft(self) -> None:
        """Store what was begun, if anything was."""
        self._draft.keep()

    async def draft_kept(self) -> None:
        """Return when what was begun is stored; whoever takes the window down waits for it."""
        await self._draft.kept()

    @override
    def hideEvent(self, event: QHideEvent, /) -> None:
        self.keep_draft()
        super().hideEvent(event)

    @override
    def showEvent(self, event: QShowEvent, /) -> None:
        super().showEvent(event)
        self.arm()

    def _postpone(self) -> None:
        self.keep_draft()
        if self._record is not None:
            self.postponed.emit(self._record.question.id)

    def _answer(self, given: GivenAnswer) -> None:
        if self._record is None or self._body is None or self._is_sending or self.is_over:
            return
        self._draft.rest()
        self._sending.add(self._record.question.id)
        self._body.tell("")
        self._body.set_busy(busy=True)
        self._tasks.spawn(self._send(self._record, given), name="answer a question")

    async def _send(self, record: QuestionRecord, given: GivenAnswer) -> None:
        question_id = record.question.id
        try:
            await self._engine.questions.answer(question_id, given.items, note=given.note)
        except AlreadyAnsweredError:
            await self._tell_answered(question_id)
        except NotFoundError as error:
            self._end_if_shown(question_id, error.sentence)
        except UserError as error:
            self._tell_if_shown(question_id, error)
        else:
            if self.question_id == question_id:
                self._is_answered = True
                self._draft.drop()
                self.answered.emit(question_id)
        finally:
            self._sending.discard(question_id)
            if self._body is not None and self.question_id == question_id and not self.is_over:
                self._body.set_busy(busy=False)

    async def _tell_answered(self, question_id: QuestionId) -> None:
        try:
            sentence = ended_sentence(await self._engine.questions.get(question_id))
        except NotFoundError as error:
            sentence = error.sentence
        self._end_if_shown(question_id, sentence)

    def _tell_if_shown(self, question_id: QuestionId, error: UserError) -> None:
        if self.question_id == question_id:
            self._draft.touch()
            self._say(error.sentence)

    def _say(self, sentence: str) -> None:
        if self._body is not None:
            self._body.tell(sentence)
            self.grown.emit()

    def _heard(self, batch: tuple[Envelope, ...]) -> None:
        if self._record is None or self._is_sending or self.is_over:
            return
        question_id = self._record.question.id
        for envelope in batch:
            match envelope.event:
                case QuestionAnswered(question_id=answered) if answered == question_id:
                    self._tasks.spawn(self._tell_answered(question_id), name="who answered")
                case QuestionWithdrawn(question_id=gone, reason=reason) if gone == question_id:
                    self._end_if_shown(question_id, withdrawn_sentence(reason))

    def _end_if_shown(self, question_id: QuestionId, sentence: str) -> None:
        if self.question_id == question_id and not self.is_over:
            self._end(sentence)
            self.ended_elsewhere.emit(question_id)

    def _end(self, sentence: str) -> None:
        self._draft.drop()
        self._ended.set_words(sentence)
        if self._body is not None:
            self._body.set_busy(busy=True)
        self.grown.emit()
