"""What runs used, and what was granted beyond budgets."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

_STATEMENTS = (
    "CREATE TABLE spending (run_id TEXT NOT NULL, slot_at INTEGER NOT NULL, origin_id TEXT NOT "
    "NULL, schedule_id TEXT, cost_micros INTEGER NOT NULL, tokens INTEGER NOT NULL, live_ms "
    "INTEGER NOT NULL, calls INTEGER NOT NULL, unpriced INTEGER NOT NULL, PRIMARY KEY (run_id, "
    "slot_at))",
    "CREATE INDEX spending_origin ON spending (origin_id)",
    "CREATE INDEX spending_schedule ON spending (schedule_id, slot_at)",
    "CREATE INDEX spending_slot ON spending (slot_at)",
    "CREATE TABLE budget_grant (question_id TEXT NOT NULL, pot TEXT NOT NULL, measure TEXT NOT "
    "NULL, amount INTEGER NOT NULL, granted_at INTEGER, PRIMARY KEY (question_id, pot, measure))",
    "CREATE INDEX budget_grant_pot ON budget_grant (pot, measure)",
)


def apply(execute: Callable[[str], sqlite3.Cursor]) -> None:
    """Make the tables."""
    for statement in _STATEMENTS:
        execute(statement)
