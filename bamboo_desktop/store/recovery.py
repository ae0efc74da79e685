"""Bringing the database back: from an end that was not a clean one, and from damage."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import zlib
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bamboo_desktop.domain.codec import instant_text, parse_instant
from bamboo_desktop.domain.errors import StorageError
from bamboo_desktop.domain.storage import Restored, StartedFresh, StorageNotice
from bamboo_desktop.store import backups
from bamboo_desktop.store.faults import FaultPoints
from bamboo_desktop.store.folder import DataFolder, sync_folder, touch_private, write_private
from bamboo_desktop.store.integrity import (
    THOROUGH_BELOW,
    is_empty,
    is_index_sound,
    is_newer,
    is_sound,
    is_whole,
    opens,
)
from bamboo_desktop.store.migrations import m002_search, newer_error

_LOGS = ("-wal", "-shm")
_LEAP = 1_000_000


def prepare(folder: DataFolder, *, now: datetime, faults: FaultPoints) -> StorageNotice | None:
    """Make sure that the database file can be opened, restoring it if it is damaged.

    Raises:
        NewerDatabaseError: a newer program wrote it; it is left untouched.
        StorageError: it is whole but no database of this program; it is left untouched.
        OSError: the disk failed.
        sqlite3.Error: the disk failed.
    """
    if (plan := _plan(folder)) is not None:
        return _carry_out(folder, plan, faults)
    if _is_fresh(folder):
        return None
    if is_newer(folder.database_path):
        raise newer_error()
    if _is_good(folder):
        return None
    return _restore(folder, now=now, faults=faults)


def was_unclean(folder: DataFolder) -> bool:
    """Whether the last end was not a clean one, or somebody changed the file since."""
    return not _ended_clean(folder)


def repair_index(raw: sqlite3.Connection, folder: DataFolder) -> None:
    """Make the full-text index anew if it is damaged: all it holds stands elsewhere too."""
    if not was_unclean(folder) or not _is_small_or_suspect(folder) or is_index_sound(raw):
        return
    raw.execute("BEGIN IMMEDIATE")
    try:
        raw.execute("DROP TABLE entry_words")
        m002_search.apply(raw.execute)
        raw.execute("COMMIT")
    except BaseException:
        if raw.in_transaction:
            raw.execute("ROLLBACK")
        raise


def mark_open(folder: DataFolder) -> None:
    """From here on an end is only clean if `mark_clean` is reached."""
    folder.clean_mark.unlink(missing_ok=True)
    sync_folder(folder.path)


def mark_clean(folder: DataFolder) -> None:
    """The database was closed in order: remember how the file looks."""
    write_private(folder.clean_mark, json.dumps(_looks(folder.database_path)))


def mark_suspect(folder: DataFolder) -> None:
    """Damage was met while the program ran: the next start looks thoroughly."""
    write_private(folder.clean_mark, json.dumps({"suspect": True}))


def _looks(path: Path) -> dict[str, Any]:
    """How a file can be known again: a small one by all of it, a large one by its last change."""
    status = path.stat()
    looks: dict[str, Any] = {"size": status.st_size, "mtime_ns": status.st_mtime_ns}
    if status.st_size < THOROUGH_BELOW:
        looks["crc32"] = zlib.crc32(path.read_bytes())
    return looks


def _mark(folder: DataFolder) -> dict[str, Any]:
    return _read(folder.clean_mark) or {}


def _plan(folder: DataFolder) -> dict[str, Any] | None:
    """The restore that was begun and not finished; one that cannot be read is begun anew."""
    plan = _read(folder.restore_plan) or {}
    return plan if plan.keys() >= {"set_aside", "lost_until", "backup", "backup_at"} else None


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _ended_clean(folder: DataFolder) -> bool:
    return _mark(folder) == _looks(folder.database_path)


def _is_small_or_suspect(folder: DataFolder) -> bool:
    """Whether there is time, or cause, for the thorough look."""
    is_small = folder.database_path.stat().st_size < THOROUGH_BELOW
    return is_small or bool(_mark(folder).get("suspect"))


def _is_fresh(folder: DataFolder) -> bool:
    """Nothing was ever stored here: no bytes, no log, no mark and no backup speak of it."""
    log = _log(folder, "-wal")
    has_bytes = folder.database_path.stat().st_size or (log.exists() and log.stat().st_size)
    return not has_bytes and not _has_past(folder)


def _has_past(folder: DataFolder) -> bool:
    return folder.clean_mark.exists() or bool(backups.listed(folder.backups))


def _is_good(folder: DataFolder) -> bool:
    path = folder.database_path
    if not path.stat().st_size:
        return False  # it had a log, a mark or a backup: it was cut to nothing
    if _ended_clean(folder):
        is_good = opens(path)
    else:
        is_good = is_sound(path, is_thorough=_is_small_or_suspect(folder))
    # The first step may have been killed: then nothing was stored, and nothing speaks of it.
    return is_good and not (is_empty(path) and _has_past(folder))


def _log(folder: DataFolder, suffix: str) -> Path:
    return folder.database_path.with_name(folder.database_path.name + suffix)


def _restore(folder: DataFolder, *, now: datetime, faults: FaultPoints) -> StorageNotice:
    files = [folder.database_path, *(_log(folder, suffix) for suffix in _LOGS)]
    last = max(file.stat().st_mtime for file in files if file.exists())
    backup = _newest_good(folder)
    if backup is None and _holds_something(folder.database_path):
        raise _unknown(folder.database_path)
    plan = {
        "set_aside": _free_name(folder.damaged, f"{now:%Y%m%dT%H%M%SZ}"),
        "lost_until": instant_text(datetime.fromtimestamp(last, tz=UTC)),
        "backup": backup.path.name if backup else None,
        "backup_at": instant_text(backup.at) if backup else None,
    }
    write_private(folder.restore_plan, json.dumps(plan))
    return _carry_out(folder, plan, faults)


def _holds_something(path: Path) -> bool:
    """Whether the file is whole and not empty: then it never gives way to an empty one."""
    return is_whole(path, is_thorough=True) and not is_empty(path)


def _unknown(path: Path) -> StorageError:
    return StorageError(
        f"The file {path} is a whole database, but not one this program can use, and there is no "
        "backup of it. It was left untouched: move it away for an empty start, put a copy of yours "
        "in its place, or choose another folder with --data-dir."
    )


def _newest_good(folder: DataFolder) -> backups.Backup | None:
    for backup in backups.listed(folder.backups):
        if is_sound(backup.path, is_thorough=True) and not is_newer(backup.path):
            return backup
    return None


def _free_name(parent: Path, stamp: str) -> str:
    parent.mkdir(mode=0o700, exist_ok=True)
    name, number = stamp, 1
    while (parent / name).exists():
        number += 1
        name = f"{stamp}-{number}"
    return name


def _carry_out(folder: DataFolder, plan: dict[str, Any], faults: FaultPoints) -> StorageNotice:
    """Do what the plan says; after a kill the next start does the rest."""
    aside = folder.damaged / str(plan["set_aside"])
    aside.mkdir(mode=0o700, parents=True, exist_ok=True)
    for suffix in (*_LOGS, ""):
        faults.reached("restore.set_aside")
        _move_once(_log(folder, suffix), aside)
    sync_folder(aside)
    sync_folder(folder.path)
    if plan["backup"] is not None:
        _put_in_place(folder, folder.backups / str(plan["backup"]), faults)
    else:
        touch_private(folder.database_path)
    folder.clean_mark.unlink(missing_ok=True)
    folder.restore_plan.unlink()
    sync_folder(folder.path)
    lost_until = parse_instant(str(plan["lost_until"]))
    if plan["backup"] is None:
        return StartedFresh(set_aside=str(aside), lost_until=lost_until)
    backup_at = parse_instant(str(plan["backup_at"]))
    return Restored(
        backup_at=backup_at, lost_from=backup_at, lost_until=lost_until, set_aside=str(aside)
    )


def _move_once(path: Path, aside: Path) -> None:
    target = aside / path.name
    if not path.exists():
        return
    if target.exists():
        path.unlink()  # an earlier try moved the damaged one; this one came after it
    else:
        path.rename(target)


def _put_in_place(folder: DataFolder, backup: Path, faults: FaultPoints) -> None:
    beside = folder.path / "bamboo.db.new"
    touch_private(beside)
    with backup.open("rb") as source, beside.open("wb") as target:
        shutil.copyfileobj(source, target, 1 << 20)
    with closing(sqlite3.connect(beside)) as raw:
        # Numbers of lost events were told to others; new events must not bear them again.
        raw.execute("UPDATE sqlite_sequence SET seq = seq + ? WHERE name = 'event'", (_LEAP,))
        raw.commit()
    with beside.open("rb") as target:
        os.fsync(target.fileno())
    faults.reached("restore.set_aside")
    beside.replace(folder.database_path)
