"""The thread that makes the daily copy, and one more whenever it is asked."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from queue import Empty, SimpleQueue

from bamboo_desktop.clock import Clock
from bamboo_desktop.domain.errors import StorageError
from bamboo_desktop.store import backups
from bamboo_desktop.store.failures import translated
from bamboo_desktop.store.faults import FaultPoints
from bamboo_desktop.store.folder import DataFolder, folder_error
from bamboo_desktop.store.integrity import is_empty, opens

FIRST_LOOK_SECONDS = 3.0
"""The start of the program comes first, then the copy."""
LAST_SECONDS = 2.0
"""Longer than this the end of the program does not wait for a copy."""
LAST_BELOW = 32 * 1024 * 1024
"""Bytes; a larger database gets its copy while the program runs, not when it ends."""
LOOK_SECONDS = 600.0
"""From one look whether the copy of the day is due to the next."""

log = logging.getLogger(__name__)


class BackupKeeper:
    """Makes copies on a thread of its own; a failed one is told, never fatal."""

    def __init__(
        self,
        *,
        folder: DataFolder,
        clock: Clock,
        faults: FaultPoints,
        on_made: Callable[[], None],
        on_failure: Callable[[BaseException], None],
        on_damage: Callable[[BaseException], None],
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._faults = faults
        self._on_made = on_made
        self._on_failure = on_failure
        self._on_damage = on_damage
        self._stopped = threading.Event()
        self._asked: SimpleQueue[Future[Path] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._serve, name="bamboo-backup", daemon=True)
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

    def make_last(self) -> None:
        """At the end of the program: make the copy of the day if it is due and quickly made."""
        until = self._clock.monotonic() + LAST_SECONDS
        try:
            if self._folder.database_path.stat().st_size <= LAST_BELOW and self.is_due():
                self._make(lambda: self._clock.monotonic() > until)
        except backups.BackupStoppedError:
            log.info("the copy at the end took too long and was given up")
        except Exception:
            log.warning("the copy at the end failed", exc_info=True)

    def is_due(self) -> bool:
        """Whether sessions are stored of which today has no copy that can be opened."""
        today = self._clock.now().date()
        copies = backups.listed(self._folder.backups)
        if any(copy.at.date() == today and _can_be_used(copy.path) for copy in copies):
            return False
        return backups.is_worth_a_copy(self._folder.database_path)

    def _serve(self) -> None:
        patience = FIRST_LOOK_SECONDS
        while not self._stopped.is_set():
            try:
                asked = self._asked.get(timeout=patience)
            except Empty:
                self._make_if_due()
                patience = LOOK_SECONDS
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
                self._make(self._stopped.is_set)
        except backups.BackupStoppedError:
            return
        except Exception as error:
            log.warning("the daily backup failed", exc_info=True)
            self._on_failure(translated(error, folder=self._folder.path))

    def _answer(self, asked: Future[Path]) -> None:
        try:
            asked.set_result(self._make(self._stopped.is_set))
        except backups.BackupStoppedError:
            asked.set_exception(_given_up())
        except Exception as error:  # noqa: BLE001 - it is the caller's, who gets it
            asked.set_exception(error)

    def _make(self, is_stopped: Callable[[], bool]) -> Path:
        try:
            copy = backups.make(
                self._folder.database_path,
                self._folder.backups,
                at=self._clock.now(),
                faults=self._faults,
                is_stopped=is_stopped,
            )
        except backups.DamagedSourceError as error:
            self._on_damage(error)
            raise
        except sqlite3.Error as error:
            if is_stopped():
                raise backups.BackupStoppedError from error
            raise translated(error, folder=self._folder.path) from error
        except OSError as error:
            raise folder_error(self._folder.backups, error) from error
        self._on_made()
        return copy


def _can_be_used(copy: Path) -> bool:
    """It was checked when it was made; since then somebody may have cut it."""
    return opens(copy) and not is_empty(copy)


def _given_up() -> StorageError:
    return StorageError("The program ends; the backup was given up.")
