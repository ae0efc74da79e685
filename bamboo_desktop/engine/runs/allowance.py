"""Allowance: may a run spend more? At a limit it pauses with a question, or as it is set."""

from __future__ import annotations

from collections.abc import Sequence

from bamboo_desktop.domain.budget import (
    BUDGET_FINISH,
    BUDGET_ITEM,
    BUDGET_STOP,
    BudgetAction,
    BudgetMeasure,
    Standing,
)
from bamboo_desktop.domain.events import BudgetExceeded
from bamboo_desktop.domain.ids import QuestionId
from bamboo_desktop.domain.model import PLAYBOOK_PROVIDER
from bamboo_desktop.domain.question import (
    Answer,
    ItemAnswer,
    PendingQuestion,
    QuestionKind,
    QuestionRecord,
)
from bamboo_desktop.domain.run import AgentStatus, Run
from bamboo_desktop.engine.runs import budget_limits, budget_words
from bamboo_desktop.engine.runs.ending import RunEnd, waiting
from bamboo_desktop.engine.runs.meter import Meter
from bamboo_desktop.engine.runs.services import ModelRoute, RunServices
from bamboo_desktop.store import asked, budget_grants, questions, runs, work
from bamboo_desktop.store.transaction import Tx

ENGINE = "engine"


class BudgetReachedError(Exception):
    """A limit leaves nothing. `end` is the end of the run; None asks for a last answer first."""

    def __init__(self, end: RunEnd | None) -> None:
        super().__init__("a budget is used up")
        self.end = end


class Allowance:
    """Watches the budgets of one run.

    Args:
        services: what runs work with.
        run: the run.
        meter: what counts what it uses.
        route: where its model is. What runs on this machine spends no money, and a playbook has no
            last answer to give.
    """

    def __init__(self, services: RunServices, run: Run, meter: Meter, route: ModelRoute) -> None:
        self._services = services
        self._run = run
        self._meter = meter
        self._is_free = route.config.kind.is_local
        self._can_finish = route.config.id != PLAYBOOK_PROVIDER

    async def obey(self) -> None:
        """Do what the person answered, where this run was started by that answer.

        Raises:
            BudgetReachedError: the answer was to stop or to finish up.
        """
        record = await self._services.database.read(self._own_answer)
        if record is None or record.answer is None:
            return
        chosen = record.answer.chosen(BUDGET_ITEM)
        if BUDGET_STOP in chosen:
            raise BudgetReachedError(_stopped(record.question.title, by_person=True))
        if BUDGET_FINISH in chosen:
            raise BudgetReachedError(None)

    async def before_model(self) -> None:
        """Let a model call pass.

        Raises:
            BudgetReachedError: nothing is left for it.
        """
        left = [each for each in await self._standings() if each.measure is not BudgetMeasure.CALLS]
        await self._let_pass(left)

    async def before_tools(self) -> int | None:
        """Let tool calls pass; returns how many, None for any number.

        Raises:
            BudgetReachedError: nothing is left for them.
        """
        left = await self._standings()
        await self._let_pass(left)
        calls = [each.ceiling - each.used for each in left if each.measure is BudgetMeasure.CALLS]
        return min(calls, default=None)

    async def _standings(self) -> Sequence[Standing]:
        terms, live_ms = self._run.snapshot.budget, self._meter.live_ms
        return await self._services.database.read(
            lambda tx: budget_limits.standings(tx, terms, self._run.id, live_ms=live_ms)
        )

    async def _let_pass(self, left: Sequence[Standing]) -> None:
        reached = [
            each
            for each in left
            if each.is_reached and not (self._is_free and each.measure is BudgetMeasure.COST)
        ]
        if reached:
            raise BudgetReachedError(await self._pause(reached))

    async def _pause(self, reached: Sequence[Standing]) -> RunEnd | None:
        question = PendingQuestion(
            id=QuestionId(self._services.ids.fresh()),
            session_id=self._run.session_id,
            run_id=self._run.id,
            kind=QuestionKind.BUDGET,
            items=(budget_words.item(reached, can_finish=self._can_finish),),
            asked_at=self._services.clock.now(),
            title=budget_words.title(reached),
        )
        action = self._run.snapshot.budget.budgets.at_limit
        if action is BudgetAction.FINISH and not self._can_finish:
            action = BudgetAction.STOP

        def store(tx: Tx) -> PendingQuestion:
            runs.require_live(tx, self._run.id)
            return self._ask(tx, question, reached, action)

        self._services.faults.reached("question.before")
        stored = await self._services.database.write(store)
        self._services.faults.reached("question.after")
        if action is BudgetAction.ASK:
            return waiting(stored)
        if action is BudgetAction.STOP:
            return _stopped(question.title, by_person=False)
        return None

    def _ask(
        self,
        tx: Tx,
        question: PendingQuestion,
        reached: Sequence[Standing],
        action: BudgetAction,
    ) -> PendingQuestion:
        """Ask, unless it is asked already; what is set to be done is an answer of the engine."""
        for record in questions.open(tx, question.session_id):
            if record.question.kind is QuestionKind.BUDGET:
                return record.question
        for each in reached:
            event = BudgetExceeded(kind=each.measure.value, limit=each.ceiling, actual=each.used)
            tx.emit(question.session_id, question.run_id, event)
        questions.ask(tx, question)
        budget_grants.offer(tx, question.id, reached)
        if action is not BudgetAction.ASK:
            chosen = BUDGET_STOP if action is BudgetAction.STOP else BUDGET_FINISH
            given = ItemAnswer(item_id=BUDGET_ITEM, option_ids=(chosen,))
            questions.answer(
                tx,
                Answer(
                    question_id=question.id,
                    items=(given,),
                    answered_at=tx.now,
                    answered_by=ENGINE,
                ),
            )
        return question

    def _own_answer(self, tx: Tx) -> QuestionRecord | None:
        """The answer counts for the run that it started, and for no later one."""
        last = asked.of_kind(tx, self._run.session_id, QuestionKind.BUDGET)
        reasons = work.taken_by(tx, self._run.session_id, self._run.id)
        is_own = last is not None and last.question.id in {each.ref for each in reasons}
        return last if is_own else None


def _stopped(heading: str, *, by_person: bool) -> RunEnd:
    return RunEnd(
        status=AgentStatus.CANCELLED,
        error=budget_words.stopped(heading, by_person=by_person),
        is_over_budget=True,
    )
