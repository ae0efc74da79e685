"""A stand-in for the part of the engine that questions and settings talk to."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from bamboo_desktop.bus import EventBus, Subscription
from bamboo_desktop.domain.errors import AlreadyAnsweredError, NotFoundError, UserError
from bamboo_desktop.domain.events import (
    AgentEvent,
    Envelope,
    NeedClarification,
    QuestionAnswered,
    QuestionWithdrawn,
)
from bamboo_desktop.domain.ids import QuestionId, RunId, SessionId
from bamboo_desktop.domain.question import (
    Answer,
    AnswerDraft,
    ItemAnswer,
    QuestionRecord,
    check_answer,
)
from bamboo_desktop.domain.resume import ResumeOutcome, Started
from tests.sim import START

if TYPE_CHECKING:
    from bamboo_desktop.engine import Engine


class FakeFeed:
    """Hands envelopes to whoever subscribed."""

    def __init__(self) -> None:
        self.bus = EventBus(on_error=self._raise)
        self._sequence = 0

    def subscribe(self, handler: Callable[[Envelope], None]) -> Subscription:
        return self.bus.subscribe(Envelope, handler)

    def publish(self, session_id: SessionId, event: AgentEvent) -> None:
        self._sequence += 1
        self.bus.publish(
            Envelope(
                session_id=session_id,
                run_id=RunId("r1"),
                at=START,
                event=event,
                sequence=self._sequence,
                account_sequence=self._sequence,
            )
        )

    @staticmethod
    def _raise(where: str, error: BaseException) -> None:
        raise error


class FakeQuestions:
    """Questions with one answer each, like the engine's."""

    def __init__(self, feed: FakeFeed) -> None:
        self._feed = feed
        self.records: dict[QuestionId, QuestionRecord] = {}
        self.drafts: dict[QuestionId, AnswerDraft] = {}
        self.next_error: UserError | None = None
        self.gate: asyncio.Event | None = None

    def ask(self, record: QuestionRecord) -> QuestionId:
        question = record.question
        self.records[question.id] = record
        self._feed.publish(
            question.session_id,
            NeedClarification(
                question_id=question.id, kind=question.kind, question=question.items[0].prompt
            ),
        )
        return question.id

    def withdraw(self, question_id: QuestionId, reason: str) -> None:
        record = self.records[question_id]
        self.records[question_id] = dataclasses.replace(record, withdrawn_at=START)
        self._feed.publish(
            record.question.session_id, QuestionWithdrawn(question_id=question_id, reason=reason)
        )

    def accept(
        self, question_id: QuestionId, items: tuple[ItemAnswer, ...], *, note: str, by: str
    ) -> None:
        record = self.records.get(question_id)
        if record is None or record.withdrawn_at is not None:
            raise NotFoundError("The question does not wait any more.")
        if record.answer is not None:
            raise AlreadyAnsweredError("The question was answered already.")
        check_answer(record.question, items)
        answer = Answer(
            question_id=question_id, items=items, answered_at=START, answered_by=by, note=note
        )
        self.records[question_id] = dataclasses.replace(record, answer=answer)
        self._feed.publish(
            record.question.session_id,
            QuestionAnswered(question_id=question_id, answered_by=by, labels=()),
        )

    async def open(self, session_id: SessionId | None = None) -> tuple[QuestionRecord, ...]:
        return tuple(
            record
            for record in self.records.values()
            if record.answer is None
            and record.withdrawn_at is None
            and session_id in {None, record.question.session_id}
        )

    async def get(self, question_id: QuestionId) -> QuestionRecord:
        if question_id not in self.records:
            raise NotFoundError("There is no such question.")
        return self.records[question_id]

    async def answer(
        self,
        question_id: QuestionId,
        items: tuple[ItemAnswer, ...],
        *,
        note: str = "",
        answered_by: str = "window",
    ) -> ResumeOutcome:
        await self._wait()
        if self.next_error is not None:
            error, self.next_error = self.next_error, None
            raise error
        self.accept(question_id, items, note=note, by=answered_by)
        return Started(RunId("r2"))

    async def save_draft(
        self, question_id: QuestionId, items: tuple[ItemAnswer, ...], note: str
    ) -> None:
        self.drafts[question_id] = AnswerDraft(question_id=question_id, items=items, note=note)

    async def draft(self, question_id: QuestionId) -> AnswerDraft | None:
        await self._wait()
        return self.drafts.get(question_id)

    async def _wait(self) -> None:
        if self.gate is not None:
            await self.gate.wait()

    def answer_of(self, question_id: QuestionId) -> Answer | None:
        return self.records[question_id].answer


class FakeEngine:
    """The door, as far as questions go."""

    def __init__(self) -> None:
        self.feed = FakeFeed()
        self.questions = FakeQuestions(self.feed)

    @property
    def door(self) -> Engine:
        """Itself, under the name the views know."""
        return cast("Engine", self)
