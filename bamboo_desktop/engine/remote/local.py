"""LocalClient: the same commands on an engine of one's own, when no other program is running."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bamboo_desktop.engine.remote.arguments import Arguments
from bamboo_desktop.engine.remote.commands import COMMANDS
from bamboo_desktop.engine.remote.context import CommandContext
from bamboo_desktop.engine.remote.listings import Batches
from bamboo_desktop.engine.remote.streams import STREAMS


class LocalClient:
    """Runs commands in this process."""

    def __init__(self, context: CommandContext) -> None:
        self._context = context

    async def call(self, command: str, arguments: Mapping[str, Any]) -> Any:
        """Run a command and return its result.

        Raises:
            UserError: the command's own sentence.
        """
        return await COMMANDS[command](self._context, Arguments(arguments))

    def stream(self, command: str, arguments: Mapping[str, Any]) -> Batches:
        """Run a command that answers with many values, a list of them at a time.

        Raises:
            UserError: the command's own sentence.
        """
        return STREAMS[command](self._context, Arguments(arguments))

    async def aclose(self) -> None:
        """The engine belongs to whoever opened it."""
