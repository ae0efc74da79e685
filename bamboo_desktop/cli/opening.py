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
from bamboo_desktop.domain.errors import InstanceRunningError, NewerDatabaseError, StorageError
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
    """It changes nothing, so that a folder which cannot be written is read all the same."""
    CHANGE = "change"
    """It starts no run and is gone in a moment: whoever comes meanwhile waits."""
    CHECK = "check"
    """It changes nothing by itself, but wants the folder opened as a start of the program does."""
    WORK = "work"
    """It carries a run: others are served over the socket meanwhile."""

    @property
    def only_looks(self) -> bool:
        """True when nothing has to be written for it."""
        return self in {Purpose.READ, Purpose.CHECK}


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

    @property
    def why_not_written(self) -> str:
        """Why nothing can be written here, as part of a sentence; empty when it can be."""
        return ""

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
            return await _open_here(paths, purpose, on_quit)
        except InstanceRunningError:
            # The owner has the lock and is not listening yet, or not any more, or only reads.
            if clock.monotonic() >= until:
                raise
            await clock.sleep(TRY_SECONDS)


async def _open_here(paths: AppPaths, purpose: Purpose, on_quit: Callable[[], None]) -> Opened:
    if purpose is Purpose.READ:
        from bamboo_desktop.cli.looking import look_in_order

        looked = await look_in_order(paths)
        if looked is not None:
            return looked
    try:
        await asyncio.to_thread(paths.make_way)
        from bamboo_desktop.cli.alone import open_alone

        return await open_alone(paths, purpose, on_quit=on_quit)
    except StorageError as error:
        looked = await _looked_instead(paths, error) if purpose.only_looks else None
        if looked is None:
            raise
        return looked


async def _looked_instead(paths: AppPaths, refused: StorageError) -> Opened | None:
    """What cannot be owned because it cannot be written can still be read."""
    from bamboo_desktop.cli.looking import look_unwritable

    try:
        return await look_unwritable(paths)
    except NewerDatabaseError:
        raise
    except StorageError as error:
        log.info("reading %s: %s", paths.data, error.details)
        raise refused from error


def key_of_environment() -> str:
    """The key a person has put into the environment for this one call."""
    return os.environ.get(KEY_VARIABLE, "").strip()
