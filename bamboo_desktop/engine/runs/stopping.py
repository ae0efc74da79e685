"""Stopping what does not run: a session that waits for a person can be stopped like any other."""

from __future__ import annotations

from contextlib import suppress

from bamboo_desktop.domain.errors import StorageError
from bamboo_desktop.domain.events import Cancelled, RunStopping, SessionHistoryCommitted
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.message import ToolOutcome
from bamboo_desktop.engine.runs.repair import settle_dangling
from bamboo_desktop.engine.runs.runner import Runner
from bamboo_desktop.engine.runs.services import RunServices
from bamboo_desktop.store import events, questions, run_waits, runs, sessions, work
from bamboo_desktop.store.transaction import Tx

WHY = "The person stopped the session while it waited."


async def tell_stopping(services: RunServices, runner: Runner) -> None:
    """Tell that a run was asked to stop."""
    if not runner.sequence:
        # Stopped before its first event: it has heard nothing yet of what its session told before.
        with suppress(StorageError):
            last = await services.database.read(lambda tx: events.last_of(tx, runner.session_id))
            runner.sequence = max(runner.sequence, last)
        if services.registry.live(runner.session_id) is not runner:
            return  # it has ended meanwhile, or was never begun
    services.publisher.transient(runner, RunStopping(reason="stopped by the person"))


async def end_wait(services: RunServices, session_id: SessionId) -> bool:
    """Withdraw what the session waits for and call its last run cancelled.

    Returns:
        False when the session waits for nothing.
    """
    return await services.database.write(lambda tx: withdraw(services, tx, session_id))


def withdraw(services: RunServices, tx: Tx, session_id: SessionId) -> bool:
    """The same inside a transaction."""
    if sessions.get(tx, session_id) is None:
        return False
    latest = runs.latest(tx, session_id)
    if latest is not None and latest.status.is_live:
        return False  # the run is told to stop, and its own end takes back what it has asked
    taken_back = questions.withdraw(tx, session_id, reason=WHY)
    is_waiting = latest is not None and latest.status.is_waiting
    if not taken_back and not is_waiting:
        return False
    work.drop(tx, session_id)
    run_id = latest.id if latest is not None else None
    settle_dangling(services, tx, session_id, run_id=run_id, outcome=ToolOutcome.CANCELLED, why=WHY)
    if latest is not None and is_waiting:
        run_waits.cancel(tx, latest.id)
        tx.emit(session_id, latest.id, SessionHistoryCommitted())
        tx.emit(session_id, latest.id, Cancelled(message=WHY))
    return True
