"""QuestionList: the questions that are stored, to be looked at."""

from __future__ import annotations

from bamboo_desktop.domain.errors import NotFoundError
from bamboo_desktop.domain.ids import QuestionId, SessionId
from bamboo_desktop.domain.question import QuestionRecord
from bamboo_desktop.store import questions
from bamboo_desktop.store.reads import Reads

GONE = "This question does not exist any more; its session was deleted."


class QuestionList:
    """What can be read of questions."""

    def __init__(self, database: Reads) -> None:
        self._database = database

    async def open(self, session_id: SessionId | None = None) -> tuple[QuestionRecord, ...]:
        """The questions that wait, oldest first, of one session or of all."""
        return await self._database.read(lambda tx: questions.open(tx, session_id))

    async def get(self, question_id: QuestionId) -> QuestionRecord:
        """A question with its answer.

        Raises:
            NotFoundError: there is no such question.
        """
        record = await self._database.read(lambda tx: questions.get(tx, question_id))
        if record is None:
            raise NotFoundError(GONE)
        return record
