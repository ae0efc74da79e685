"""The thread that makes the daily copy, and one more whenever it is asked."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import timedelta
from pathlib import Path
from queue import Empty, SimpleQueue

from bamboo_desktop.clock import Clock
from bamboo_desktop.domain.errors import StorageError
from bamboo_desktop.store import backups
from bamboo_desktop.store.failures import translated
from bamboo_desktop.store.faults import FaultPoints
from bamboo_desktop.store.folder import DataFolder, folder_error

EVERY = timedelta(hours=24)
_LOOK_SECONDS = 600.0

log = logging.getLogger(__name__)


class BackupKeeper:
    """Makes copies on a thread of its own; a failed one is told, never fatal."""

    def __init__(
        self,
        *,
        folder: DataFolder,
        clock: Clock,
        faults: FaultPoints,
        on_failure: Callable[[BaseException], None],
        on_damage: Callable[[BaseException], None],
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._faults = faults
        self._on_failure = on_failure
        self._on_damage = on_damage
        self._stopped = threading.Event()
        self._asked: SimpleQueue[Future[Path] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._serve, name="bamboo-backup", daemon=True)
        self._opened_at = clock.now()
        self._thread.start()

    def request(self) -> Future[Path]:
        """Ask for a copy now."""
        future: Future[Path] = Future()
        self._asked.put(future)
        return future

    def stop(self) -> None:
        """Give up what is being made, end the thread; blocks."""
        self._stopped.set()
        self._asked.put(None)
        self._thread.join()

    def is_due(self) -> bool:
        """Whether the newest copy is a day old; a new folder gets its first one after an hour."""
        now = self._clock.now()
        newest = next(iter(backups.listed(self._folder.backups)), None)
        if newest is None:
            return now - self._opened_at >= timedelta(hours=1)
        return now - newest.at >= EVERY

    def _serve(self) -> None:
        self._make_if_due()
        while not self._stopped.is_set():
            try:
                asked = self._asked.get(timeout=_LOOK_SECONDS)
            except Empty:
                self._make_if_due()
                continue
            if asked is not None and asked.set_running_or_notify_cancel():
                self._answer(asked)
        while True:
            try:
                left = self._asked.get_nowait()
            except Empty:
                return
            if left is not None and left.set_running_or_notify_cancel():
                left.set_exception(_given_up())

    def _make_if_due(self) -> None:
        try:
            if self.is_due():
                self._make()
        except backups.BackupStoppedError:
            return
        except Exception as error:
            log.warning("the daily backup failed", exc_info=True)
            self._on_failure(error)

    def _answer(self, asked: Future[Path]) -> None:
        try:
            asked.set_result(self._make())
        except backups.BackupStoppedError:
            asked.set_exception(_given_up())
        except Exception as error:  # noqa: BLE001 - it is the caller's, who gets it
            asked.set_exception(error)

    def _make(self) -> Path:
        try:
            return backups.make(
                self._folder.database_path,
                self._folder.backups,
                at=self._clock.now(),
                faults=self._faults,
                is_stopped=self._stopped.is_set,
            )
        except backups.DamagedSourceError as error:
            self._on_damage(error)
            raise
        except sqlite3.Error as error:
            if self._stopped.is_set():
                raise backups.BackupStoppedError from error
            raise translated(error) from error
        except OSError as error:
            raise folder_error(self._folder.backups, error) from error


def _given_up() -> StorageError:
    return StorageError("The program ends; the backup was given up.")
