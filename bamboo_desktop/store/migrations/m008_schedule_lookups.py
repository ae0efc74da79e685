"""Schedule lookups: each tick asks how far schedules are and what of one is open, by index."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

_STATEMENTS = (
    "CREATE INDEX schedule_accounted ON schedule (accounted_at) WHERE deleted_at IS NULL",
    "CREATE INDEX occurrence_open_of ON occurrence (schedule_id) "
    "WHERE state IN ('queued', 'running', 'waiting')",
)


def apply(execute: Callable[[str], sqlite3.Cursor]) -> None:
    """Make the indices."""
    for statement in _STATEMENTS:
        execute(statement)
