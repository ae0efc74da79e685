"""Connections to the one database file: exactly one writes and checkpoints, the others read."""

from __future__ import annotations

import functools
import sqlite3
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, NullPool, create_engine

_BOTH = (
    "PRAGMA busy_timeout=5000",
    "PRAGMA foreign_keys=ON",
    "PRAGMA mmap_size=0",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cell_size_check=ON",
    "PRAGMA temp_store=MEMORY",
)
_WRITER = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA wal_autocheckpoint=1000",
    "PRAGMA journal_size_limit=67108864",
    "PRAGMA cache_size=-16384",
)
# Three of them read now and then: what they have not at hand, the system has.
_READER = (
    "PRAGMA wal_autocheckpoint=0",
    "PRAGMA query_only=ON",
    "PRAGMA cache_size=-2048",
)
PROGRESS_STEPS = 20_000
# A flipped byte in a text costs one letter, not the page of the transcript that holds it.
READ_TEXT = functools.partial(str, encoding="utf-8", errors="replace")


def open_writer(path: Path) -> sqlite3.Connection:
    """The one connection that may write and checkpoint."""
    return _open(path, _WRITER)


def open_reader(path: Path) -> sqlite3.Connection:
    """A connection that cannot write and never checkpoints."""
    return _open(path, _READER)


def open_still(path: Path) -> sqlite3.Connection:
    """A connection to a file that nobody writes as long as it is open; it leaves no trace.

    A log that holds something is read with it, which needs the index beside it, or room for one.
    """
    how = "mode=ro" if has_log(path) else "mode=ro&immutable=1"
    return _open(f"file:{quote(str(path))}?{how}", _READER)


def has_log(path: Path) -> bool:
    """Whether there is a log whose content may not be in the file yet."""
    try:
        return path.with_name(f"{path.name}-wal").stat().st_size > 0
    except FileNotFoundError:
        return False


def _open(path: Path | str, pragmas: tuple[str, ...]) -> sqlite3.Connection:
    # Used by one thread at a time, but not by the one that opened it.
    raw = sqlite3.connect(
        path,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=512,
        uri=isinstance(path, str),
    )
    raw.text_factory = READ_TEXT
    try:
        for pragma in (*_BOTH, *pragmas):
            raw.execute(pragma).fetchall()
    except BaseException:
        raw.close()
        raise
    return raw


def wrap(raw: sqlite3.Connection) -> Connection:
    """The driver's connection as a SQLAlchemy one, which then owns it.

    BEGIN, SAVEPOINT and COMMIT are given to the driver's connection by hand: the driver's own
    transactions begin too late (at the first write) and not IMMEDIATE.
    """
    engine = create_engine(
        "sqlite://",
        creator=lambda: raw,
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        query_cache_size=1000,
    )
    return engine.connect()


def watch(raw: sqlite3.Connection, is_over: Callable[[], bool]) -> None:
    """Ask now and then during a statement whether it has to be given up."""
    raw.set_progress_handler(lambda: 1 if is_over() else 0, PROGRESS_STEPS)
