"""Supervisor: owns every run's task and settles its end, whatever the end is.

The end is read off the task in its done-callback, so it is also seen when the task raised, was
cancelled before its first step, or was abandoned by force.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import count

from bamboo_desktop.domain.errors import StorageError
from bamboo_desktop.domain.events import SessionHistoryCommitted
from bamboo_desktop.domain.ids import MessageId, RunId
from bamboo_desktop.domain.message import Message, Part, Role, TextPart, ThinkingPart, ToolOutcome
from bamboo_desktop.domain.run import AgentStatus, Run
from bamboo_desktop.domain.session import Session
from bamboo_desktop.engine.runs import budget_words, stopping
from bamboo_desktop.engine.runs.conversation import entries_of
from bamboo_desktop.engine.runs.ending import RunEnd, end_of_error, stopped, waiting
from bamboo_desktop.engine.runs.execution import Execution
from bamboo_desktop.engine.runs.repair import settle_dangling
from bamboo_desktop.engine.runs.runner import Runner, StopReason
from bamboo_desktop.engine.runs.services import RunServices
from bamboo_desktop.store import messages, questions, runs, sessions
from bamboo_desktop.store.transaction import Tx
from bamboo_desktop.tasks import TaskSetClosedError

SETTLE_TRIES = 5
_STOPPED = "The run was stopped by the person."
_LONGEST_PAUSE = 5.0
_BY_HAND = frozenset({StopReason.PERSON, StopReason.DELETED})


@dataclass(frozen=True, slots=True)
class _Carried:
    """A run under way: its record, its runner, its loop and its task."""

    run: Run
    runner: Runner
    execution: Execution
    task: asyncio.Task[RunEnd | Exception]


class Supervisor:
    """Starts runs and brings each to exactly one end.

    Args:
        services: what runs work with.
        on_free: called with the ended runner and its status when a session is free again.
        deliver_queue: turns what waits in a session's queue into its next reason to run.
    """

    def __init__(
        self,
        services: RunServices,
        on_free: Callable[[Runner, AgentStatus], None],
        deliver_queue: Callable[[Tx, Session], None],
    ) -> None:
        self._services = services
        self._on_free = on_free
        self._deliver_queue = deliver_queue
        self._carried: dict[RunId, _Carried] = {}
        self._is_closing = False

    def close_door(self) -> None:
        """The program is being closed: an end that the disk refuses is left to the next start."""
        self._is_closing = True

    def start(self, run: Run, runner: Runner) -> None:
        """Start the run's task."""
        execution = Execution(self._services, run, runner)
        task = self._services.tasks.spawn(_ended(execution), name=f"run {run.id}")
        carried = _Carried(run, runner, execution, task)
        self._carried[run.id] = carried
        task.add_done_callback(partial(self._on_done, carried))

    def abandon(self, run_id: RunId) -> bool:
        """Cancel the run's task and settle it now; its later writes are refused by the store."""
        carried = self._carried.get(run_id)
        if carried is None:
            return False
        carried.task.cancel()
        self._settle_soon(carried, stopped(carried.runner.cancel_token.reason))
        return True

    async def wait_until_idle(self) -> None:
        """Return when no session is held and no run is left to settle."""
        while self._carried or self._services.registry.active():
            await self._services.clock.sleep(0.01)

    def _on_done(self, carried: _Carried, task: asyncio.Task[RunEnd | Exception]) -> None:
        reason = carried.runner.cancel_token.reason
        outcome: RunEnd | Exception | None
        outcome = stopped(reason) if task.cancelled() else task.result()
        if isinstance(outcome, Exception):
            error, outcome = outcome, end_of_error(outcome, reason)
            if outcome is not None and outcome.is_fault:
                self._services.on_bug(error, f"run {carried.run.id}")
        if outcome is not None and outcome.status.is_waiting and reason in _BY_HAND:
            # Stopped while the question was being stored: nobody shall be asked any more.
            outcome = stopped(reason)
        self._settle_soon(carried, outcome)

    def _settle_soon(self, carried: _Carried, end: RunEnd | None) -> None:
        if carried.run.id not in self._carried:
            return
        try:
            self._services.tasks.spawn(self._settle(carried, end), name=f"settle {carried.run.id}")
        except TaskSetClosedError:
            # The next start finds the row of this boot and calls it interrupted.
            self._carried.pop(carried.run.id, None)

    async def _settle(self, carried: _Carried, end: RunEnd | None) -> None:
        run, status = carried.run, AgentStatus.ERROR
        try:
            if end is not None:
                status = await self._store(carried, end)
            if status.is_waiting and carried.runner.cancel_token.reason in _BY_HAND:
                # Stopped while the wait was being stored: nobody shall be asked any more.
                with suppress(StorageError):
                    await stopping.end_wait(self._services, run.session_id)
        finally:
            self._carried.pop(run.id, None)
            # A no-op after a good write: the registry has heard it with the event.
            self._services.registry.finish(run.id, run.session_id, status)
            self._on_free(carried.runner, status)

    async def _store(self, carried: _Carried, end: RunEnd) -> AgentStatus:
        """Write the end, however long the disk refuses: a run is over when its end is stored."""
        services = self._services
        for attempt in count(1):
            try:
                services.faults.reached("end.before")
                status = await services.database.write(lambda tx: self._write(tx, carried, end))
            except StorageError as error:
                if attempt == SETTLE_TRIES:
                    services.on_bug(error, f"the end of run {carried.run.id}")
                if self._is_closing and attempt >= SETTLE_TRIES:
                    break
                await services.clock.sleep(min(0.2 * 2 ** min(attempt - 1, 9), _LONGEST_PAUSE))
            else:
                services.faults.reached("end.after")
                return status
        return end.status

    def _write(self, tx: Tx, carried: _Carried, end: RunEnd) -> AgentStatus:
        run, runner = carried.run, carried.runner
        stored = runs.get(tx, run.id)
        if stored is None or not stored.status.is_live:
            return end.status
        end = self._true_end(tx, run, end)
        self._keep_partial(tx, run, runner, is_cut=not end.is_said)
        if end.status is AgentStatus.CANCELLED:
            questions.withdraw(tx, run.session_id, reason=_STOPPED)
            settle_dangling(
                self._services,
                tx,
                run.session_id,
                run_id=run.id,
                outcome=ToolOutcome.CANCELLED,
                why=budget_words.NOT_RUN if end.is_over_budget else _STOPPED,
            )
        usage = carried.execution.usage
        runs.settle(
            tx,
            run.id,
            status=end.status,
            error=end.error,
            rounds=runner.round_count,
            usage=usage,
            is_over_budget=end.is_over_budget,
        )
        carried.execution.meter.end(tx)
        tx.emit(run.session_id, run.id, SessionHistoryCommitted())
        tx.emit(run.session_id, run.id, end.event(usage))
        if takes_queue(runner, end.status):
            # In this transaction, so that no crash and no quitting leaves the queue stranded.
            session = sessions.get(tx, run.session_id)
            if session is not None and session.deleted_at is None:
                self._deliver_queue(tx, session)
        return end.status

    def _true_end(self, tx: Tx, run: Run, end: RunEnd) -> RunEnd:
        """A session in the bin waits for nobody; one that was quit with a question asked waits."""
        session = sessions.get(tx, run.session_id)
        if end.status.is_waiting and (session is None or session.deleted_at is not None):
            return stopped(StopReason.DELETED)
        asked = questions.open(tx, run.session_id)
        if end.status is AgentStatus.INTERRUPTED and asked:
            return waiting(asked[-1].question)
        return end

    def _keep_partial(self, tx: Tx, run: Run, runner: Runner, *, is_cut: bool) -> None:
        """What the person has seen of an unfinished answer stays.

        To the model it is always partial, so that Continue asks anew; people are told so only when
        something was cut off.
        """
        parts: list[Part] = []
        if runner.partial_thinking.strip():
            parts.append(ThinkingPart(text=runner.partial_thinking))
        if runner.partial_text.strip():
            parts.append(TextPart(text=runner.partial_text))
        if not parts:
            return
        message = Message(
            id=MessageId(self._services.ids.fresh()),
            session_id=run.session_id,
            run_id=run.id,
            role=Role.ASSISTANT,
            parts=tuple(parts),
            created_at=self._services.clock.now(),
            is_partial=True,
        )
        entries = entries_of(replace(message, is_partial=is_cut))
        messages.append(tx, message, entries, round=runner.round_count)


def takes_queue(runner: Runner, status: AgentStatus) -> bool:
    """Whether what was typed during a run follows it; a stop by hand leaves it in the queue."""
    is_stopped = runner.cancel_token.reason in _BY_HAND
    return (status is AgentStatus.COMPLETED and not is_stopped) or runner.is_followed


async def _ended(execution: Execution) -> RunEnd | Exception:
    try:
        return await execution.run()
    except Exception as error:  # noqa: BLE001 - the supervisor reads the end off its type
        return error
