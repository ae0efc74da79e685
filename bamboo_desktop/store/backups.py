"""Copies of the database: made while it is in use, checked, then given their name."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bamboo_desktop.domain.errors import StorageError
from bamboo_desktop.store.connection import open_reader, watch
from bamboo_desktop.store.faults import FaultPoints
from bamboo_desktop.store.folder import sync_folder, touch_private
from bamboo_desktop.store.integrity import is_sound

KEPT = 7
"""Days of which the newest copy is kept; copies before a migration are counted by themselves."""
_PAGES = 2048
_STAMP = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"bamboo-(\d{8}T\d{6}Z)(?:-before-(\w+))?\.db")


@dataclass(frozen=True, kw_only=True, slots=True)
class Backup:
    """A finished copy, the instant it shows, and the migration step it was made for, if any."""

    path: Path
    at: datetime
    before: str = ""


class DamagedSourceError(StorageError):
    """The copy is not sound, so neither is the database."""


class BackupStoppedError(Exception):
    """The program ends; the copy was given up and leaves nothing behind."""


def listed(folder: Path) -> tuple[Backup, ...]:
    """The finished copies, newest first."""
    found = []
    for path in folder.iterdir():
        if match := _NAME.fullmatch(path.name):
            at = datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC)
            found.append(Backup(path=path, at=at, before=match[2] or ""))
    return tuple(sorted(found, key=lambda backup: (backup.at, backup.path.name), reverse=True))


def make(
    source: Path,
    folder: Path,
    *,
    at: datetime,
    faults: FaultPoints,
    before: str = "",
    is_stopped: Callable[[], bool] = lambda: False,
) -> Path:
    """Copy the database as it is now, check the copy, name it, remove what is no longer kept.

    The newest copy of each of the last seven days that have one is kept, however many were made on
    one day; beside them the newest seven that were made before a migration.

    Args:
        source: the database file, which others may be writing to.
        folder: where copies are kept.
        at: the instant the copy is named by.
        faults: where tests may kill the program.
        before: the migration step the copy is made for, or empty.
        is_stopped: asked now and then; True gives the copy up.

    Raises:
        DamagedSourceError: the copy is not sound.
        BackupStoppedError: `is_stopped` said so.
        OSError: the disk failed.
        sqlite3.Error: the disk failed.
    """
    sweep(folder)
    target = folder / f"bamboo-{at:{_STAMP}}{f'-before-{before}' if before else ''}.db"
    try:
        temporary = _checked_copy(source, folder / "unfinished.db", is_stopped)
        faults.reached("backup.before_rename")
        temporary.replace(target)
    except BaseException:
        # Above all a copy that filled the disk must not keep it full.
        sweep(folder)
        raise
    sync_folder(folder)
    for backup in _outdated(listed(folder)):
        if backup.path != target:  # also while older copies are dated into the future
            backup.path.unlink(missing_ok=True)
    return target


def _outdated(found: Sequence[Backup]) -> list[Backup]:
    of_days = [backup for backup in found if not backup.before]
    newest = {backup.at.date(): backup for backup in reversed(of_days)}
    kept = list(newest.values())[-KEPT:]
    kept += [backup for backup in found if backup.before][:KEPT]
    return [backup for backup in found if backup not in kept]


def _checked_copy(source: Path, target: Path, is_stopped: Callable[[], bool]) -> Path:
    touch_private(target)
    _copy(source, target, is_stopped)
    try:
        is_good = is_sound(target, is_thorough=True, is_stopped=is_stopped)
    except sqlite3.Error as error:
        if not is_stopped():
            raise
        raise BackupStoppedError from error
    if not is_good:
        raise DamagedSourceError(
            "The database is damaged, so no backup was made of it. Quit and start the program "
            "again: it then restores the newest good backup."
        )
    _sync(target)
    return target


def is_worth_a_copy(source: Path) -> bool:
    """Whether the database holds a session; settings alone are soon made again."""
    with closing(open_reader(source)) as reader:
        found = reader.execute("SELECT EXISTS (SELECT 1 FROM session)").fetchone()
    return bool(found[0])


def sweep(folder: Path) -> None:
    """Remove what an interrupted copy left."""
    for path in folder.glob("unfinished.db*"):
        path.unlink(missing_ok=True)


def _copy(source: Path, target: Path, is_stopped: Callable[[], bool]) -> None:
    def check(_status: int, _remaining: int, _total: int) -> None:
        if is_stopped():
            raise BackupStoppedError

    with closing(open_reader(source)) as reader, closing(sqlite3.connect(target)) as copy:
        watch(copy, is_stopped)
        reader.execute("BEGIN")  # one snapshot for all steps: a commit does not start it again
        reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
        reader.backup(copy, pages=_PAGES, progress=check)
        reader.execute("ROLLBACK")
        copy.execute("PRAGMA journal_mode=DELETE")  # a file that needs no other beside it


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
