"""ArchiveClient: the reading commands on a data folder that nobody owns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bamboo_desktop.domain.errors import StorageError
from bamboo_desktop.engine.archive import Archive, Stored
from bamboo_desktop.engine.remote.arguments import Arguments
from bamboo_desktop.engine.remote.counts import counts
from bamboo_desktop.engine.remote.listings import Batches
from bamboo_desktop.engine.remote.reads import ALL_READS


@dataclass(frozen=True, kw_only=True, slots=True)
class _Context:
    engine: Stored


class ArchiveClient:
    """Runs reading commands in this process."""

    def __init__(self, archive: Archive) -> None:
        self._context = _Context(engine=archive)

    async def call(self, command: str, arguments: Mapping[str, Any]) -> Any:  # noqa: ARG002
        """What a doctor can know of a folder that is only read.

        Raises:
            StorageError: the command would change something.
        """
        if command != "health":
            raise StorageError("The data folder is only read; nothing was changed.")
        return {**await counts(self._context.engine), "running": 0}

    def stream(self, command: str, arguments: Mapping[str, Any]) -> Batches:
        """Run a reading command.

        Raises:
            UserError: the command's own sentence.
        """
        return ALL_READS[command](self._context, Arguments(arguments))

    async def aclose(self) -> None:
        """The archive belongs to whoever opened it."""
