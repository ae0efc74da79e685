"""Attempts: how often a call was started, and which start a question about its effect asks about.

Until this step the two were told apart by the clock. What it said then is kept.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

_COLUMNS = (
    "ALTER TABLE tool_call ADD COLUMN attempt INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE question ADD COLUMN attempt INTEGER NOT NULL DEFAULT 0",
)
_STARTED = "UPDATE tool_call SET attempt = 1 WHERE started_at IS NOT NULL"
_ASKED_SINCE = (
    "UPDATE question SET attempt = 1 WHERE kind = 'unknown_effect' AND EXISTS "
    "(SELECT 1 FROM tool_call WHERE tool_call.session_id = question.session_id "
    "AND tool_call.call_id = question.tool_call_id AND tool_call.started_at <= question.asked_at)"
)


def apply(execute: Callable[[str], sqlite3.Cursor]) -> None:
    """Add the two numbers."""
    for statement in (*_COLUMNS, _STARTED, _ASKED_SINCE):
        execute(statement)
