"""Schedules, their occurrences, the attempts of those and the runs that carried them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

_STATEMENTS = (
    "CREATE TABLE schedule (id TEXT NOT NULL, name TEXT NOT NULL, trigger_kind TEXT NOT NULL, "
    '"trigger" TEXT NOT NULL, zone TEXT NOT NULL, "window" TEXT NOT NULL, policies TEXT NOT NULL, '
    "run_config TEXT NOT NULL, budgets TEXT NOT NULL, is_enabled BOOLEAN NOT NULL, pause TEXT, "
    "revision INTEGER NOT NULL, accounted_at INTEGER NOT NULL, next_at INTEGER, ahead TEXT NOT "
    "NULL, plan_version TEXT NOT NULL, is_slow BOOLEAN NOT NULL, created_at INTEGER NOT NULL, "
    "updated_at INTEGER NOT NULL, deleted_at INTEGER, PRIMARY KEY (id))",
    "CREATE INDEX schedule_due ON schedule (next_at) WHERE deleted_at IS NULL",
    "CREATE TABLE occurrence (number INTEGER NOT NULL, id TEXT NOT NULL, schedule_id TEXT NOT "
    "NULL, kind TEXT NOT NULL, planned_at INTEGER NOT NULL, last_at INTEGER NOT NULL, count "
    "INTEGER NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL, timing TEXT NOT NULL, "
    "claimed_at INTEGER NOT NULL, owner TEXT NOT NULL, not_before INTEGER NOT NULL, as_of "
    "INTEGER, attempt INTEGER NOT NULL, session_id TEXT, run_id TEXT, model_source TEXT NOT "
    "NULL, started_at INTEGER, ended_at INTEGER, error TEXT NOT NULL, PRIMARY KEY (number), "
    "UNIQUE (id), FOREIGN KEY(schedule_id) REFERENCES schedule (id))",
    "CREATE UNIQUE INDEX occurrence_instant ON occurrence (schedule_id, planned_at) "
    "WHERE kind = 'planned'",
    "CREATE INDEX occurrence_open ON occurrence (state, not_before) "
    "WHERE state IN ('queued', 'running', 'waiting')",
    "CREATE INDEX occurrence_history ON occurrence (schedule_id, planned_at)",
    "CREATE INDEX occurrence_calendar ON occurrence (planned_at, last_at)",
    "CREATE INDEX occurrence_session ON occurrence (session_id, number)",
    "CREATE TABLE occurrence_attempt (occurrence_id TEXT NOT NULL, number INTEGER NOT NULL, "
    "session_id TEXT, owner TEXT NOT NULL, started_at INTEGER NOT NULL, ended_at INTEGER, state "
    "TEXT NOT NULL, reason TEXT NOT NULL, error TEXT NOT NULL, PRIMARY KEY (occurrence_id, "
    "number), FOREIGN KEY(occurrence_id) REFERENCES occurrence (id))",
    "CREATE TABLE occurrence_run (run_id TEXT NOT NULL, occurrence_id TEXT NOT NULL, attempt "
    "INTEGER NOT NULL, PRIMARY KEY (run_id), FOREIGN KEY(occurrence_id) REFERENCES occurrence "
    "(id))",
    "CREATE INDEX occurrence_run_of ON occurrence_run (occurrence_id)",
    "CREATE TABLE occurrence_summary (schedule_id TEXT NOT NULL, state TEXT NOT NULL, reason "
    "TEXT NOT NULL, count INTEGER NOT NULL, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL, "
    "PRIMARY KEY (schedule_id, state, reason), FOREIGN KEY(schedule_id) REFERENCES schedule (id))",
)


def apply(execute: Callable[[str], sqlite3.Cursor]) -> None:
    """Make the tables."""
    for statement in _STATEMENTS:
        execute(statement)
