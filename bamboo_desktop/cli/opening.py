"""Opening: the way to an engine, in the program that owns the data folder or in this process."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from bamboo_desktop import logs
from bamboo_desktop.domain.errors import InstanceRunningError, UserError
from bamboo_desktop.engine import Engine, EngineOptions
from bamboo_desktop.engine.remote import (
    CommandContext,
    ControlServer,
    LocalClient,
    RemoteClient,
    connect,
)
from bamboo_desktop.engine.remote.client import Client
from bamboo_desktop.paths import AppPaths
from bamboo_desktop.tasks import TaskSet

TRIES = 10
TRY_SECONDS = 0.2


class Opened:
    """A client, and what has to be taken down after it."""

    def __init__(
        self,
        paths: AppPaths,
        log: logs.Logs,
        client: Client,
        engine: Engine | None = None,
        server: ControlServer | None = None,
        tasks: TaskSet | None = None,
    ) -> None:
        self._paths = paths
        self._log = log
        self.client = client
        self._engine = engine
        self._server = server
        self.tasks = tasks or TaskSet("bambooctl", log.task_failed)

    @property
    def is_alone(self) -> bool:
        """True when the engine lives in this process."""
        return self._engine is not None

    async def aside(self, command: str, arguments: Mapping[str, Any]) -> object:
        """Run a command while the client is busy with a stream."""
        if self._engine is not None:
            return await self.client.call(command, arguments)
        other = await connect(self._paths.data)
        if other is None:
            return None
        try:
            return await other.call(command, arguments)
        finally:
            await other.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.client.aclose()
        if self._server is not None:
            await self._server.close()
        if self._engine is not None:
            await self._engine.close()
        await self.tasks.close()
        self._log.close()


async def open_client(paths: AppPaths, *, goes_on: bool) -> Opened:
    """Speak to the owner of the folder; with none, own the folder and serve its socket.

    Raises:
        InstanceRunningError: somebody owns the folder and does not answer.
        StorageError: the folder cannot be used.
    """
    log = logs.configure(paths.logs, level=logging.INFO)
    for attempt in range(TRIES):
        remote: RemoteClient | None = await connect(paths.data)
        if remote is not None:
            return Opened(paths, log, remote)
        try:
            return await _alone(paths, log, goes_on=goes_on)
        except InstanceRunningError:
            # The owner has the lock and is not listening yet, or not any more.
            if attempt == TRIES - 1:
                raise
            await asyncio.sleep(TRY_SECONDS)
    raise UserError("The data folder is busy; try again.")


async def _alone(paths: AppPaths, log: logs.Logs, *, goes_on: bool) -> Opened:
    engine = await Engine.open(
        EngineOptions(data_dir=paths.data, on_bug=log.bug, goes_on=goes_on, environ=os.environ)
    )
    tasks = TaskSet("bambooctl", log.task_failed)
    context = CommandContext(
        engine=engine, face="bambooctl", on_quit=lambda: _stop_all(engine, tasks)
    )
    server = ControlServer(context, paths.data, tasks)
    await server.start()
    return Opened(paths, log, LocalClient(context), engine, server, tasks)


def _stop_all(engine: Engine, tasks: TaskSet) -> None:
    for run in engine.runs.active():
        tasks.spawn(engine.runs.stop(run.session_id), name="stop on request")
