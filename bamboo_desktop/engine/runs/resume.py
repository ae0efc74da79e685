"""The resume use case: run a session if there is a reason to, with four possible outcomes.

The port is a seam: the use case decides the order, an adapter does the work. The order is: take
the session first, then look; whoever takes it and finds no work lets go without a trace.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from bamboo_desktop.domain.errors import StorageError
from bamboo_desktop.domain.ids import RunId, SessionId
from bamboo_desktop.domain.resume import (
    AlreadyRunning,
    Completed,
    NotFound,
    ResumeOutcome,
    Started,
)
from bamboo_desktop.domain.run import Run
from bamboo_desktop.domain.session import Session
from bamboo_desktop.engine.runs.registry import RunnerReservation
from bamboo_desktop.store.transaction import Tx

Preparation = Callable[[Tx, Session], None]
"""What is written in the transaction that starts the run, before its work is looked for."""

MOST_TRIES = 3


class ResumePort(Protocol):
    """What the use case needs from the engine."""

    def try_reserve(self, session_id: SessionId) -> RunnerReservation | None:
        """Take the session, or None while a live run holds it."""
        ...

    def live_run_id(self, session_id: SessionId) -> RunId | None:
        """The run that holds the session."""
        ...

    async def begin(
        self, reservation: RunnerReservation, preparation: Preparation | None
    ) -> Run | Completed | NotFound:
        """One transaction: consume the open work and insert the run row."""
        ...

    def release(self, reservation: RunnerReservation) -> bool:
        """Let go without a run; True when somebody asked for the session meanwhile."""
        ...

    def follow_up(self, reservation: RunnerReservation) -> Preparation | None:
        """What the next look prepares for those who asked while the session was held."""
        ...

    def spawn(self, run: Run, reservation: RunnerReservation) -> None:
        """Start the run's task under its supervisor."""
        ...


async def resume_session(
    port: ResumePort, session_id: SessionId, preparation: Preparation | None = None
) -> ResumeOutcome:
    """Start a run in a session if it has open work.

    Raises:
        UserError: the preparation refused; nothing was changed.
        StorageError: the disk refused; nothing was changed.
    """
    outcome: ResumeOutcome = Completed()
    for attempt in range(MOST_TRIES):
        reservation = port.try_reserve(session_id)
        if reservation is None:
            run_id = port.live_run_id(session_id)
            if run_id is None:
                continue
            return AlreadyRunning(run_id)
        try:
            outcome, again = await _with(port, reservation, preparation)
        except StorageError:
            if attempt == 0:
                raise
            break  # what the first look has written stays written
        if not again:
            break
        preparation = port.follow_up(reservation)
    return outcome


async def _with(
    port: ResumePort, reservation: RunnerReservation, preparation: Preparation | None
) -> tuple[ResumeOutcome, bool]:
    """Try once with the session in hand; the flag asks for another look at the work."""
    is_started = False
    try:
        begun = await port.begin(reservation, preparation)
        if isinstance(begun, Run):
            port.spawn(begun, reservation)
            is_started = True
            return Started(begun.id), False
    finally:
        asked_meanwhile = False if is_started else port.release(reservation)
    return begun, asked_meanwhile and isinstance(begun, Completed)
