"""Keys: what the start and each call look up has an index, and no cause brings a session twice.

Causes that arrive by themselves are told apart by what they refer to. Where an older program wrote
one down twice, the first stays.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

_STATEMENTS = (
    "CREATE INDEX run_interrupted ON run (session_id, number) WHERE status = 'interrupted'",
    "CREATE INDEX tool_call_number ON tool_call (session_id, number)",
    "DELETE FROM work_item WHERE cause IN ('scheduled', 'child_finished') AND ref <> '' AND EXISTS "
    "(SELECT 1 FROM work_item AS earlier WHERE earlier.session_id = work_item.session_id "
    "AND earlier.cause = work_item.cause AND earlier.ref = work_item.ref "
    "AND earlier.number < work_item.number)",
    "CREATE UNIQUE INDEX work_item_once ON work_item (session_id, cause, ref) "
    "WHERE ref <> '' AND cause IN ('scheduled', 'child_finished')",
)


def apply(execute: Callable[[str], sqlite3.Cursor]) -> None:
    """Make the indices."""
    for statement in _STATEMENTS:
        execute(statement)
