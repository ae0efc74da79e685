"""Reading a database that nobody owns: no lock is taken for writing, and nothing is changed."""

from __future__ import annotations

import contextlib
import logging
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from bamboo_desktop.clock import Clock
from bamboo_desktop.domain.errors import StorageError
from bamboo_desktop.domain.ids import BootId
from bamboo_desktop.domain.storage import StorageNotice
from bamboo_desktop.store import disk, recovery
from bamboo_desktop.store.connection import has_log, open_still
from bamboo_desktop.store.failures import translated
from bamboo_desktop.store.folder import DataFolder, folder_error
from bamboo_desktop.store.migrations import pending, refuse_newer
from bamboo_desktop.store.readers import Readers
from bamboo_desktop.store.transaction import Tx

T = TypeVar("T")
_LOGS = ("", "-wal")

log = logging.getLogger(__name__)


class StillDatabase:
    """What is stored in a folder that nobody owns; owners wait as long as it is open.

    Attributes:
        notices: what the person has to be told about the data folder.
    """

    def __init__(self, folder: DataFolder, *, place: Path, clock: Clock, is_copy: bool) -> None:
        self._folder = folder
        self._copy = place.parent if is_copy else None
        self.notices: tuple[StorageNotice, ...] = ()
        self._readers = Readers(
            path=place,
            clock=clock,
            boot_id=BootId(""),
            on_failure=lambda error: log.info("reading failed: %r", error),
            connect=open_still,
        )

    @classmethod
    def open_in_order(cls, path: Path, *, clock: Clock) -> StillDatabase | None:
        """Open what was left in order; None where there is something to bring in order first.

        Raises:
            InstanceRunningError: another process owns the folder.
        """
        try:
            folder = DataFolder.share(path)
        except OSError:
            return None
        try:
            is_in_order = _is_in_order(folder)
        except (OSError, sqlite3.Error, StorageError):
            is_in_order = False  # whoever opens it to bring it in order says what is wrong with it
        except BaseException:
            folder.release()
            raise
        if not is_in_order:
            folder.release()
            return None
        still = cls(folder, place=folder.database_path, clock=clock, is_copy=False)
        still.notices = disk.notices(path)
        return still

    @classmethod
    def open_as_it_is(cls, path: Path, *, clock: Clock) -> StillDatabase:
        """Open what cannot be written: as its last owner left it, in whatever way that ended.

        Raises:
            InstanceRunningError: another process owns the folder.
            NewerDatabaseError: a newer program wrote it.
            StorageError: it cannot be read, or an older program wrote it.
        """
        try:
            folder = DataFolder.share(path)
        except OSError as error:
            raise folder_error(path, error) from error
        try:
            place, is_copy = _readable(folder)
        except BaseException as error:
            folder.release()
            if isinstance(error, OSError):
                raise folder_error(path, error) from error
            raise translated(error, folder=path) from error
        return cls(folder, place=place, clock=clock, is_copy=is_copy)

    async def read(self, work: Callable[[Tx], T]) -> T:
        """Run `work` on a snapshot.

        Raises:
            StorageError: the disk refused, or it took too long.
        """
        return await self._readers.run(work)

    def close(self) -> None:
        """Let go of the folder."""
        self._readers.stop()
        if self._copy is not None:
            shutil.rmtree(self._copy, ignore_errors=True)
        self._folder.release()


def _is_in_order(folder: DataFolder) -> bool:
    """Closed in order by a program of this version, and nobody can become its owner meanwhile."""
    if not folder.is_guarded or folder.restore_plan.exists() or has_log(folder.database_path):
        return False
    if recovery.was_unclean(folder):
        return False
    _look(folder.database_path)
    return True


def _readable(folder: DataFolder) -> tuple[Path, bool]:
    """The database where it lies, or a copy: a log without its index is read in no other way."""
    path = folder.database_path
    path.stat()
    if has_log(path):
        try:
            _look(path)
        except sqlite3.Error:
            return _copied(path), True
    else:
        _look(path)
    return path, False


def _copied(path: Path) -> Path:
    place = Path(tempfile.mkdtemp(prefix="bamboo-desktop-"))
    try:
        for suffix in _LOGS:
            shutil.copyfile(f"{path}{suffix}", place / f"{path.name}{suffix}")
        _look(place / path.name)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    return place / path.name


def _look(path: Path) -> None:
    """Whether it opens, in the shape this program knows."""
    with contextlib.closing(open_still(path)) as raw:
        refuse_newer(raw)
        if pending(raw):
            raise StorageError(
                f"The data in {path.parent} is of an older version of this program and has to be "
                "brought up to date first; make the folder writable and run this again."
            )
        raw.execute("SELECT count(*) FROM migration").fetchone()
