"""Engine: the only door into the headless application. Commands in, snapshots out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bamboo_desktop.bus import EventBus
from bamboo_desktop.clock import Clock, SystemClock
from bamboo_desktop.domain.ids import RunId
from bamboo_desktop.domain.model import ProviderKind
from bamboo_desktop.domain.storage import StorageNotice
from bamboo_desktop.engine.background import BackgroundEnds
from bamboo_desktop.engine.feed import Feed
from bamboo_desktop.engine.models import Models, PlaybookFolders
from bamboo_desktop.engine.preferences import Grants, Preferences
from bamboo_desktop.engine.publisher import Publisher
from bamboo_desktop.engine.runs.deadline_watch import DeadlineWatch
from bamboo_desktop.engine.runs.desk import Runs
from bamboo_desktop.engine.runs.launcher import Launcher
from bamboo_desktop.engine.runs.questions import Questions
from bamboo_desktop.engine.runs.recovery import Recovered, Recovery
from bamboo_desktop.engine.runs.registry import RunnerRegistry
from bamboo_desktop.engine.runs.runner import StopReason
from bamboo_desktop.engine.runs.services import RunLimits, RunServices
from bamboo_desktop.engine.sessions import Sessions
from bamboo_desktop.engine.transcripts import Transcripts
from bamboo_desktop.identifiers import IdSource, RandomIds
from bamboo_desktop.paths import resources
from bamboo_desktop.providers.keys import KeyStore
from bamboo_desktop.providers.late_keys import LateKeyStore
from bamboo_desktop.providers.playbook import FAST, Pacing, PlaybookProvider
from bamboo_desktop.providers.registry import Builder, ProviderRegistry
from bamboo_desktop.store.database import Database
from bamboo_desktop.store.faults import FaultPoints
from bamboo_desktop.store.folder import DataFolder
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.tools.toolbox import ToolBox

SHUTDOWN_SECONDS = 5.0

OnBug = Callable[[BaseException, str], None]


@dataclass(frozen=True, kw_only=True)
class EngineOptions:
    """What an engine is built from; everything impure is handed in.

    `on_bug` is told of the program's own faults, with where they happened; `on_secret` of every
    key that is used, so that no log shows it. `environ` is the environment of this process, of
    which commands get a part. `protected` are folders that no tool may read or write, beside
    the data folder itself. `pacing` is how fast playbooks write. `goes_on` False leaves
    accepted work to the next start: a program that only wants to read must not cause a model
    call. `builders` replaces the back ends of some kinds of providers.
    """

    data_dir: Path
    on_bug: OnBug
    clock: Clock = field(default_factory=SystemClock)
    ids: IdSource = field(default_factory=RandomIds)
    keys: KeyStore | None = None
    environ: Mapping[str, str] = field(default_factory=dict)
    faults: FaultPoints = field(default_factory=FaultPoints)
    limits: RunLimits = field(default_factory=RunLimits)
    protected: tuple[Path, ...] = ()
    on_secret: Callable[[str], None] = field(default=lambda _: None)
    pacing: Pacing = FAST
    goes_on: bool = True
    builders: Mapping[ProviderKind, Builder] = field(default_factory=dict)


class Engine:
    """The application without a window."""

    def __init__(
        self,
        options: EngineOptions,
        folder: DataFolder,
        services: RunServices,
        bus: EventBus,
        models: Models,
        providers: ProviderRegistry,
        tool_tasks: TaskSet,
    ) -> None:
        self._options = options
        self._folder = folder
        self._services = services
        self._providers = providers
        self._tool_tasks = tool_tasks
        self._launcher = Launcher(services)
        self._recovered = Recovered()
        self.sessions = Sessions(services, self._launcher)
        self.runs = Runs(services, self._launcher)
        self.questions = Questions(services, self._launcher)
        self.transcripts = Transcripts(services.database)
        self.models = models
        self.preferences = Preferences(services.database)
        self.grants = Grants(services)
        self.feed = Feed(bus, services.database, services.registry)

    @classmethod
    async def open(cls, options: EngineOptions) -> Engine:
        """Claim the data folder, open the database, settle what the last process left.

        Raises:
            InstanceRunningError: another process owns the data folder.
            StorageError: the folder or the database cannot be used; the sentence says why.
        """
        bus = EventBus(lambda name, error: options.on_bug(error, name))
        registry = RunnerRegistry(
            fresh_run_id=lambda: RunId(options.ids.fresh()), now=options.clock.now
        )
        publisher = Publisher(bus, registry, options.clock)
        folder = await asyncio.to_thread(DataFolder.claim, options.data_dir)
        try:
            engine = await cls._build(options, folder, bus, registry, publisher)
        except BaseException:
            folder.release()
            raise
        await engine._start()  # noqa: SLF001 - its own class method
        return engine

    @classmethod
    async def _build(
        cls,
        options: EngineOptions,
        folder: DataFolder,
        bus: EventBus,
        registry: RunnerRegistry,
        publisher: Publisher,
    ) -> Engine:
        database = await asyncio.to_thread(
            Database.open,
            folder,
            clock=options.clock,
            ids=options.ids,
            on_committed=publisher.committed,
            faults=options.faults,
        )
        keys = options.keys or LateKeyStore(on_secret=options.on_secret)
        folders = PlaybookFolders(
            own=options.data_dir / "playbooks", shipped=resources() / "playbooks"
        )
        tasks = TaskSet("engine", lambda name, error: options.on_bug(error, name))
        playbooks = PlaybookProvider(
            clock=options.clock, ids=options.ids, folders=folders.all, pacing=options.pacing
        )
        providers = ProviderRegistry(
            keys=keys,
            clock=options.clock,
            ids=options.ids,
            builders={ProviderKind.PLAYBOOK: lambda _: playbooks, **options.builders},
        )
        models = Models(database, providers, keys, folders)
        tool_tasks = TaskSet("tools", lambda name, error: options.on_bug(error, name))
        toolbox = ToolBox.standard(
            tasks=tool_tasks,
            clock=options.clock,
            ids=options.ids,
            environ=options.environ,
            protected=(options.data_dir, *options.protected),
            on_background_end=BackgroundEnds(database, tasks).told,
        )
        services = RunServices(
            database=database,
            publisher=publisher,
            registry=registry,
            toolbox=toolbox,
            models=models,
            clock=options.clock,
            ids=options.ids,
            tasks=tasks,
            faults=options.faults,
            on_bug=options.on_bug,
            limits=options.limits,
        )
        return cls(options, folder, services, bus, models, providers, tool_tasks)

    async def _start(self) -> None:
        recovery = Recovery(self._services, self._launcher)
        self._recovered = await recovery.settle()
        await self.sessions.empty_bin()
        if self._options.goes_on:
            watch = DeadlineWatch(self._services, self.questions)
            self._services.tasks.spawn(watch.keep_watch(), name="question deadlines")
            await recovery.go_on(self._recovered)

    @property
    def data_dir(self) -> Path:
        """The folder everything is kept in."""
        return self._options.data_dir

    @property
    def notices(self) -> tuple[StorageNotice, ...]:
        """What the person has to be told about the data folder."""
        return self._services.database.notices

    @property
    def recovered(self) -> Recovered:
        """What the process before this one left half done."""
        return self._recovered

    async def backup_now(self) -> Path:
        """Make a checked copy of the database.

        Raises:
            StorageError: the copy could not be made.
        """
        return await self._services.database.backup_now()

    async def close(self) -> None:
        """End every run as interrupted, write that down, let go of the folder."""
        self._launcher.close_door()
        for run in self._services.registry.active():
            self._services.registry.stopping(run.session_id, StopReason.SHUTDOWN)
        await self._settle_all()
        await self._services.tasks.close()
        await self._services.toolbox.aclose()
        await self._tool_tasks.close()
        await self._providers.aclose()
        await self._services.database.close()
        self._folder.release()

    async def _settle_all(self) -> None:
        idle = self._launcher.supervisor.wait_until_idle
        try:
            await asyncio.wait_for(idle(), SHUTDOWN_SECONDS)
        except TimeoutError:
            for run in self._services.registry.active():
                self._launcher.supervisor.abandon(run.run_id)
            try:
                await asyncio.wait_for(idle(), SHUTDOWN_SECONDS)
            except TimeoutError as error:
                self._options.on_bug(error, "a run would not end; the next start settles it")
