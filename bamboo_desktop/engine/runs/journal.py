"""Journal: every tool call is written down before and after it happens, fenced by its run."""

from __future__ import annotations

from collections.abc import Sequence

from bamboo_desktop.domain.events import ToolComplete, ToolError, ToolStart
from bamboo_desktop.domain.ids import MessageId, QuestionId, RunId
from bamboo_desktop.domain.message import Message, Role, ToolOutcome, ToolResultPart
from bamboo_desktop.domain.question import PendingQuestion, QuestionKind
from bamboo_desktop.domain.run import Run
from bamboo_desktop.domain.tasklist import TaskItem
from bamboo_desktop.domain.tool import CallRecord, ToolResult
from bamboo_desktop.engine.runs.meter import Meter
from bamboo_desktop.engine.runs.services import RunServices
from bamboo_desktop.store import calls, messages, questions, runs, tasklists, work
from bamboo_desktop.store.transaction import Tx

SHOWN_CHARACTERS = 4_000


class Journal:
    """The tool calls of one run, in the store."""

    def __init__(self, services: RunServices, run: Run, meter: Meter) -> None:
        self._services = services
        self._session_id = run.session_id
        self._run_id = run.id
        self._meter = meter

    async def of_message(self, message_id: MessageId) -> tuple[CallRecord, ...]:
        """The calls of a message, in call order."""
        return await self._services.database.read(
            lambda tx: calls.of_message(tx, self._session_id, message_id)
        )

    async def start(self, started: Sequence[CallRecord]) -> None:
        """Commit the intent: from here on the effects may have happened."""

        def store(tx: Tx) -> None:
            runs.require_live(tx, self._run_id)
            for call in started:
                calls.start(tx, self._session_id, call.call_id)
                event = ToolStart(
                    tool_call_id=call.call_id, tool_name=call.tool, arguments=call.arguments
                )
                tx.emit(self._session_id, self._run_id, event)
            self._meter.tool_calls(tx, len(started))

        self._services.faults.reached("intent.before")
        await self._services.database.write(store)
        self._services.faults.reached("intent.after")

    async def finish(self, call: CallRecord, result: ToolResult, *, elapsed_ms: int) -> None:
        """Commit the one result of a call."""

        def store(tx: Tx) -> None:
            runs.require_live(tx, self._run_id)
            self._finish(tx, call, result, elapsed_ms)

        self._services.faults.reached("result.before")
        await self._services.database.write(store)
        self._services.faults.reached("result.after")

    async def finish_tasks(
        self, call: CallRecord, items: tuple[TaskItem, ...], *, elapsed_ms: int
    ) -> None:
        """Commit a new task list together with the result of the call that wrote it."""
        done = sum(item.status == "completed" for item in items)
        result = ToolResult(
            outcome=ToolOutcome.OK, content=f"Task list stored: {done} of {len(items)} done."
        )

        def store(tx: Tx) -> None:
            runs.require_live(tx, self._run_id)
            tasklists.put(tx, self._session_id, items)
            self._finish(tx, call, result, elapsed_ms)

        await self._services.database.write(store)

    def _finish(self, tx: Tx, call: CallRecord, result: ToolResult, elapsed_ms: int) -> None:
        finish_call(tx, call, result, run_id=self._run_id, elapsed_ms=elapsed_ms)

    async def gate(self, call: CallRecord, question: PendingQuestion) -> None:
        """Commit a question and the call's state together: the run stops for it."""

        def store(tx: Tx) -> None:
            runs.require_live(tx, self._run_id)
            if question.kind is not QuestionKind.UNKNOWN_EFFECT:
                calls.gate(tx, self._session_id, call.call_id, digest=call.digest)
            questions.ask(tx, question)

        self._services.faults.reached("question.before")
        await self._services.database.write(store)
        self._services.faults.reached("question.after")

    async def take_answer(self, question_id: QuestionId) -> None:
        """An answer that came before its run had ended is taken up by it, and starts no other."""

        def is_open(tx: Tx) -> bool:
            return any(item.ref == question_id for item in work.open(tx, self._session_id))

        def take(tx: Tx) -> None:
            runs.require_live(tx, self._run_id)
            work.consume_for(tx, self._session_id, question_id, self._run_id)

        if await self._services.database.read(is_open):
            await self._services.database.write(take)

    async def answer_message(self, message: Message, number: int) -> Message:
        """Append the tool message with the results of all calls, in call order."""
        records = await self.of_message(message.id)
        results = results_message(self._services, message, self._run_id, records)

        def store(tx: Tx) -> None:
            runs.require_live(tx, self._run_id)
            messages.append(tx, results, (), round=number)

        await self._services.database.write(store)
        return results


def finish_call(
    tx: Tx, call: CallRecord, result: ToolResult, *, run_id: RunId | None, elapsed_ms: int
) -> None:
    """Write a call's one result and tell of it, inside a transaction."""
    calls.finish(tx, call.session_id, call.call_id, result, duration_ms=elapsed_ms)
    shown = result.content[:SHOWN_CHARACTERS]
    if result.outcome is ToolOutcome.OK:
        complete = ToolComplete(
            tool_call_id=call.call_id,
            tool_name=call.tool,
            outcome=result.outcome,
            result=shown,
            elapsed_ms=elapsed_ms,
        )
        tx.emit(call.session_id, run_id, complete)
        return
    failed = ToolError(
        tool_call_id=call.call_id,
        tool_name=call.tool,
        outcome=result.outcome,
        error=shown,
        elapsed_ms=elapsed_ms,
    )
    tx.emit(call.session_id, run_id, failed)


def results_message(
    services: RunServices, message: Message, run_id: RunId | None, records: Sequence[CallRecord]
) -> Message:
    """The tool message that answers an assistant message from its journal."""
    parts = tuple(
        ToolResultPart(
            call_id=record.call_id,
            tool=record.tool,
            outcome=record.outcome or ToolOutcome.INTERRUPTED,
            content=record.content,
        )
        for record in records
    )
    return Message(
        id=MessageId(services.ids.fresh()),
        session_id=message.session_id,
        run_id=run_id,
        role=Role.TOOL,
        parts=parts,
        created_at=services.clock.now(),
        origin="engine",
    )
