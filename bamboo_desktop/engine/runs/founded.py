"""Founded runs: a run whose session and reason are written in the transaction that begins it."""

from __future__ import annotations

from collections.abc import Callable

from bamboo_desktop.domain.ids import RunId, SessionId
from bamboo_desktop.domain.resume import Completed, NotFound, ResumeOutcome
from bamboo_desktop.domain.run import Run
from bamboo_desktop.engine.runs.launcher import Launcher
from bamboo_desktop.engine.runs.registry import RunnerReservation
from bamboo_desktop.engine.runs.resume import Preparation, resume_session
from bamboo_desktop.engine.runs.services import RunServices
from bamboo_desktop.store.transaction import Tx

Founding = Callable[[Tx], bool]
"""Writes the session and the work item; False when there is to be no run after all."""


class FoundedRuns:
    """Starts runs that somebody else than a person founds: a schedule, or a parent."""

    def __init__(self, services: RunServices, launcher: Launcher) -> None:
        self._services = services
        self._launcher = launcher

    async def launch(self, session_id: SessionId, founding: Founding) -> ResumeOutcome:
        """Reserve the session, found it and begin its run, the latter two in one transaction.

        Raises:
            UserError: the founding refused; nothing was changed.
            StorageError: the disk refused; nothing was changed.
        """
        return await resume_session(_Port(self._services, self._launcher, founding), session_id)


class _Port:
    """The launcher's port, with the founding ahead of everything in the transaction."""

    def __init__(self, services: RunServices, launcher: Launcher, founding: Founding) -> None:
        self._services = services
        self._launcher = launcher
        self._founding = founding

    def try_reserve(self, session_id: SessionId) -> RunnerReservation | None:
        return self._launcher.try_reserve(session_id)

    async def decided(self, session_id: SessionId) -> RunId | None:
        return await self._launcher.decided(session_id)

    def release(self, reservation: RunnerReservation) -> None:
        self._launcher.release(reservation)

    def spawn(self, run: Run, reservation: RunnerReservation) -> None:
        self._launcher.spawn(run, reservation)

    async def begin(
        self, reservation: RunnerReservation, _preparation: Preparation | None
    ) -> Run | Completed | NotFound:
        self._services.faults.reached("dispatch.before")
        begun = await self._services.database.write(lambda tx: self._begin(tx, reservation))
        self._services.faults.reached("dispatch.after")
        return begun

    def _begin(self, tx: Tx, reservation: RunnerReservation) -> Run | Completed | NotFound:
        # With the door closed nothing is founded: what is queued stays queued for the next start.
        if self._launcher.is_closing or not self._founding(tx):
            return Completed()
        tx.faults.reached("dispatch.between")
        return self._launcher.begin_in(tx, reservation)
