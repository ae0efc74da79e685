"""ToolPhase: carries the calls of one assistant message to their results.

Reading calls that stand side by side run together; a call with an effect is a barrier. What the
journal says decides what is left to do, so the same code takes up a phase after an answer, after
a crash, and in the middle of a run.
"""

from __future__ import annotations

from collections.abc import Sequence

from bamboo_desktop.domain.errors import Bug, RunCancelledError
from bamboo_desktop.domain.message import Message
from bamboo_desktop.domain.question import PendingQuestion, QuestionKind, QuestionRecord
from bamboo_desktop.domain.run import Run
from bamboo_desktop.domain.tool import CallRecord, ToolClass
from bamboo_desktop.domain.transcript import CallState
from bamboo_desktop.engine.runs import replies
from bamboo_desktop.engine.runs.allowance import Allowance
from bamboo_desktop.engine.runs.call_runner import CallRunner
from bamboo_desktop.engine.runs.consents import Allowed, Consents, Denied, is_about_attempt
from bamboo_desktop.engine.runs.ending import RunEnd, waiting
from bamboo_desktop.engine.runs.journal import Journal
from bamboo_desktop.engine.runs.loop_guard import GuardLevel, LoopGuard
from bamboo_desktop.engine.runs.meter import Meter
from bamboo_desktop.engine.runs.preparation import Prepared, Refused, prepare
from bamboo_desktop.engine.runs.runner import Runner
from bamboo_desktop.engine.runs.services import RunServices
from bamboo_desktop.store import asked as asked_questions


class ToolPhase:
    """The tool calls of one run."""

    def __init__(
        self,
        services: RunServices,
        run: Run,
        runner: Runner,
        *,
        guard: LoopGuard,
        meter: Meter,
        allowance: Allowance,
    ) -> None:
        self._services = services
        self._run = run
        self._runner = runner
        self._journal = Journal(services, run, meter)
        self._consents = Consents(services, run.session_id, run.snapshot.allow_rules)
        self._calls = CallRunner(services, run, runner, self._journal)
        self._guard = guard
        self._allowance = allowance

    async def carry_out(self, message: Message, number: int) -> Message | RunEnd:
        """Run what is left of the message's calls.

        Returns:
            The tool message with all results, or the end of the run when it has to wait.

        Raises:
            RunCancelledError: the run was asked to stop.
            BudgetReachedError: a budget leaves nothing for what is left.
        """
        await self._refuse_excess(await self._journal.of_message(message.id))
        while True:
            records = await self._journal.of_message(message.id)
            left = [record for record in records if record.state is not CallState.DONE]
            if not left:
                return await self._journal.answer_message(message, number)
            if self._runner.cancel_token.is_cancelled:
                raise RunCancelledError(self._runner.cancel_token.reason)
            room = await self._allowance.before_tools()
            end = await self._advance(left if room is None else left[:room])
            if end is not None:
                return end

    async def _refuse_excess(self, records: Sequence[CallRecord]) -> None:
        limit = self._services.limits.max_calls_per_round
        for record in records[limit:]:
            if record.state is CallState.PLANNED:
                await self._calls.settle(record, replies.too_many(limit))

    async def _advance(self, left: Sequence[CallRecord]) -> RunEnd | None:
        first = left[0]
        match first.state:
            case CallState.GATED:
                return await self._after_question(first)
            case CallState.RUNNING if first.tool_class is ToolClass.EFFECT:
                return await self._after_unknown(first)
            case CallState.PLANNED | CallState.RUNNING:
                return await self._fresh(left)
            case _:
                raise Bug(f"a call that is {first.state} is not left to do")

    async def _fresh(self, left: Sequence[CallRecord]) -> RunEnd | None:
        batch: list[Prepared] = []
        for call in left[: self._services.limits.parallel_reads]:
            if batch and (call.state is CallState.GATED or call.tool_class is ToolClass.EFFECT):
                break
            ready = await self._admit(call, None)
            if not isinstance(ready, Prepared):
                if not batch:
                    return ready
                break
            batch.append(ready)
            if call.tool_class is ToolClass.EFFECT:
                break
        return await self._run_batch(batch)

    async def _run_batch(self, batch: Sequence[Prepared]) -> RunEnd | None:
        asked = await self._calls.run(batch)
        return None if asked is None else await self._ask(asked.call, asked.question)

    async def _admit(
        self, call: CallRecord, asked: QuestionRecord | None
    ) -> Prepared | RunEnd | None:
        """Prepare a call and judge its consent; None means that it got its result already."""
        guarded = await self._guarded(call, asked)
        if guarded is not call:
            return guarded if isinstance(guarded, RunEnd) else None
        return await self._allowed(call, asked)

    async def _allowed(
        self, call: CallRecord, asked: QuestionRecord | None
    ) -> Prepared | RunEnd | None:
        context = await self._calls.context(call)
        ready = await prepare(self._services, call, context, self._run.snapshot.disabled_tools)
        if isinstance(ready, Refused):
            await self._calls.settle(call, ready.result)
            return None
        if ready.consent is None:
            return ready
        verdict = await self._consents.judge(ready.consent, asked)
        match verdict:
            case Allowed():
                return ready
            case Denied(note=note):
                await self._calls.settle(call, replies.denied(call, note))
                return None
            case _:
                return await self._ask(call, self._consents.question(call, ready.consent))

    async def _guarded(
        self, call: CallRecord, asked: QuestionRecord | None
    ) -> CallRecord | RunEnd | None:
        if asked is not None:
            return call
        level = self._guard.look(call)
        if level is GuardLevel.TELL_MODEL:
            await self._calls.settle(call, replies.repeated(call.tool, self._guard.count))
            return None
        if level is GuardLevel.ASK_PERSON:
            question = self._consents.guard_question(call, self._guard.count)
            return await self._ask(call, question)
        return call

    async def _ask(self, call: CallRecord, question: PendingQuestion) -> RunEnd:
        await self._journal.gate(call, question)
        return waiting(question)

    async def _after_question(self, call: CallRecord) -> RunEnd | None:
        asked = await self._question_of(call)
        if asked is None:
            raise Bug(f"the call {call.call_id} waits for a question that does not exist")
        if asked.answer is None and asked.withdrawn_at is None:
            return waiting(asked.question)
        if asked.answer is None:
            await self._calls.settle(call, replies.withdrawn(call))
            return None
        await self._journal.take_answer(asked.question.id)
        if asked.question.kind is QuestionKind.ASK:
            await self._calls.settle(call, replies.answered(asked.question, asked.answer))
            return None
        if asked.question.kind is QuestionKind.LOOP_GUARD and replies.is_skip(asked.answer):
            await self._calls.settle(call, replies.skipped())
            return None
        ready = await self._admit(call, asked)
        return await self._run_batch([ready]) if isinstance(ready, Prepared) else ready

    async def _after_unknown(self, call: CallRecord) -> RunEnd | None:
        asked = await self._question_of(call)
        if asked is None or not is_about_attempt(asked, call):
            return await self._ask(call, self._consents.effect_question(call))
        if asked.answer is None and asked.withdrawn_at is None:
            return waiting(asked.question)
        result = replies.after_unknown(asked.answer)
        if result is not None:
            await self._calls.settle(call, result)
            return None
        # "Run again" is no consent: what it would change now may be something nobody has seen.
        ready = await self._allowed(call, await self._consent_of(call))
        return await self._run_batch([ready]) if isinstance(ready, Prepared) else ready

    async def _consent_of(self, call: CallRecord) -> QuestionRecord | None:
        return await self._services.database.read(
            lambda tx: asked_questions.consent_of_call(tx, call.session_id, call.call_id)
        )

    async def _question_of(self, call: CallRecord) -> QuestionRecord | None:
        return await self._services.database.read(
            lambda tx: asked_questions.of_call(tx, call.session_id, call.call_id)
        )
