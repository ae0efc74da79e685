"""Runs: what a person can do with the runs of a session."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from bamboo_desktop.domain.errors import NotFoundError, StorageError
from bamboo_desktop.domain.ids import MessageId, QueuedId, SessionId
from bamboo_desktop.domain.resume import AlreadyRunning, NotFound, ResumeOutcome
from bamboo_desktop.domain.run import AgentStatus, RunCause
from bamboo_desktop.domain.session import Session
from bamboo_desktop.domain.work import QueuedMessage, QueueMode
from bamboo_desktop.engine.runs import rounds, stopping
from bamboo_desktop.engine.runs.delivery import Delivery, checked_text, waiting_message
from bamboo_desktop.engine.runs.launcher import Launcher
from bamboo_desktop.engine.runs.runner import LiveRun, StopReason
from bamboo_desktop.engine.runs.services import RunServices
from bamboo_desktop.store import questions, queue, runs, sessions
from bamboo_desktop.store.transaction import Tx
from bamboo_desktop.tools import consent

GONE = "This session does not exist any more."
IN_BIN = "This session is in the bin; restore it first, then send the message again."


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """What became of a message: stored in the history, or waiting in the queue."""

    outcome: ResumeOutcome
    message_id: MessageId | None = None
    queued_id: QueuedId | None = None


class Runs:
    """Sends messages, starts, stops and continues runs."""

    def __init__(self, services: RunServices, launcher: Launcher) -> None:
        self._services = services
        self._launcher = launcher

    async def send(
        self,
        session_id: SessionId,
        text: str,
        *,
        mode: QueueMode = QueueMode.QUEUE,
        allow: tuple[str, ...] = (),
    ) -> Sent:
        """Send a message and run the session.

        While a run is live the message waits: QUEUE until the run has ended, STEER until the next
        model call. While a question waits, QUEUE waits for its answer and STEER takes its place:
        the question is withdrawn and the agent reads the message instead.

        Args:
            session_id: where to.
            text: Markdown or plain; at most 1,048,576 characters.
            mode: see above.
            allow: consent rules for the runs that this message starts.

        Raises:
            InvalidInputError: empty, too long, or a rule that cannot be read.
            NotFoundError: no such session, or it is in the bin.
            UserError: no model is chosen.
        """
        cleaned = checked_text(text)
        for rule in allow:
            consent.parse_rule(rule)
        delivery = Delivery(self._services, self._launcher, cleaned, mode, allow)
        outcome = await self._launcher.launch(session_id, delivery)
        if isinstance(outcome, AlreadyRunning):
            waiting = waiting_message(self._services, session_id, cleaned, mode, allow)
            return await self._queue(waiting, outcome)
        if isinstance(outcome, NotFound) and not delivery.is_kept:
            raise _not_there(await self._found(session_id))
        return Sent(outcome=outcome, message_id=delivery.message_id, queued_id=delivery.queued_id)

    async def _found(self, session_id: SessionId) -> Session | None:
        return await self._services.database.read(lambda tx: sessions.get(tx, session_id))

    async def _queue(self, waiting: QueuedMessage, outcome: ResumeOutcome) -> Sent:
        session_id = waiting.session_id
        runner = self._services.registry.live(session_id)
        if runner is not None and runner.status is AgentStatus.STOPPING:
            # Typed after the stop: the person wants it to be next, not to lie in the queue.
            runner.is_followed = True
        await self._services.database.write(lambda tx: _add(tx, waiting))
        await rounds.tell_queue(self._services, session_id)
        holder = self._services.registry.live(session_id)
        if holder is None or not holder.decided.is_set():
            # The run ended between the refusal and the commit: nobody else will look again. The
            # message is kept by now, so a disk that refuses the run does not refuse the message.
            with suppress(StorageError):
                outcome = await self._launcher.launch(session_id, self._launcher.deliver_queue)
        return Sent(outcome=outcome, queued_id=waiting.id)

    async def resume(self, session_id: SessionId) -> ResumeOutcome:
        """Run the session if it has open work."""
        return await self._launcher.launch(session_id)

    async def continue_(self, session_id: SessionId) -> ResumeOutcome:
        """Take up an interrupted, failed, stopped or used-up session; queued messages go along.

        Where there is nothing to take up, or a question has to be answered first, nothing runs.
        """

        def preparation(tx: Tx, session: Session) -> None:
            self._launcher.deliver_queue(tx, session)
            latest = runs.latest(tx, session.id)
            is_cut_off = latest is not None and (
                latest.status.can_continue or latest.status.is_live
            )
            if is_cut_off and not questions.open(tx, session.id):
                self._launcher.add_work(tx, session.id, RunCause.RECOVERED)

        return await self._launcher.launch(session_id, preparation)

    async def stop(self, session_id: SessionId) -> bool:
        """Stop a live run at the next safe point, or the wait of a waiting session.

        Returns:
            False when there was nothing to stop.
        """
        runner = self._services.registry.stopping(session_id, StopReason.PERSON)
        if runner is None:
            return await stopping.end_wait(self._services, session_id)
        await stopping.tell_stopping(self._services, runner)
        return True

    async def force_stop(self, session_id: SessionId) -> bool:
        """End a run that does not stop: its task is abandoned, its later writes are refused."""
        runner = self._services.registry.stopping(session_id, StopReason.PERSON)
        return runner is not None and self._launcher.supervisor.abandon(runner.run_id)

    async def queued(self, session_id: SessionId) -> tuple[QueuedMessage, ...]:
        """What waits for delivery, oldest first."""
        return await self._services.database.read(lambda tx: queue.listed(tx, session_id))

    async def edit_queued(self, session_id: SessionId, queued_id: QueuedId, text: str) -> bool:
        """Change a waiting message; False when it has been delivered meanwhile."""
        cleaned = checked_text(text)
        done = await self._services.database.write(lambda tx: queue.edit(tx, queued_id, cleaned))
        await rounds.tell_queue(self._services, session_id)
        return done

    async def remove_queued(self, session_id: SessionId, queued_id: QueuedId) -> bool:
        """Take a waiting message back; False when it has been delivered meanwhile."""
        done = await self._services.database.write(lambda tx: queue.remove(tx, queued_id))
        if done:
            self._services.models.message_gone(queued_id)
        await rounds.tell_queue(self._services, session_id)
        return done

    async def set_queued_mode(
        self, session_id: SessionId, queued_id: QueuedId, mode: QueueMode
    ) -> bool:
        """Let a waiting message steer, or wait; False when it has been delivered meanwhile."""
        done = await self._services.database.write(lambda tx: queue.set_mode(tx, queued_id, mode))
        await rounds.tell_queue(self._services, session_id)
        return done

    def live(self, session_id: SessionId) -> LiveRun | None:
        """The picture of the session's live run."""
        runner = self._services.registry.live(session_id)
        return runner.picture() if runner is not None else None

    def active(self) -> tuple[LiveRun, ...]:
        """Pictures of all live runs."""
        return self._services.registry.active()


def _add(tx: Tx, waiting: QueuedMessage) -> None:
    session = sessions.get(tx, waiting.session_id)
    if session is None or session.deleted_at is not None:
        raise _not_there(session)
    queue.add(tx, waiting)


def _not_there(session: Session | None) -> NotFoundError:
    return NotFoundError(GONE if session is None else IN_BIN)
