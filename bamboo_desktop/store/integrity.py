"""Is a database file whole, and of which version: looked at without changing it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from bamboo_desktop.store.connection import READ_TEXT, watch
from bamboo_desktop.store.failures import is_damage
from bamboo_desktop.store.migrations import STEPS

THOROUGH_BELOW = 64 * 1024 * 1024


def is_sound(
    path: Path, *, is_thorough: bool, is_stopped: Callable[[], bool] = lambda: False
) -> bool:
    """Whether SQLite finds no fault and the file lists the steps it has been through.

    Raises:
        sqlite3.Error: the disk failed or `is_stopped` said so, which says nothing about the file.
    """
    return is_whole(path, is_thorough=is_thorough, is_stopped=is_stopped) and opens(path)


def is_whole(
    path: Path, *, is_thorough: bool, is_stopped: Callable[[], bool] = lambda: False
) -> bool:
    """Whether SQLite finds no fault; the thorough check also compares indices with their rows.

    Raises:
        sqlite3.Error: the disk failed or `is_stopped` said so, which says nothing about the file.
    """
    check = "integrity_check" if is_thorough else "quick_check"
    try:
        with closing(open_untouched(path)) as raw:
            watch(raw, is_stopped)
            return bool(raw.execute(f"PRAGMA {check}(1)").fetchall() == [("ok",)])
    except (sqlite3.Error, UnicodeDecodeError) as error:
        if _is_damage(error):
            return False
        raise


def opens(path: Path) -> bool:
    """Whether the file can be opened and lists the steps it has been through.

    Raises:
        sqlite3.Error: the disk failed, which says nothing about the file.
    """
    try:
        with closing(open_untouched(path)) as raw:
            return _has_known_shape(raw)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        if _is_damage(error):
            return False
        raise


def _is_damage(error: BaseException) -> bool:
    """A damaged table of contents makes the driver stumble over SQLite's own message."""
    return isinstance(error, UnicodeDecodeError) or is_damage(error)


def is_empty(path: Path) -> bool:
    """Whether a sound file holds no table at all."""
    with closing(open_untouched(path)) as raw:
        return raw.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None


def is_newer(path: Path) -> bool:
    """Whether a newer program wrote the file: it is whole, and its version is not known here."""
    if _version(path) <= len(STEPS):
        return False
    return is_whole(path, is_thorough=path.stat().st_size < THOROUGH_BELOW)


def _version(path: Path) -> int:
    try:
        with closing(open_untouched(path)) as raw:
            return int(raw.execute("PRAGMA user_version").fetchone()[0])
    except (sqlite3.Error, UnicodeDecodeError) as error:
        if _is_damage(error):
            return 0
        raise


def open_untouched(path: Path) -> sqlite3.Connection:
    """A connection that neither writes nor, when it closes, moves the log into the file."""
    raw = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, isolation_level=None)
    raw.text_factory = READ_TEXT
    return raw


def _has_known_shape(raw: sqlite3.Connection) -> bool:
    """As many steps are listed as its version says; no table at all is the shape before them."""
    version = raw.execute("PRAGMA user_version").fetchone()[0]
    names = {row[0] for row in raw.execute("SELECT name FROM sqlite_master")}
    if "migration" not in names:
        return version == 0 and not names
    return bool(version == raw.execute("SELECT count(*) FROM migration").fetchone()[0])


def is_index_sound(raw: sqlite3.Connection) -> bool:
    """Whether the full-text index holds together; `PRAGMA integrity_check` does not look at it."""
    try:
        raw.execute("INSERT INTO entry_words (entry_words) VALUES ('integrity-check')")
    except (sqlite3.Error, UnicodeDecodeError) as error:
        if _is_damage(error):
            return False
        raise
    return True
