"""What the database refused, in words of the house: decided by SQLite's codes, never by text."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from bamboo_desktop.domain.errors import Bug, ConflictError, NotFoundError, StorageError
from bamboo_desktop.store import disk

_SENTENCES = {
    sqlite3.SQLITE_FULL: "The disk is full. Free some space; what was stored before is intact.",
    sqlite3.SQLITE_IOERR: "The disk reported an error while the database was read or written. "
    "Check the disk and its connection, then try again.",
    sqlite3.SQLITE_READONLY: "The data folder cannot be written. Check its permissions and "
    "whether the disk is mounted read-only.",
    sqlite3.SQLITE_CANTOPEN: "The database file cannot be opened. Check that the data folder still "
    "exists and may be written.",
    sqlite3.SQLITE_PERM: "The data folder may not be used by this user. Check its permissions.",
    sqlite3.SQLITE_CORRUPT: "The database is damaged. Quit and start the program again: it then "
    "restores the newest good backup.",
    sqlite3.SQLITE_NOTADB: "The database file is damaged. Quit and start the program again: it "
    "then restores the newest good backup.",
    sqlite3.SQLITE_BUSY: "Another program holds the database. Close it, then try again.",
    sqlite3.SQLITE_LOCKED: "The database is locked by another operation. Try again.",
    sqlite3.SQLITE_PROTOCOL: "The database is locked by another program. Close it, then try again.",
    sqlite3.SQLITE_NOMEM: "The computer is out of memory. Close other programs, then try again.",
    sqlite3.SQLITE_TOOBIG: "The text is too large to be stored (more than 1 GB).",
    sqlite3.SQLITE_INTERRUPT: "Reading took too long and was stopped. Ask for less at once.",
}
_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
# A full disk fails in all these ways, by which file SQLite wanted to make or lengthen.
_FULL_SHOWS_AS = frozenset({sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN})
_TAKEN = frozenset({sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY})


def primary_code(error: BaseException) -> int | None:
    """SQLite's primary result code behind an error, or None when SQLite did not raise it."""
    code = _extended_code(error)
    return None if code is None else code & 0xFF


def is_damage(error: BaseException) -> bool:
    """True when the file itself is broken."""
    return primary_code(error) in _DAMAGE


def translated(error: BaseException, *, folder: Path) -> BaseException:
    """The error as the rest of the program knows it; errors that are not SQLite's stay.

    Args:
        error: what was raised.
        folder: the data folder, whose disk is looked at where the code alone does not say enough.
    """
    code = _extended_code(error)
    if code is None:
        return error
    if code & 0xFF in _FULL_SHOWS_AS and disk.is_full(folder):
        code = sqlite3.SQLITE_FULL
    found: BaseException
    if code & 0xFF == sqlite3.SQLITE_CONSTRAINT:
        found = _constraint(code, error)
    elif (sentence := _SENTENCES.get(code & 0xFF)) is not None:
        found = StorageError(sentence, details=str(_driver_error(error)))
    else:
        found = Bug(f"the database refused a statement: {_driver_error(error)}")
    found.__cause__ = error
    return found


def _constraint(code: int, error: BaseException) -> BaseException:
    if code == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
        return NotFoundError("The session or question no longer exists; nothing was changed.")
    if code in _TAKEN:
        return ConflictError(
            "The same thing is stored already; nothing was changed.",
            details=str(_driver_error(error)),
        )
    return Bug(f"a rule of the database was broken: {_driver_error(error)}")


def _driver_error(error: BaseException) -> BaseException:
    return error.orig if isinstance(error, DBAPIError) and error.orig is not None else error


def _extended_code(error: BaseException) -> int | None:
    cause = _driver_error(error)
    if not isinstance(cause, sqlite3.Error):
        return None
    return getattr(cause, "sqlite_errorcode", None)
