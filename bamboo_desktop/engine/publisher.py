"""Publisher: the one way events leave the engine, after the disk has them."""

from __future__ import annotations

from collections.abc import Mapping

from bamboo_desktop.bus import EventBus
from bamboo_desktop.clock import Clock
from bamboo_desktop.domain.events import (
    AgentEvent,
    Cancelled,
    Complete,
    Envelope,
    Error,
    Interrupted,
    OutOfRounds,
    RunSuspended,
)
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.schedule_news import ScheduleNews
from bamboo_desktop.engine.runs.registry import RunnerRegistry
from bamboo_desktop.engine.runs.runner import Runner

_ENDS: Mapping[type, AgentStatus] = {
    Complete: AgentStatus.COMPLETED,
    Cancelled: AgentStatus.CANCELLED,
    Error: AgentStatus.ERROR,
    Interrupted: AgentStatus.INTERRUPTED,
    OutOfRounds: AgentStatus.OUT_OF_ROUNDS,
}


def end_status(event: AgentEvent) -> AgentStatus | None:
    """The status a run ended with, if the event is the end of a run."""
    if isinstance(event, RunSuspended):
        return AgentStatus(event.status)
    return _ENDS.get(type(event))


class Publisher:
    """Publishes durable events in commit order and transient ones as they come.

    The registry learns of an event before any subscriber does, so that whoever hears of a run's
    end already finds the session free.
    """

    def __init__(self, bus: EventBus, registry: RunnerRegistry, clock: Clock) -> None:
        self._bus = bus
        self._registry = registry
        self._clock = clock

    def committed(self, facts: tuple[Envelope | ScheduleNews, ...]) -> None:
        """Publish what a transaction stored; called on the loop thread in commit order."""
        for fact in facts:
            if isinstance(fact, Envelope):
                self._note(fact)
            self._bus.publish(fact)

    def _note(self, envelope: Envelope) -> None:
        live = self._registry.live(envelope.session_id)
        if live is not None:
            live.sequence = envelope.sequence
        if envelope.run_id is None:
            return
        runner = self._registry.of_run(envelope.session_id, envelope.run_id)
        if runner is not None:
            runner.observe(envelope.event, envelope.at)
        status = end_status(envelope.event)
        if status is not None:
            self._registry.finish(envelope.run_id, envelope.session_id, status)

    def transient(self, runner: Runner, event: AgentEvent) -> None:
        """Publish an event that is not stored, numbered within its run."""
        at = self._clock.now()
        runner.index += 1
        runner.observe(event, at)
        self._bus.publish(
            Envelope(
                session_id=runner.session_id,
                run_id=runner.run_id,
                at=at,
                event=event,
                sequence=runner.sequence,
                index=runner.index,
            )
        )

    def notice(self, session_id: SessionId, event: AgentEvent, *, sequence: int) -> None:
        """Publish a transient event that belongs to no run.

        Args:
            session_id: where.
            event: what.
            sequence: of the session's last durable event, as the store has it.
        """
        live = self._registry.live(session_id)
        self._bus.publish(
            Envelope(
                session_id=session_id,
                run_id=None,
                at=self._clock.now(),
                event=event,
                sequence=sequence if live is None else max(sequence, live.sequence),
                index=0,
            )
        )
