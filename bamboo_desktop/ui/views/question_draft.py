"""What a person has begun to answer, stored a moment after each change and shown again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from bamboo_desktop.domain.errors import NotFoundError, UserError
from bamboo_desktop.domain.ids import QuestionId
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui.views.question_ask import GivenAnswer, QuestionBody

if TYPE_CHECKING:
    from bamboo_desktop.engine import Engine

DRAFT_AFTER_MS = 400


class AnswerDraftKeeper(QObject):
    """Looks after the draft of one question at a time."""

    refused = Signal(str)
    """The draft of the question in hand could not be stored; the sentence says why."""

    def __init__(self, engine: Engine, tasks: TaskSet, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._tasks = tasks
        self._question_id: QuestionId | None = None
        self._body: QuestionBody | None = None
        self._is_touched = False
        self._timer = QTimer(self, singleShot=True, interval=DRAFT_AFTER_MS)
        self._timer.timeout.connect(self.keep)

    def take(self, question_id: QuestionId, body: QuestionBody) -> None:
        """Look after this question from now on, and show what was begun before."""
        self.keep()
        self._question_id, self._body = question_id, body
        body.changed.connect(self.touch)
        self._tasks.spawn(self._load(question_id, body), name="load a draft")

    def touch(self) -> None:
        """Something was chosen or written that is not stored yet."""
        if self._body is not None:
            self._is_touched = True
            self._timer.start()

    def rest(self) -> None:
        """Store nothing for now: an answer is on its way."""
        self._timer.stop()

    def drop(self) -> None:
        """The question takes no answer any more: there is nothing to keep."""
        self._timer.stop()
        self._is_touched = False
        self._question_id = self._body = None

    def keep(self) -> None:
        """Store what was begun, if anything was."""
        begun = None if self._tasks.is_closed else self._begun()
        if begun is not None:
            self._tasks.spawn(self._save(*begun), name="keep a draft")

    async def kept(self) -> None:
        """Return when what was begun is stored; whoever takes the window down waits for it."""
        begun = self._begun()
        if begun is not None:
            await self._save(*begun)

    def _begun(self) -> tuple[QuestionId, GivenAnswer] | None:
        self._timer.stop()
        if not self._is_touched or self._body is None or self._question_id is None:
            return None
        self._is_touched = False
        return self._question_id, self._body.draft()

    async def _load(self, question_id: QuestionId, body: QuestionBody) -> None:
        draft = await self._engine.questions.draft(question_id)
        if draft is None or self._question_id != question_id or self._is_touched:
            return
        body.restore(GivenAnswer(items=draft.items, note=draft.note))
        self._timer.stop()
        self._is_touched = False

    async def _save(self, question_id: QuestionId, given: GivenAnswer) -> None:
        try:
            await self._engine.questions.save_draft(question_id, given.items, given.note)
        except NotFoundError:
            return
        except UserError as error:
            if self._question_id == question_id:
                self.refused.emit(error.sentence)
