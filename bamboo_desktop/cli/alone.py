"""Alone: an engine in this process, when no other program has the data folder."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from typing import Any

from typing_extensions import override

from bamboo_desktop import logs
from bamboo_desktop.cli.opening import KEY_VARIABLE, Opened, Purpose
from bamboo_desktop.engine import Engine, EngineOptions
from bamboo_desktop.engine.remote import CommandContext, ControlServer, LocalClient
from bamboo_desktop.engine.remote.context import BAMBOOCTL
from bamboo_desktop.engine.remote.notices import sentence
from bamboo_desktop.paths import AppPaths


class Alone(Opened):
    """The engine, and the socket that lets others in while it carries a run."""

    def __init__(
        self, paths: AppPaths, log: logs.Logs, context: CommandContext, purpose: Purpose
    ) -> None:
        super().__init__(paths, LocalClient(context))
        self._log = log
        self._engine = context.engine
        self._server: ControlServer | None = None
        if purpose is Purpose.WORK:
            self._server = ControlServer(context, paths.data, self.tasks)

    async def serve(self) -> None:
        """Let others in."""
        if self._server is not None:
            await self._server.start()

    @property
    @override
    def is_alone(self) -> bool:
        return True

    @property
    @override
    def notices(self) -> tuple[str, ...]:
        return tuple(sentence(notice) for notice in self._engine.notices)

    @override
    async def aside(self, command: str, arguments: Mapping[str, Any]) -> object:
        return await self.client.call(command, arguments)

    @override
    def carries_others(self) -> bool:
        is_awaited = self._server is not None and self._server.carries_run
        return is_awaited or bool(self._engine.runs.active())

    @override
    async def close(self) -> None:
        if self._server is not None:
            await self._server.close()
        await super().close()
        await self._engine.close()
        self._log.close()


async def open_alone(paths: AppPaths, purpose: Purpose, *, on_quit: Callable[[], None]) -> Opened:
    """Own the folder.

    Raises:
        InstanceRunningError: somebody else does.
        StorageError: it cannot be used.
    """
    # Nothing of the log may end up among the sentences on standard error.
    logging.getLogger().addHandler(logging.NullHandler())
    log = logs.configure(paths.logs, level=logging.INFO)
    options = EngineOptions(
        data_dir=paths.data,
        on_bug=log.bug,
        on_secret=log.redactor.add,
        goes_on=purpose is Purpose.WORK,
        environ={name: value for name, value in os.environ.items() if name != KEY_VARIABLE},
    )
    try:
        engine = await Engine.open(options)
    except BaseException:
        log.close()
        raise
    context = CommandContext(engine=engine, face=BAMBOOCTL, on_quit=on_quit)
    opened = Alone(paths, log, context, purpose)
    try:
        await opened.serve()
    except BaseException:
        await opened.close()
        raise
    return opened
