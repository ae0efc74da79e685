"""Looking: a data folder that nobody owns, read as it lies."""

from __future__ import annotations

from typing_extensions import override

from bamboo_desktop.cli.opening import Opened
from bamboo_desktop.clock import SystemClock
from bamboo_desktop.engine.archive import Archive
from bamboo_desktop.engine.remote.archive_client import ArchiveClient
from bamboo_desktop.engine.remote.notices import sentence
from bamboo_desktop.paths import AppPaths


class Looked(Opened):
    """An archive in this process."""

    def __init__(self, paths: AppPaths, archive: Archive) -> None:
        super().__init__(paths, ArchiveClient(archive))
        self._archive = archive

    @property
    @override
    def is_alone(self) -> bool:
        return True

    @property
    @override
    def notices(self) -> tuple[str, ...]:
        if self.why_not_written:
            return (
                f"The data folder {self._paths.data} cannot be written ({self.why_not_written}); "
                "what is stored in it is shown as it was left.",
            )
        return tuple(sentence(notice) for notice in self._archive.notices)

    @property
    @override
    def why_not_written(self) -> str:
        return self._archive.why_not_written

    @override
    async def close(self) -> None:
        await super().close()
        await self._archive.close()


async def look_in_order(paths: AppPaths) -> Opened | None:
    """Read what was left in order; None where a start has something to bring in order first.

    Raises:
        InstanceRunningError: another process owns the folder.
    """
    archive = await Archive.open_in_order(paths.data, SystemClock())
    return Looked(paths, archive) if archive is not None else None


async def look_unwritable(paths: AppPaths) -> Opened | None:
    """Read what cannot be written; None when it can be.

    Raises:
        InstanceRunningError: another process owns the folder.
        StorageError: it cannot be read either.
    """
    archive = await Archive.open_unwritable(paths.data, SystemClock())
    return Looked(paths, archive) if archive is not None else None
