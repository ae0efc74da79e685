"""The resume use case: run a session if there is a reason to, with four possible outcomes.

The port is a seam: the use case decides the order, an adapter does the work. The order is: take
the session first, then look; whoever takes it and finds no work lets go without a trace. Whoever
comes while somebody else looks waits for what is decided: only a run turns others away.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

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


class ResumePort(Protocol):
    """What the use case needs from the engine."""

    def try_reserve(self, session_id: SessionId) -> RunnerReservation | None:
        """Take the session, or None while a live run holds it."""
        ...

    async def decided(self, session_id: SessionId) -> RunId | None:
        """The run that holds the session, once it is one; None when it was let go instead."""
        ...

    async def begin(
        self, reservation: RunnerReservation, preparation: Preparation | None
    ) -> Run | Completed | NotFound:
        """One transaction: consume the open work and insert the run row."""
        ...

    def release(self, reservation: RunnerReservation) -> None:
        """Let go without a run."""
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
    while True:
        reservation = port.try_reserve(session_id)
        if reservation is not None:
            return await _with(port, reservation, preparation)
        run_id = await port.decided(session_id)
        if run_id is not None:
            return AlreadyRunning(run_id)


async def _with(
    port: ResumePort, reservation: RunnerReservation, preparation: Preparation | None
) -> ResumeOutcome:
    """Look for work with the session in hand."""
    is_started = False
    try:
        begun = await port.begin(reservation, preparation)
        if isinstance(begun, Run):
            port.spawn(begun, reservation)
            is_started = True
            return Started(begun.id)
        return begun
    finally:
        if not is_started:
            port.release(reservation)
