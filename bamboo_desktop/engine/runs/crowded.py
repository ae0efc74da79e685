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
from bamboo_desktop.store import asked, preferences, questions, runs, work
from bamboo_desktop.store.transaction import Tx

CONTEXT_PREFERENCE = "context_full"
ITEM = ItemId("context")
SUMMARIZE = OptionId("summarize")
STOP = OptionId("stop")
TOO_LONG = (
    "The newest message alone is too long for this model. Choose a model with a larger context "
    "window, or start a new session with less text."
)

STOPPED = (
    "The conversation fills the model's context window, and you chose to stop. Choose a model with "
    "a larger window and press Continue; with this model Continue asks you again."
)


def _why(gauge: ContextGauge, trigger: str) -> str:
    if trigger == "critical":
        return "The model refused the conversation because it is too long for it."
    return (
        f"The conversation fills {gauge.percent} % of the model's context window, which leaves too "
        "little room for an answer."
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
            return RunEnd(status=AgentStatus.CANCELLED, error=STOPPED)
        if mode == "ask" and answered is None:
            return await self._question(_why(gauge, trigger))
        try:
            done = await self._keeper.summarize(conversation, gauge, ask, trigger)
        except ModelCallError as error:
            failed = f"Summarising the older part failed: {error.sentence}"
            return await self._question(f"{_why(gauge, trigger)} {failed}")
        return None if done else RunEnd(status=AgentStatus.ERROR, error=TOO_LONG)

    def _read(self, tx: Tx) -> tuple[str, tuple[OptionId, ...] | None]:
        mode = preferences.get(tx, CONTEXT_PREFERENCE) or "summarise"
        last = asked.of_kind(tx, self._run.session_id, QuestionKind.CONTEXT_FULL)
        return mode, self._own_answer(tx, last)

    def _own_answer(self, tx: Tx, last: QuestionRecord | None) -> tuple[OptionId, ...] | None:
        """The answer counts for the run that it started, and for no later one."""
        if last is None or last.answer is None:
            return None
        reasons = work.taken_by(tx, self._run.session_id, self._run.id)
        is_own = last.question.id in {item.ref for item in reasons}
        return last.answer.chosen(ITEM) if is_own else None

    async def _question(self, why: str) -> RunEnd:
        item = QuestionItem(
            id=ITEM,
            kind=ItemKind.SINGLE,
            prompt=f"{why} Shall the model get a summary in place of the older part?",
            options=(
                Option(
                    id=SUMMARIZE,
                    label="Summarise and go on",
                    description="Only the model reads the summary; you still see everything.",
                ),
                Option(
                    id=STOP,
                    label="Stop here",
                    description="Nothing is lost. You may choose a model with a larger window.",
                ),
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

        def store(tx: Tx) -> None:
            runs.require_live(tx, self._run.id)
            questions.ask(tx, question)

        await self._services.database.write(store)
        return RunEnd(status=AgentStatus.WAITING_ANSWER, question_id=question.id)
