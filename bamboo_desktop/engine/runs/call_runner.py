"""CallRunner: runs prepared calls, journalled before and after, and stops them when told to."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bamboo_desktop.domain.errors import RunCancelledError, UserError
from bamboo_desktop.domain.events import ToolLifecycle, ToolToken
from bamboo_desktop.domain.ids import QuestionId
from bamboo_desktop.domain.message import ToolOutcome
from bamboo_desktop.domain.question import PendingQuestion, QuestionKind
from bamboo_desktop.domain.run import Run
from bamboo_desktop.domain.schedule_order import ScheduleOrder
from bamboo_desktop.domain.tool import (
    AskRequest,
    CallRecord,
    ScheduleRequest,
    TaskListRequest,
    ToolClass,
    ToolReply,
    ToolResult,
)
from bamboo_desktop.engine.runs import deadlines
from bamboo_desktop.engine.runs.journal import Journal
from bamboo_desktop.engine.runs.preparation import Prepared
from bamboo_desktop.engine.runs.racing import unless_stopped
from bamboo_desktop.engine.runs.runner import Runner
from bamboo_desktop.engine.runs.services import RunServices
from bamboo_desktop.store import tasklists
from bamboo_desktop.tools.port import ToolCallError, ToolContext


@dataclass(frozen=True, slots=True)
class Asked:
    """A call turned out to be a question to the person."""

    call: CallRecord
    question: PendingQuestion


@dataclass(frozen=True, slots=True)
class _Ended:
    reply: ToolReply
    elapsed_ms: int


class CallRunner:
    """Runs calls that may run."""

    def __init__(self, services: RunServices, run: Run, runner: Runner, journal: Journal) -> None:
        self._services = services
        self._run = run
        self._runner = runner
        self._journal = journal

    async def context(self, call: CallRecord) -> ToolContext:
        """What the call is handed."""
        items, _ = await self._services.database.read(lambda tx: tasklists.get(tx, call.session_id))
        return ToolContext(
            session_id=call.session_id,
            run_id=self._run.id,
            call_id=call.call_id,
            workspace=self._run.snapshot.workspace,
            cancel=self._runner.cancel_token,
            emit=lambda text: self._live(call, text),
            tasks=items,
        )

    def _live(self, call: CallRecord, text: str) -> None:
        event = ToolToken(tool_call_id=call.call_id, content=text)
        self._services.publisher.transient(self._runner, event)

    async def settle(self, call: CallRecord, result: ToolResult) -> None:
        """Give a call its result without running it."""
        await self._journal.finish(call, result, elapsed_ms=0)

    async def run(self, batch: Sequence[Prepared]) -> Asked | None:
        """Run calls side by side and store each result as it comes.

        Raises:
            RunCancelledError: the run was asked to stop; what was running is stored as cancelled.
        """
        await self._journal.start([ready.call for ready in batch])
        jobs = [
            self._services.tasks.spawn(self._ended(ready), name=f"tool {ready.call.tool}")
            for ready in batch
        ]
        try:
            await asyncio.wait(jobs)
        finally:
            for job in jobs:
                job.cancel()
        ended = [job.result() for job in jobs if not job.cancelled()]
        for error in ended:
            if isinstance(error, Exception):
                raise error
        if self._runner.cancel_token.is_cancelled:
            raise RunCancelledError(self._runner.cancel_token.reason)
        return next((found for found in ended if isinstance(found, Asked)), None)

    async def _ended(self, ready: Prepared) -> Asked | Exception | None:
        try:
            return await self._one(ready)
        except Exception as error:  # noqa: BLE001 - raised by the run, which ends by its type
            return error

    async def _one(self, ready: Prepared) -> Asked | None:
        call = ready.call
        self._tell(ready, "begin", None)
        ended = await self._invoke(ready)
        self._services.faults.reached("effect.after")
        match ended.reply:
            case ToolResult() as result:
                await self._journal.finish(call, result, elapsed_ms=ended.elapsed_ms)
                self._tell(ready, _phase(result.outcome), ended.elapsed_ms)
            case TaskListRequest(items=items):
                await self._journal.finish_tasks(call, items, elapsed_ms=ended.elapsed_ms)
                self._tell(ready, "finished", ended.elapsed_ms)
            case ScheduleRequest(order=order):
                result = await self._ordered(ready, order)
                await self._journal.finish(call, result, elapsed_ms=ended.elapsed_ms)
                self._tell(ready, _phase(result.outcome), ended.elapsed_ms)
            case AskRequest() as request:
                return Asked(call, await self._question(call, request))
        return None

    async def _ordered(self, ready: Prepared, order: ScheduleOrder) -> ToolResult:
        actions = self._services.schedules
        if actions is None:
            return _failed("There are no schedules in this program.")
        try:
            told = await actions.act(order, ready.call.session_id)
        except UserError as error:
            return _failed(error.sentence)
        return ToolResult(outcome=ToolOutcome.OK, content=told)

    async def _invoke(self, ready: Prepared) -> _Ended:
        clock = self._services.clock
        started = clock.monotonic()
        reply: ToolReply
        try:
            async with asyncio.timeout(self._services.limits.tool_timeout):
                reply = await unless_stopped(
                    ready.tool.run(ready.arguments, ready.context),
                    self._runner.cancel_token,
                    self._services.tasks,
                    name=f"tool {ready.call.tool} itself",
                )
        except RunCancelledError:
            reply = self._cancelled(ready.call)
        except TimeoutError:
            reply = _failed(
                f"The call took longer than {self._services.limits.tool_timeout:.0f} s and was "
                "ended."
            )
        except (ToolCallError, UserError) as error:
            reply = _failed(str(error))
        except Exception as error:  # noqa: BLE001 - a tool's own fault must not end the run
            self._services.on_bug(error, f"tool {ready.call.tool}")
            reply = _failed(f"The tool {ready.call.tool} failed inside: {type(error).__name__}.")
        return _Ended(reply, int((clock.monotonic() - started) * 1000))

    def _cancelled(self, call: CallRecord) -> ToolResult:
        output = self._runner.live_output(call.call_id)
        tail = f" Its output until then:\n{output}" if output else ""
        return ToolResult(
            outcome=ToolOutcome.CANCELLED, content=f"The call was stopped while it ran.{tail}"
        )

    async def _question(self, call: CallRecord, request: AskRequest) -> PendingQuestion:
        now = self._services.clock.now()
        limit = await self._services.database.read(deadlines.limit)
        return PendingQuestion(
            id=QuestionId(self._services.ids.fresh()),
            session_id=call.session_id,
            run_id=self._run.id,
            kind=QuestionKind.ASK,
            items=request.items,
            asked_at=now,
            tool_call_id=call.call_id,
            title=request.title,
            deadline_at=now + limit if limit and deadlines.has_defaults(request.items) else None,
        )

    def _tell(self, ready: Prepared, phase: str, elapsed_ms: int | None) -> None:
        event = ToolLifecycle(
            tool_call_id=ready.call.call_id,
            tool_name=ready.call.tool,
            phase=phase,
            is_mutating=ready.call.tool_class is ToolClass.EFFECT,
            auto_approved=ready.consent is None,
            elapsed_ms=elapsed_ms,
        )
        self._services.publisher.transient(self._runner, event)


def _phase(outcome: ToolOutcome) -> str:
    if outcome is ToolOutcome.CANCELLED:
        return "cancelled"
    return "finished" if outcome is ToolOutcome.OK else "error"


def _failed(sentence: str) -> ToolResult:
    return ToolResult(outcome=ToolOutcome.ERROR, content=sentence)
