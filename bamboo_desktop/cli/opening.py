"""Opening: the way to an engine, in the program that owns the data folder or in this process."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Mapping
from enum import Enum
from types import TracebackType
from typing import Any, Self

from bamboo_desktop.clock import SystemClock
from bamboo_desktop.domain.errors import InstanceRunningError
from bamboo_desktop.engine.remote.client import Client, connect
from bamboo_desktop.paths import AppPaths
from bamboo_desktop.tasks import TaskSet

KEY_VARIABLE = "BAMBOO_API_KEY"
PATIENCE_SECONDS = 15.0
TRY_SECONDS = 0.1
log = logging.getLogger(__name__)


class Purpose(Enum):
    """What a command is going to do with the data."""

    READ = "read"
    """It starts no run and is gone in a moment: whoever comes meanwhile waits."""
    WORK = "work"
    """It carries a run: others are served over the socket meanwhile."""


class Opened:
    """A client, and what has to be taken down after it."""

    def __init__(self, paths: AppPaths, client: Client) -> None:
        self._paths = paths
        self.client = client
        self.tasks = TaskSet("bambooctl", lambda name, error: log.error("%s: %r", name, error))

    @property
    def is_alone(self) -> bool:
        """True when the engine lives in this process."""
        return False

    @property
    def notices(self) -> tuple[str, ...]:
        """What the person has to be told about the data folder."""
        return ()

    async def aside(self, command: str, arguments: Mapping[str, Any]) -> object:
        """Run a command while the client is busy with a stream."""
        other = await connect(self._paths.data)
        if other is None:
            return None
        try:
            return await other.call(command, arguments)
        finally:
            await other.aclose()

    def carries_others(self) -> bool:
        """True while runs go on in this process that would be interrupted by its end."""
        return False

    async def close(self) -> None:
        """Take everything down."""
        await self.client.aclose()
        await self.tasks.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()


async def open_client(
    paths: AppPaths, purpose: Purpose, *, on_quit: Callable[[], None] = lambda: None
) -> Opened:
    """Speak to the owner of the folder; with none, own the folder.

    Args:
        paths: where the data is.
        purpose: whether a run may be started, and others are served.
        on_quit: called when somebody asks this process to give the folder up.

    Raises:
        InstanceRunningError: somebody owns the folder and does not answer.
        StorageError: the folder cannot be used.
    """
    clock = SystemClock()
    until = clock.monotonic() + PATIENCE_SECONDS
    while True:
        remote = await connect(paths.data)
        if remote is not None:
            return Opened(paths, remote)
        try:
            await asyncio.to_thread(paths.make_way)
            from bamboo_desktop.cli.alone import open_alone

            return await open_alone(paths, purpose, on_quit=on_quit)
        except InstanceRunningError:
            # The owner has the lock and is not listening yet, or not any more, or only reads.
            if clock.monotonic() >= until:
                raise
            await clock.sleep(TRY_SECONDS)


def key_of_environment() -> str:
    """The key a person has put into the environment for this one call."""
    return os.environ.get(KEY_VARIABLE, "").strip()
