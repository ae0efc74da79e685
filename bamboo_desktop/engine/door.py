"""Engine: the only door into the headless application. Commands in, snapshots out."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from typing import NamedTuple

from bamboo_desktop.bus import EventBus
from bamboo_desktop.domain.ids import RunId
from bamboo_desktop.domain.model import ProviderKind
from bamboo_desktop.domain.storage import StorageNotice
from bamboo_desktop.engine.feed import Feed
from bamboo_desktop.engine.lent_keys import LentKeys
from bamboo_desktop.engine.models import Models
from bamboo_desktop.engine.options import EngineOptions
from bamboo_desktop.engine.playbook_folders import PlaybookFolders
from bamboo_desktop.engine.preferences import Grants, Preferences
from bamboo_desktop.engine.publisher import Publisher
from bamboo_desktop.engine.runs.deadline_watch import DeadlineWatch
from bamboo_desktop.engine.runs.desk import Runs
from bamboo_desktop.engine.runs.launcher import Launcher
from bamboo_desktop.engine.runs.questions import Questions
from bamboo_desktop.engine.runs.recovery import Recovered, Recovery
from bamboo_desktop.engine.runs.registry import RunnerRegistry
from bamboo_desktop.engine.runs.runner import StopReason
from bamboo_desktop.engine.runs.services import RunServices
from bamboo_desktop.engine.schedules.late_book import LateBook
from bamboo_desktop.engine.schedules.timetable import Timetable
from bamboo_desktop.engine.sessions import Sessions
from bamboo_desktop.engine.toolboxes import toolbox_of
from bamboo_desktop.engine.transcripts import Transcripts
from bamboo_desktop.paths import resources
from bamboo_desktop.providers.late_keys import LateKeyStore
from bamboo_desktop.providers.playbook import PlaybookProvider
from bamboo_desktop.providers.registry import ProviderRegistry
from bamboo_desktop.store.database import Database
from bamboo_desktop.store.folder import DataFolder
from bamboo_desktop.tasks import TaskSet

SHUTDOWN_SECONDS = 5.0


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
        self._timetable = Timetable(
            services,
            launcher=self._launcher,
            runs=self.runs,
            models=models,
            bus=bus,
            network=options.network,
        )
        self.schedules = self._timetable.schedules
        self.occurrences = self._timetable.occurrences

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
        stored = await asyncio.to_thread(_opened, options, publisher)
        try:
            engine = cls._build(options, stored, bus, registry, publisher)
        except BaseException:
            await stored.database.close()
            stored.folder.release()
            raise
        try:
            await engine._start()  # noqa: SLF001 - its own class method
        except BaseException:
            await engine.close()
            raise
        return engine

    @classmethod
    def _build(
        cls,
        options: EngineOptions,
        stored: _Stored,
        bus: EventBus,
        registry: RunnerRegistry,
        publisher: Publisher,
    ) -> Engine:
        tasks, tool_tasks = (
            TaskSet(name, lambda task, error: options.on_bug(error, task))
            for name in ("engine", "tools")
        )
        models, providers = _models(options, stored.database, bus)
        book = LateBook()
        services = RunServices(
            database=stored.database,
            publisher=publisher,
            registry=registry,
            toolbox=toolbox_of(
                options, stored.database, tasks=tasks, tool_tasks=tool_tasks, book=book
            ),
            models=models,
            clock=options.clock,
            ids=options.ids,
            tasks=tasks,
            faults=options.faults,
            on_bug=options.on_bug,
            limits=options.limits,
            schedules=book,
        )
        return cls(options, stored.folder, services, bus, models, providers, tool_tasks)

    async def _start(self) -> None:
        recovery = Recovery(self._services, self._launcher)
        self._recovered = await recovery.settle()
        await self.sessions.empty_bin()
        if self._options.goes_on:
            watch = DeadlineWatch(self._services, self.questions)
            self._services.tasks.spawn(watch.keep_watch(), name="question deadlines")
            await recovery.go_on(self._recovered)
        if self._options.keeps_time:
            self._timetable.keep_going()

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
        async with AsyncExitStack() as rest:
            # Done from the last to the first, each also after one that failed.
            rest.callback(self._folder.release)
            rest.push_async_callback(self._services.database.close)
            rest.push_async_callback(self._providers.aclose)
            rest.push_async_callback(self._tool_tasks.close)
            rest.push_async_callback(self._services.toolbox.aclose)
            rest.push_async_callback(self._services.tasks.close)
            await self._settle_all()

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


class _Stored(NamedTuple):
    folder: DataFolder
    database: Database


def _opened(options: EngineOptions, publisher: Publisher) -> _Stored:
    """In one thread: whoever gives up waiting must not leave the folder to others half open."""
    folder = DataFolder.claim(options.data_dir)
    try:
        database = Database.open(
            folder,
            clock=options.clock,
            ids=options.ids,
            on_committed=publisher.committed,
            faults=options.faults,
        )
    except BaseException:
        folder.release()
        raise
    return _Stored(folder, database)


def _models(
    options: EngineOptions, database: Database, bus: EventBus
) -> tuple[Models, ProviderRegistry]:
    keys = options.keys or LateKeyStore(on_secret=options.on_secret)
    folders = PlaybookFolders(own=options.data_dir / "playbooks", shipped=resources() / "playbooks")
    playbooks = PlaybookProvider(
        clock=options.clock, ids=options.ids, folders=folders.all, pacing=options.pacing
    )
    providers = ProviderRegistry(
        keys=keys,
        clock=options.clock,
        ids=options.ids,
        builders={ProviderKind.PLAYBOOK: lambda _: playbooks, **options.builders},
    )
    lent = LentKeys(providers, bus, on_secret=options.on_secret)
    return Models(database, providers, keys, folders, lent), providers
