"""Crowded: what happens when the window is full, as the person has chosen it."""

from __future__ import annotations

from bamboo_desktop.domain.ids import ItemId, OptionId, QuestionId
from bamboo_desktop.domain.question import (
    ItemKind,
    Option,
    PendingQuestion,
    QuestionItem,
    QuestionKind,
    QuestionRecord,
)
from bamboo_desktop.domain.run import AgentStatus, Run
from bamboo_desktop.domain.usage import ContextGauge
from bamboo_desktop.engine.runs.context import AskModel, ContextKeeper
from bamboo_desktop.engine.runs.conversation import Conversation
from bamboo_desktop.engine.runs.ending import RunEnd
from bamboo_desktop.engine.runs.services import RunServices
from bamboo_desktop.providers.port import ModelCallError
from bamboo_desktop.store import asked, preferences, questions, runs
from bamboo_desktop.store.transaction import Tx

CONTEXT_PREFERENCE = "context_full"
ITEM = ItemId("context")
SUMMARIZE = OptionId("summarize")
STOP = OptionId("stop")
TOO_LONG = (
    "The newest message alone is too long for this model. Choose a model with a larger context "
    "window, or start a new session with less text."
)


class Crowded:
    """Makes room in the context window, or stops the run with a question."""

    def __init__(self, services: RunServices, run: Run, keeper: ContextKeeper) -> None:
        self._services = services
        self._run = run
        self._keeper = keeper

    async def make_room(
        self, conversation: Conversation, gauge: ContextGauge, ask: AskModel, *, trigger: str
    ) -> RunEnd | None:
        """Summarise, or return the end of the run: a question, or a refusal that says what to do.

        Raises:
            RunCancelledError: the run was asked to stop.
        """
        mode, answered = await self._services.database.read(self._read)
        if answered is not None and STOP in answered:
            return RunEnd(status=AgentStatus.CANCELLED, error="Stopped at the context limit.")
        if mode == "ask" and answered is None:
            return await self._question(gauge, "")
        try:
            done = await self._keeper.summarize(conversation, gauge, ask, trigger)
        except ModelCallError as error:
            return await self._question(gauge, f" The last try failed: {error.sentence}")
        return None if done else RunEnd(status=AgentStatus.ERROR, error=TOO_LONG)

    def _read(self, tx: Tx) -> tuple[str, tuple[OptionId, ...] | None]:
        mode = preferences.get(tx, CONTEXT_PREFERENCE) or "summarise"
        last = asked.of_kind(tx, self._run.session_id, QuestionKind.CONTEXT_FULL)
        return mode, self._fresh_answer(last)

    def _fresh_answer(self, last: QuestionRecord | None) -> tuple[OptionId, ...] | None:
        """The answer counts for the run that it started, and for no later one."""
        if last is None or last.answer is None or last.answer.answered_at > self._run.started_at:
            return None
        age = (self._run.started_at - last.answer.answered_at).total_seconds()
        return last.answer.chosen(ITEM) if age < 60 else None

    async def _question(self, gauge: ContextGauge, why: str) -> RunEnd:
        item = QuestionItem(
            id=ITEM,
            kind=ItemKind.SINGLE,
            prompt=(
                f"The conversation fills {gauge.percent} % of the model's context window.{why} "
                "Shall the older part be summarised for the model? On screen everything stays."
            ),
            options=(
                Option(id=SUMMARIZE, label="Summarise and go on"),
                Option(id=STOP, label="Stop here"),
            ),
        )
        question = PendingQuestion(
            id=QuestionId(self._services.ids.fresh()),
            session_id=self._run.session_id,
            run_id=self._run.id,
            kind=QuestionKind.CONTEXT_FULL,
            items=(item,),
            asked_at=self._services.clock.now(),
            title="The context window is full",
        )

        def work(tx: Tx) -> None:
            runs.require_live(tx, self._run.id)
            questions.ask(tx, question)

        await self._services.database.write(work)
        return RunEnd(status=AgentStatus.WAITING_ANSWER, question_id=question.id)
