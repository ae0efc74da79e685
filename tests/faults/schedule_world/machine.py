"""One start of the program: the real timetable on a store in memory; a story ends the runs."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import cache
from typing import Any, cast
from unittest.mock import patch

from typing_extensions import override

from bamboo_desktop.bus import EventBus
from bamboo_desktop.clock import Clock
from bamboo_desktop.domain.errors import StorageError
from bamboo_desktop.domain.events import Envelope, Error
from bamboo_desktop.domain.ids import BootId, ProviderId, RunId
from bamboo_desktop.domain.model import ModelRef, ProviderConfig, ProviderKind
from bamboo_desktop.domain.run import AgentStatus, Run, RunCause
from bamboo_desktop.domain.session import Session
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.engine.models import Models
from bamboo_desktop.engine.runs.desk import Runs
from bamboo_desktop.engine.runs.launcher import Launcher
from bamboo_desktop.engine.runs.registry import RunnerRegistry, RunnerReservation
from bamboo_desktop.engine.runs.resume import resume_session
from bamboo_desktop.engine.runs.services import RunServices
from bamboo_desktop.engine.schedules import timetable as timetables
from bamboo_desktop.engine.schedules.timetable import Timetable
from bamboo_desktop.engine.schedules.zones import Zones
from bamboo_desktop.identifiers import IdSource
from bamboo_desktop.store import runs
from bamboo_desktop.store.database import Database
from bamboo_desktop.store.faults import FaultPoints
from bamboo_desktop.store.transaction import Fact, Tx
from bamboo_desktop.tasks import TaskSet
from tests.faults.schedule_world.inline_store import InlineDatabase, MemoryFile, run_now

MODEL = ModelRef(provider=ProviderId("played"), model="any")
PLAYED = ProviderConfig(
    id=MODEL.provider, kind=ProviderKind.OLLAMA, label="Played", base_url="http://x"
)


class Killed(BaseException):
    """The process is gone, in the middle of whatever it did."""


class _Tasks:
    """Tasks that end at once."""

    is_closed = False

    def spawn(self, coroutine: Coroutine[Any, Any, object], *, name: str) -> None:
        try:
            run_now(coroutine)
        except StorageError:
            return


class _Models:
    async def provider(self, _provider_id: ProviderId) -> ProviderConfig:
        return PLAYED

    async def has_key(self, _provider_id: ProviderId) -> bool:
        return True


class _Network:
    def is_up(self) -> bool:
        return True


class _Launcher(Launcher):
    """Begins runs for real; what they do is up to the story."""

    def __init__(self, services: RunServices, on_start: Callable[[Run], None]) -> None:
        super().__init__(services)
        self._on_start = on_start

    @override
    def spawn(self, run: Run, reservation: RunnerReservation) -> None:
        self._services.registry.begin(reservation)
        self._on_start(run)


@cache
def zones() -> Zones:
    """Read once for all stories."""
    return Zones()


class Machine:
    """The program from a start to its end.

    Args:
        on_start: called with each run whose task would be started.
    """

    def __init__(
        self,
        file: MemoryFile,
        *,
        name: str,
        clock: Clock,
        ids: IdSource,
        faults: FaultPoints,
        on_start: Callable[[Run], None],
        on_bug: Callable[[BaseException, str], None],
    ) -> None:
        self._bus = EventBus(lambda where, error: on_bug(error, where))
        self.clock = clock
        self.database = InlineDatabase(
            file, clock=clock, boot_id=BootId(name), faults=faults, on_committed=self._publish
        )
        self._registry = RunnerRegistry(fresh_run_id=lambda: RunId(ids.fresh()), now=clock.now)
        self.services = RunServices(
            database=cast(Database, self.database),
            publisher=cast(Any, None),
            registry=self._registry,
            toolbox=cast(Any, None),
            models=cast(Any, None),
            clock=clock,
            ids=ids,
            tasks=cast(TaskSet, _Tasks()),
            faults=faults,
            on_bug=on_bug,
        )
        self._launcher = _Launcher(self.services, on_start)
        # Reading the tz database takes longer than a start may here.
        with patch.object(timetables, "Zones", zones):
            self.timetable = Timetable(
                self.services,
                launcher=self._launcher,
                runs=cast(Runs, None),
                models=cast(Models, _Models()),
                bus=self._bus,
                network=_Network(),
            )
        self.ticker = self.timetable._ticker
        self.dispatcher = self.timetable._dispatcher

    def _publish(self, facts: tuple[Fact, ...]) -> None:
        for fact in facts:
            self._bus.publish(fact)

    def recover(self) -> None:
        """What an earlier start left live has been interrupted."""
        for run in run_now(self.database.read(runs.stale)):
            self.end(run, AgentStatus.INTERRUPTED)

    def end(self, run: Run, status: AgentStatus, *, is_transient: bool = False) -> None:
        """A run comes to its end, or to a question.

        Raises:
            StorageError: the disk refused; it has not ended.
        """
        error = "It broke." if status is AgentStatus.ERROR else ""
        if error:
            told = Error(message=error, is_transient=is_transient)
            now = self.clock.now()
            self._bus.publish(
                Envelope(session_id=run.session_id, run_id=run.id, at=now, event=told, sequence=0)
            )

        def work(tx: Tx) -> None:
            runs.settle(tx, run.id, status=status, error=error, rounds=1, usage=Usage())

        # The session is free before the end is told, as with the real supervisor.
        database = self.database
        if database.is_full:
            raise StorageError("The disk is full.")
        self._registry.finish(run.id, run.session_id, status)
        run_now(database.write(work))

    def go_on(self, run: Run, cause: RunCause) -> None:
        """An answer came, or a person pressed Continue."""

        def prepare(tx: Tx, session: Session) -> None:
            self._launcher.add_work(tx, session.id, cause)

        run_now(resume_session(self._launcher, run.session_id, prepare))
