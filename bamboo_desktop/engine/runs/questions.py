"""Questions: what waits for a person, over all sessions, and the way an answer takes."""

from __future__ import annotations

from dataclasses import replace

from bamboo_desktop.domain.budget import BUDGET_ITEM, BUDGET_MORE, BUDGET_STOP
from bamboo_desktop.domain.codec import clean_text
from bamboo_desktop.domain.grant import Grant, GrantScope
from bamboo_desktop.domain.ids import GrantId, QuestionId
from bamboo_desktop.domain.question import (
    ALLOW_ALWAYS,
    ALLOW_SESSION,
    CONSENT_ITEM,
    Answer,
    AnswerDraft,
    ItemAnswer,
    PendingQuestion,
    QuestionKind,
    check_answer,
)
from bamboo_desktop.domain.resume import ResumeOutcome
from bamboo_desktop.domain.run import RunCause
from bamboo_desktop.domain.work import QueueMode
from bamboo_desktop.engine.question_list import QuestionList
from bamboo_desktop.engine.runs.delivery import waiting_message
from bamboo_desktop.engine.runs.launcher import Launcher
from bamboo_desktop.engine.runs.services import RunServices
from bamboo_desktop.store import budget_grants, grants, questions, queue
from bamboo_desktop.store.transaction import Tx


class Questions(QuestionList):
    """Lists and answers questions."""

    def __init__(self, services: RunServices, launcher: Launcher) -> None:
        super().__init__(services.database)
        self._services = services
        self._launcher = launcher

    async def answer(
        self,
        question_id: QuestionId,
        items: tuple[ItemAnswer, ...],
        *,
        note: str = "",
        answered_by: str = "window",
    ) -> ResumeOutcome:
        """Store the one answer of a question and let its session go on.

        Raises:
            InvalidAnswerError: the answer does not fit; the question stays open.
            AlreadyAnsweredError: somebody was faster; their answer counts.
            NotFoundError: the question was withdrawn, or its session deleted.
        """
        record = await self.get(question_id)
        cleaned = tuple(replace(item, text=clean_text(item.text)) for item in items)
        check_answer(record.question, cleaned)
        answer = Answer(
            question_id=question_id,
            items=cleaned,
            answered_at=self._services.clock.now(),
            answered_by=answered_by,
            note=clean_text(note),
        )
        self._services.faults.reached("answer.before")
        await self._services.database.write(lambda tx: self._store(tx, record.question, answer))
        self._services.faults.reached("answer.after")
        return await self._launcher.launch(record.question.session_id)

    def _store(self, tx: Tx, question: PendingQuestion, answer: Answer) -> None:
        questions.answer(tx, answer)
        if question.kind is QuestionKind.BUDGET:
            self._take_budget(tx, question, answer)
        grant = self._grant(question, answer)
        if grant is not None:
            grants.add(tx, grant)
        self._launcher.add_work(tx, question.session_id, RunCause.ANSWERED, question.id)

    def _take_budget(self, tx: Tx, question: PendingQuestion, answer: Answer) -> None:
        """Grant what was asked for; a note is the person's word to the agent that goes on."""
        chosen = answer.chosen(BUDGET_ITEM)
        if BUDGET_MORE in chosen:
            budget_grants.grant(tx, question.id)
        if answer.note.strip() and BUDGET_STOP not in chosen:
            session_id, note = question.session_id, answer.note.strip()
            steering = waiting_message(self._services, session_id, note, QueueMode.STEER, ())
            queue.add(tx, steering)

    def _grant(self, question: PendingQuestion, answer: Answer) -> Grant | None:
        chosen = answer.chosen(CONSENT_ITEM)
        if question.consent is None or not question.consent.rule:
            return None
        scope = None
        if ALLOW_SESSION in chosen:
            scope = GrantScope.SESSION
        elif ALLOW_ALWAYS in chosen:
            scope = GrantScope.RULE
        if scope is None:
            return None
        return Grant(
            id=GrantId(self._services.ids.fresh()),
            scope=scope,
            rule=question.consent.rule,
            created_at=answer.answered_at,
            session_id=question.session_id if scope is GrantScope.SESSION else None,
        )

    async def save_draft(
        self, question_id: QuestionId, items: tuple[ItemAnswer, ...], note: str
    ) -> None:
        """Keep what the person has begun to answer."""
        await self._services.database.write(
            lambda tx: questions.save_draft(tx, question_id, items, note)
        )

    async def draft(self, question_id: QuestionId) -> AnswerDraft | None:
        """What the person had begun to answer."""
        return await self._services.database.read(lambda tx: questions.draft(tx, question_id))
