"""RunnerRegistry: who runs in which session. Synchronous, on one loop: no lock is needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bamboo_desktop.domain.ids import RunId, SessionId
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.engine.runs.runner import LiveRun, Runner, StopReason
from bamboo_desktop.tools.port import CancelToken


@dataclass(frozen=True, slots=True)
class RunnerReservation:
    """The right to run in a session, until the run is settled or the reservation released."""

    runner: Runner

    @property
    def session_id(self) -> SessionId:
        """The session that is held."""
        return self.runner.session_id

    @property
    def run_id(self) -> RunId:
        """The run that holds it; every later act is fenced by it."""
        return self.runner.run_id

    @property
    def cancel_token(self) -> CancelToken:
        """Tells the run to stop."""
        return self.runner.cancel_token


class RunnerRegistry:
    """At most one live runner a session: check and insert happen without an await in between."""

    def __init__(self, *, fresh_run_id: Callable[[], RunId], now: Callable[[], datetime]) -> None:
        self._fresh_run_id = fresh_run_id
        self._now = now
        self._runners: dict[SessionId, Runner] = {}

    def try_reserve(self, session_id: SessionId) -> RunnerReservation | None:
        """Take the session, or None while a live runner (a stopping one too) holds it."""
        if self.live(session_id) is not None:
            return None
        runner = Runner(session_id, self._fresh_run_id(), self._now())
        self._runners[session_id] = runner
        return RunnerReservation(runner)

    def release(self, reservation: RunnerReservation) -> None:
        """Let go of a reservation that led to no run."""
        if self._runners.get(reservation.session_id) is reservation.runner:
            del self._runners[reservation.session_id]
        reservation.runner.decided.set()

    def begin(self, reservation: RunnerReservation) -> None:
        """The run row is stored: the runner is running, unless it was stopped already."""
        if reservation.runner.status is AgentStatus.PENDING:
            reservation.runner.status = AgentStatus.RUNNING
        reservation.runner.decided.set()

    def stopping(self, session_id: SessionId, reason: StopReason) -> Runner | None:
        """Ask the live runner to stop; None when there is none."""
        runner = self.live(session_id)
        if runner is None:
            return None
        runner.status = AgentStatus.STOPPING
        runner.cancel_token.cancel(reason)
        return runner

    def finish(self, run_id: RunId, session_id: SessionId, status: AgentStatus) -> None:
        """Flip a runner to its end; a late word of another run changes nothing."""
        runner = self._runners.get(session_id)
        if runner is None or runner.run_id != run_id or not runner.status.is_live:
            return
        runner.status = status
        runner.completed_at = self._now()
        runner.clear_partial()

    def live(self, session_id: SessionId) -> Runner | None:
        """The live runner of a session."""
        runner = self._runners.get(session_id)
        return runner if runner is not None and runner.status.is_live else None

    async def decided(self, session_id: SessionId) -> RunId | None:
        """The run that holds the session, once it is one; None when it was let go instead."""
        runner = self.live(session_id)
        if runner is None:
            return None
        await runner.decided.wait()
        return runner.run_id if self.live(session_id) is runner else None

    def of_run(self, session_id: SessionId, run_id: RunId) -> Runner | None:
        """The runner of exactly that run, live or ended."""
        runner = self._runners.get(session_id)
        return runner if runner is not None and runner.run_id == run_id else None

    def forget(self, session_id: SessionId) -> None:
        """Drop an ended record; the session is gone."""
        if self.live(session_id) is None:
            self._runners.pop(session_id, None)

    def active(self) -> tuple[LiveRun, ...]:
        """Pictures of all live runs, oldest first."""
        live = [runner for runner in self._runners.values() if runner.status.is_live]
        return tuple(runner.picture() for runner in sorted(live, key=lambda item: item.started_at))
