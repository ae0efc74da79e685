"""The database: opened once, written by one thread, read by a few."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from bamboo_desktop.clock import Clock
from bamboo_desktop.domain.errors import StorageError, UserError
from bamboo_desktop.domain.ids import BootId
from bamboo_desktop.domain.storage import BackupFailed, StorageNotice
from bamboo_desktop.identifiers import IdSource
from bamboo_desktop.store import backups, disk, recovery
from bamboo_desktop.store.columns import micros_of
from bamboo_desktop.store.connection import open_writer
from bamboo_desktop.store.failures import is_damage, translated
from bamboo_desktop.store.faults import FaultPoints
from bamboo_desktop.store.folder import DataFolder, folder_error, touch_private
from bamboo_desktop.store.keeper import BackupKeeper
from bamboo_desktop.store.migrations import migrate, pending, version_of
from bamboo_desktop.store.readers import Readers
from bamboo_desktop.store.transaction import Fact, Tx
from bamboo_desktop.store.writer import WriteItem, Writer

T = TypeVar("T")

log = logging.getLogger(__name__)


class Database:
    """Runs work on the one database of a data folder.

    Attributes:
        boot_id: which start of the program this is.
    """

    def __init__(
        self,
        *,
        folder: DataFolder,
        raw: sqlite3.Connection,
        clock: Clock,
        boot_id: BootId,
        on_committed: Callable[[tuple[Fact, ...]], None],
        faults: FaultPoints,
        notices: tuple[StorageNotice, ...],
    ) -> None:
        self.boot_id = boot_id
        self._folder = folder
        self._notices = notices
        self._damage = threading.Event()
        self._lock = threading.Lock()
        self._backup_failure: BackupFailed | None = None
        self._closing: asyncio.Future[None] | None = None
        self._writer = Writer(
            raw=raw,
            folder=folder.path,
            clock=clock,
            boot_id=boot_id,
            on_committed=on_committed,
            on_failure=self._on_failure,
            faults=faults,
        )
        self._readers = Readers(
            path=folder.database_path, clock=clock, boot_id=boot_id, on_failure=self._on_failure
        )
        self._keeper = BackupKeeper(
            folder=folder,
            clock=clock,
            faults=faults,
            on_made=self._on_backup_made,
            on_failure=self._on_backup_failure,
            on_damage=self._on_damage,
        )

    @classmethod
    def open(
        cls,
        folder: DataFolder,
        *,
        clock: Clock,
        ids: IdSource,
        on_committed: Callable[[tuple[Fact, ...]], None],
        faults: FaultPoints | None = None,
    ) -> Database:
        """Recover, check, back up, migrate and open; blocks, so call it in a thread.

        Args:
            folder: the data folder, claimed by this process.
            clock: tells the instants of transactions.
            ids: makes the id of this start.
            on_committed: is handed the events and news of each commit, on the loop thread of the
                caller who wrote them, before that caller goes on.
            faults: where tests may kill the program.

        Raises:
            NewerDatabaseError: a newer program wrote it; it is left untouched.
            StorageError: the disk refuses.
        """
        faults = faults or FaultPoints()
        raw, notices = _brought_in_order(folder, clock=clock, faults=faults)
        return cls(
            folder=folder,
            raw=raw,
            clock=clock,
            boot_id=BootId(ids.fresh()),
            on_committed=on_committed,
            faults=faults,
            notices=notices,
        )

    @property
    def notices(self) -> tuple[StorageNotice, ...]:
        """What the person has to be told about the data folder."""
        failure = self._backup_failure
        return self._notices if failure is None else (*self._notices, failure)

    async def write(self, work: Callable[[Tx], T]) -> T:
        """Run `work` in a transaction and return after its commit has reached the disk.

        A caller that is cancelled while it waits does not undo its write. `work` may run a second
        time after a disk error, so it must have no effect but through its transaction.

        Raises:
            StorageError: the disk refused; nothing of this work is stored.
        """
        self._check_open()
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._writer.submit(WriteItem(work=work, loop=loop, future=future))
        return await future

    async def read(self, work: Callable[[Tx], T]) -> T:
        """Run `work` on a snapshot, on a connection that cannot write.

        Raises:
            StorageError: the disk refused, or it took too long.
        """
        self._check_open()
        return await self._readers.run(work)

    async def backup_now(self) -> Path:
        """Make a checked copy now and return where it is.

        Raises:
            StorageError: it could not be made, with the reason.
        """
        self._check_open()
        return await asyncio.wrap_future(self._keeper.request(), loop=asyncio.get_running_loop())

    async def close(self) -> None:
        """Finish what was asked for and close in order; the folder stays claimed.

        Whoever calls it meanwhile waits for the same end.
        """
        if self._closing is None:
            self._closing = asyncio.get_running_loop().run_in_executor(None, self._stop)
        await asyncio.shield(self._closing)

    def _stop(self) -> None:
        self._keeper.stop()
        self._readers.stop()
        self._writer.stop()
        if not self._damage.is_set():
            self._keeper.make_last()
        if self._damage.is_set():
            return  # the mark that says so stays
        try:
            recovery.mark_clean(self._folder)
        except OSError:
            log.warning("the clean end could not be marked; the next start checks", exc_info=True)

    def _check_open(self) -> None:
        if self._closing is not None:
            raise StorageError("The program is closing; nothing was changed.")

    def _on_failure(self, error: BaseException) -> None:
        if is_damage(error):
            self._on_damage(error)

    def _on_damage(self, error: BaseException) -> None:
        """Write it down at once, for the next start to look thoroughly."""
        with self._lock:
            if self._damage.is_set():
                return
            self._damage.set()
        log.error("the database is damaged", exc_info=error)
        try:
            recovery.mark_suspect(self._folder)
        except OSError:
            log.warning("the damage could not be marked", exc_info=True)

    def _on_backup_failure(self, error: BaseException) -> None:
        sentence = error.sentence if isinstance(error, UserError) else str(error)
        self._backup_failure = BackupFailed(sentence=sentence)

    def _on_backup_made(self) -> None:
        self._backup_failure = None


def _brought_in_order(
    folder: DataFolder, *, clock: Clock, faults: FaultPoints
) -> tuple[sqlite3.Connection, tuple[StorageNotice, ...]]:
    try:
        notice = recovery.prepare(folder, now=clock.now(), faults=faults)
        raw = _opened(folder, now=clock.now(), faults=faults)
        notices = disk.notices(folder.path)
    except OSError as error:
        raise folder_error(folder.path, error) from error
    except sqlite3.Error as error:
        raise translated(error, folder=folder.path) from error
    return raw, (notice, *notices) if notice else notices


def _opened(folder: DataFolder, *, now: datetime, faults: FaultPoints) -> sqlite3.Connection:
    touch_private(folder.database_path)
    raw = open_writer(folder.database_path)
    try:
        missing = pending(raw)
        if missing and version_of(raw) > 0:
            backups.make(
                folder.database_path, folder.backups, at=now, faults=faults, before=missing[0].name
            )
        migrate(raw, now_micros=micros_of(now), faults=faults)
        recovery.repair_index(raw, folder)
        recovery.mark_open(folder)
    except BaseException as error:
        raw.close()
        if isinstance(error, backups.DamagedSourceError) or is_damage(error):
            recovery.mark_suspect(folder)  # the next start looks thoroughly
        raise
    return raw
