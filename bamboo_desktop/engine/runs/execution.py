"""Execution: the agent loop of one run. Ask the model, run the tools, until there is an end."""

from __future__ import annotations

import asyncio

from bamboo_desktop.domain.errors import RunCancelledError
from bamboo_desktop.domain.events import RunnerProgress, TokenBudgetUpdated
from bamboo_desktop.domain.message import Message
from bamboo_desktop.domain.model import PLAYBOOK_PROVIDER
from bamboo_desktop.domain.run import AgentStatus, Run
from bamboo_desktop.domain.tool import ToolSpec
from bamboo_desktop.domain.usage import ContextGauge, Usage
from bamboo_desktop.engine.runs import rounds
from bamboo_desktop.engine.runs.allowance import Allowance, BudgetReachedError
from bamboo_desktop.engine.runs.budget_words import LAST_ANSWER
from bamboo_desktop.engine.runs.call_ids import with_own_ids
from bamboo_desktop.engine.runs.context import ContextKeeper
from bamboo_desktop.engine.runs.crowded import Crowded
from bamboo_desktop.engine.runs.ending import RunEnd
from bamboo_desktop.engine.runs.last_answer import without_calls, words_only
from bamboo_desktop.engine.runs.loop_guard import LoopGuard
from bamboo_desktop.engine.runs.meter import Meter
from bamboo_desktop.engine.runs.model_call import ModelCall
from bamboo_desktop.engine.runs.prompt import read_instructions, system_prompt
from bamboo_desktop.engine.runs.runner import Runner
from bamboo_desktop.engine.runs.services import ModelRoute, RunServices
from bamboo_desktop.engine.runs.tool_phase import ToolPhase
from bamboo_desktop.providers.port import CallFault, Finished, ModelCallError, ModelRequest

NO_MODEL = (
    "No model is chosen for this session. Choose one above the conversation, or set a default "
    "in Settings, and press Continue."
)


class Execution:
    """Carries one run from its first round to its end.

    Attributes:
        meter: counts what the run uses.
    """

    def __init__(self, services: RunServices, run: Run, runner: Runner) -> None:
        self._services = services
        self._run = run
        self._runner = runner
        self._usage = Usage()
        self._is_finishing = False
        self.meter = Meter(run, services.clock)

    @property
    def usage(self) -> Usage:
        """What the run has cost so far."""
        return self._usage

    async def run(self) -> RunEnd:
        """The whole run.

        Raises:
            RunCancelledError: the run was asked to stop.
            ModelCallError: the model could not be asked, or failed for good.
            UserError: the world does not allow the run (no such provider).
        """
        try:
            return await self._carry()
        except BudgetReachedError as reached:
            return reached.end or await self._finish()

    async def _carry(self) -> RunEnd:
        snapshot = self._run.snapshot
        if snapshot.model is None:
            return RunEnd(status=AgentStatus.ERROR, error=NO_MODEL)
        self._conversation = await rounds.load(self._services, self._run.session_id)
        self._session_usage = await rounds.usage(self._services, self._run.session_id)
        self._route = await self._services.models.route(snapshot.model, self._run.id)
        self._allowance = Allowance(self._services, self._run, self.meter, self._route)
        self._tools = self._tool_phase(self._route)
        self._context = ContextKeeper(self._services, self._run, self._runner, self._route.window)
        self._crowded = Crowded(self._services, self._run, self._context)
        instructions = await asyncio.to_thread(read_instructions, snapshot.workspace)
        self._system = system_prompt(
            snapshot.system_prompt, snapshot.workspace, instructions, self._services.clock.now()
        )
        await self._allowance.obey()
        return await self._loop()

    def _tool_phase(self, route: ModelRoute) -> ToolPhase:
        limits = self._services.limits
        # A playbook repeats what its author wrote; only a model can be caught in a loop.
        is_playbook = route.config.id == PLAYBOOK_PROVIDER
        guard = LoopGuard(
            tell_at=limits.identical_calls,
            ask_at=0 if is_playbook else limits.identical_calls_asked,
        )
        return ToolPhase(
            self._services,
            self._run,
            self._runner,
            guard=guard,
            meter=self.meter,
            allowance=self._allowance,
        )

    async def _loop(self) -> RunEnd:
        while True:
            end = await self._answer_calls()
            if end is not None:
                return end
            if self._runner.cancel_token.is_cancelled:
                raise RunCancelledError(self._runner.cancel_token.reason)
            if self._runner.round_count >= self._run.snapshot.max_rounds:
                limit = self._run.snapshot.max_rounds
                return RunEnd(status=AgentStatus.OUT_OF_ROUNDS, limit=limit)
            await self._steer()
            if self._conversation.is_answered:
                # Cut off between the last word and the end: there is nothing left to ask for.
                return RunEnd(status=AgentStatus.COMPLETED)
            end = await self._round()
            if end is not None:
                return end

    async def _answer_calls(self) -> RunEnd | None:
        message = self._conversation.unanswered()
        if message is None:
            return None
        outcome = await self._tools.carry_out(message, self._runner.round_count)
        if isinstance(outcome, RunEnd):
            return outcome
        self._conversation.add(outcome)
        return None

    async def _steer(self) -> bool:
        token = self._runner.cancel_token
        delivered = await rounds.deliver_steering(self._services, self._run, token)
        for message in delivered:
            self._conversation.add(message)
        return bool(delivered)

    async def _round(self) -> RunEnd | None:
        number = self._runner.round_count + 1
        self._services.publisher.transient(self._runner, RunnerProgress(round_count=number))
        finished = await self._ask(number)
        if isinstance(finished, RunEnd):
            return finished
        message = await self._keep(finished, number)
        if message.tool_calls or await self._steer():
            return None
        return RunEnd(status=AgentStatus.COMPLETED)

    async def _finish(self) -> RunEnd:
        """One last answer from what there is: nothing is run any more."""
        self._conversation = await without_calls(self._services, self._run)
        await self._steer()
        if self._conversation.is_answered:
            return RunEnd(status=AgentStatus.COMPLETED)
        self._is_finishing = True
        number = self._runner.round_count + 1
        self._services.publisher.transient(self._runner, RunnerProgress(round_count=number))
        finished = await self._ask(number)
        if not isinstance(finished, RunEnd):
            await self._keep(words_only(finished), number)
        return finished if isinstance(finished, RunEnd) else RunEnd(status=AgentStatus.COMPLETED)

    async def _ask(self, number: int) -> Finished | RunEnd:
        end = await self._make_room()
        if end is not None:
            return end
        try:
            return await self._complete(self._request(number))
        except ModelCallError as error:
            if error.fault is not CallFault.CONTEXT_OVERFLOW:
                raise
            gauge = self._gauge()
            end = await self._crowded.make_room(
                self._conversation, gauge, self._summarize, trigger="critical"
            )
            if end is not None:
                return end
        return await self._complete(self._request(number))

    async def _make_room(self) -> RunEnd | None:
        if not self._route.window:
            return None
        gauge = self._gauge()
        await self._context.warn(gauge)
        if not self._context.is_full(gauge):
            return None
        return await self._crowded.make_room(
            self._conversation, gauge, self._summarize, trigger="auto"
        )

    def _gauge(self) -> ContextGauge:
        overhead = len(self._system) // 4 + 120 * len(self._specs())
        return self._context.gauge(self._conversation, overhead)

    def _specs(self) -> tuple[ToolSpec, ...]:
        return self._services.toolbox.specs(self._run.snapshot.disabled_tools)

    def _request(self, number: int) -> ModelRequest:
        snapshot = self._run.snapshot
        if snapshot.model is None:
            raise ValueError("a run without a model has no request")
        return ModelRequest(
            session_id=self._run.session_id,
            run_id=self._run.id,
            round=number,
            model=snapshot.model,
            system=f"{self._system}\n\n{LAST_ANSWER}" if self._is_finishing else self._system,
            messages=self._conversation.for_model(),
            tools=self._specs(),
            may_call=not self._is_finishing,
            reasoning_effort=snapshot.reasoning_effort,
            workspace=snapshot.workspace,
        )

    async def _complete(self, request: ModelRequest) -> Finished:
        if not self._is_finishing:
            await self._allowance.before_model()
        call = ModelCall(self._services, self._runner, self._route.provider)
        finished = await call.complete(request)
        self._usage = self._usage + finished.usage
        return finished

    async def _summarize(self, request: ModelRequest) -> Finished:
        """What a summary costs belongs to the run and its session like any other answer."""
        finished = await self._complete(request)
        await rounds.spend(
            self._services, self._run, finished, number=request.round, meter=self.meter
        )
        self._session_usage = self._session_usage + finished.usage
        return finished

    async def _keep(self, finished: Finished, number: int) -> Message:
        finished = await with_own_ids(self._services, self._run.session_id, finished)
        message = await rounds.keep(
            self._services, self._run, finished, number=number, usage=self._usage, meter=self.meter
        )
        self._conversation.add(message)
        self._context.learned(
            self._conversation, finished.usage.input_tokens + finished.usage.output_tokens
        )
        self._session_usage = self._session_usage + finished.usage
        self._services.publisher.transient(
            self._runner,
            TokenBudgetUpdated(
                run_usage=self._usage, session_usage=self._session_usage, context=self._gauge()
            ),
        )
        return message
