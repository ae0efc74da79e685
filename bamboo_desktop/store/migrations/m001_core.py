"""The tables of the first version: sessions, history, runs, questions, settings.

The statements are frozen: what changes later is a step of its own. Messages, entries, events,
answers and usage are append-only: triggers refuse every change, and a deletion unless the session
is being purged in the same transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

_TABLES = (
    "CREATE TABLE session (id TEXT NOT NULL, kind TEXT NOT NULL, is_archived BOOLEAN NOT "
    "NULL, is_pinned BOOLEAN NOT NULL, deleted_at INTEGER, last_activity_at INTEGER NOT NULL, "
    "created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, title TEXT NOT NULL, "
    "title_folded TEXT NOT NULL, title_version INTEGER NOT NULL, title_source TEXT NOT NULL, "
    "metadata_version INTEGER NOT NULL, parent_session_id TEXT, root_session_id TEXT, "
    "spawn_depth INTEGER NOT NULL, model_provider TEXT, model_name TEXT, reasoning_effort "
    "TEXT, last_line TEXT NOT NULL, used_input INTEGER NOT NULL, used_output INTEGER NOT "
    "NULL, used_cache_read INTEGER NOT NULL, used_cache_write INTEGER NOT NULL, used_thinking "
    "INTEGER NOT NULL, used_cost_micros INTEGER, workspace TEXT NOT NULL, system_prompt TEXT "
    "NOT NULL, PRIMARY KEY (id))",
    "CREATE INDEX session_list ON session (kind, deleted_at, is_archived, is_pinned, "
    "last_activity_at)",
    "CREATE INDEX session_parent ON session (parent_session_id)",
    "CREATE TABLE event (account_sequence INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "
    "session_id TEXT NOT NULL, sequence INTEGER NOT NULL, run_id TEXT, at INTEGER NOT NULL, "
    "type TEXT NOT NULL, data TEXT NOT NULL, UNIQUE (session_id, sequence))",
    'CREATE TABLE preference ("key" TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY ("key"))',
    "CREATE TABLE provider_config (id TEXT NOT NULL, kind TEXT NOT NULL, label TEXT NOT NULL, "
    "base_url TEXT NOT NULL, default_model TEXT NOT NULL, is_enabled BOOLEAN NOT NULL, "
    "context_window INTEGER, PRIMARY KEY (id))",
    "CREATE TABLE migration (name TEXT NOT NULL, applied_at INTEGER NOT NULL, PRIMARY KEY (name))",
    "CREATE TABLE purge (session_id TEXT NOT NULL, PRIMARY KEY (session_id))",
    'CREATE TABLE session_metadata (session_id TEXT NOT NULL, "key" TEXT NOT NULL, value TEXT '
    'NOT NULL, PRIMARY KEY (session_id, "key"), FOREIGN KEY(session_id) REFERENCES session '
    "(id))",
    "CREATE TABLE draft (session_id TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY "
    "(session_id), FOREIGN KEY(session_id) REFERENCES session (id))",
    "CREATE TABLE task_list (session_id TEXT NOT NULL, version INTEGER NOT NULL, items TEXT "
    "NOT NULL, PRIMARY KEY (session_id), FOREIGN KEY(session_id) REFERENCES session (id))",
    "CREATE TABLE context_summary (id INTEGER NOT NULL, session_id TEXT NOT NULL, created_at "
    "INTEGER NOT NULL, upto_message_id TEXT NOT NULL, messages_summarized INTEGER NOT NULL, "
    "tokens_saved INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (id), FOREIGN "
    "KEY(session_id) REFERENCES session (id))",
    "CREATE INDEX context_summary_session ON context_summary (session_id, id)",
    "CREATE TABLE message (id TEXT NOT NULL, session_id TEXT NOT NULL, position INTEGER NOT "
    "NULL, run_id TEXT, role TEXT NOT NULL, origin TEXT NOT NULL, is_partial BOOLEAN NOT "
    "NULL, created_at INTEGER NOT NULL, model TEXT NOT NULL, usage TEXT, parts TEXT NOT NULL, "
    "library_json BLOB, PRIMARY KEY (id), UNIQUE (session_id, position), FOREIGN "
    "KEY(session_id) REFERENCES session (id))",
    "CREATE TABLE entry (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, session_id TEXT NOT "
    "NULL, position INTEGER NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL, run_id TEXT, "
    "message_id TEXT, ref TEXT, is_partial BOOLEAN NOT NULL, text TEXT NOT NULL, UNIQUE "
    "(session_id, position), FOREIGN KEY(session_id) REFERENCES session (id))",
    "CREATE INDEX entry_ref ON entry (session_id, ref)",
    "CREATE TABLE tool_call (session_id TEXT NOT NULL, call_id TEXT NOT NULL, number INTEGER "
    "NOT NULL, run_id TEXT NOT NULL, message_id TEXT NOT NULL, tool TEXT NOT NULL, tool_class "
    "TEXT NOT NULL, state TEXT NOT NULL, outcome TEXT, duration_ms INTEGER, started_at "
    "INTEGER, ended_at INTEGER, digest TEXT NOT NULL, headline TEXT NOT NULL, arguments TEXT "
    "NOT NULL, files TEXT NOT NULL, diff TEXT NOT NULL, content TEXT NOT NULL, PRIMARY KEY "
    "(session_id, call_id), FOREIGN KEY(session_id) REFERENCES session (id))",
    "CREATE INDEX tool_call_message ON tool_call (session_id, message_id)",
    "CREATE INDEX tool_call_state ON tool_call (session_id, state)",
    "CREATE TABLE run (id TEXT NOT NULL, session_id TEXT NOT NULL, number INTEGER NOT NULL, "
    "cause TEXT NOT NULL, status TEXT NOT NULL, boot_id TEXT NOT NULL, started_at INTEGER NOT "
    "NULL, completed_at INTEGER, round_count INTEGER NOT NULL, error TEXT NOT NULL, usage "
    "TEXT NOT NULL, snapshot TEXT NOT NULL, PRIMARY KEY (id), UNIQUE (session_id, number), "
    "FOREIGN KEY(session_id) REFERENCES session (id))",
    "CREATE UNIQUE INDEX run_live ON run (session_id) WHERE completed_at IS NULL",
    "CREATE TABLE work_item (number INTEGER NOT NULL, id TEXT NOT NULL, session_id TEXT NOT "
    "NULL, cause TEXT NOT NULL, ref TEXT NOT NULL, created_at INTEGER NOT NULL, consumed_by "
    "TEXT, PRIMARY KEY (number), UNIQUE (id), FOREIGN KEY(session_id) REFERENCES session "
    "(id))",
    "CREATE INDEX work_item_session ON work_item (session_id, consumed_by)",
    "CREATE INDEX work_item_open ON work_item (session_id) WHERE consumed_by IS NULL",
    "CREATE TABLE queued_message (number INTEGER NOT NULL, id TEXT NOT NULL, session_id TEXT "
    "NOT NULL, mode TEXT NOT NULL, created_at INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY "
    "KEY (number), UNIQUE (id), FOREIGN KEY(session_id) REFERENCES session (id))",
    "CREATE INDEX queued_message_session ON queued_message (session_id, number)",
    "CREATE TABLE model_usage (id INTEGER NOT NULL, session_id TEXT NOT NULL, run_id TEXT NOT "
    "NULL, round INTEGER NOT NULL, model TEXT NOT NULL, at INTEGER NOT NULL, input_tokens "
    "INTEGER NOT NULL, output_tokens INTEGER NOT NULL, cache_read_tokens INTEGER NOT NULL, "
    "cache_write_tokens INTEGER NOT NULL, thinking_tokens INTEGER NOT NULL, cost_micros "
    "INTEGER, PRIMARY KEY (id), FOREIGN KEY(session_id) REFERENCES session (id))",
    "CREATE INDEX model_usage_at ON model_usage (at)",
    "CREATE INDEX model_usage_run ON model_usage (run_id)",
    "CREATE INDEX model_usage_session ON model_usage (session_id)",
    "CREATE TABLE question (number INTEGER NOT NULL, id TEXT NOT NULL, session_id TEXT NOT "
    "NULL, run_id TEXT NOT NULL, kind TEXT NOT NULL, tool_call_id TEXT, asked_at INTEGER NOT "
    "NULL, deadline_at INTEGER, closed_at INTEGER, withdrawn_at INTEGER, title TEXT NOT NULL, "
    "headline TEXT NOT NULL, items TEXT NOT NULL, consent TEXT, PRIMARY KEY (number), UNIQUE "
    "(id), FOREIGN KEY(session_id) REFERENCES session (id))",
    "CREATE INDEX question_session ON question (session_id)",
    "CREATE INDEX question_open ON question (closed_at, session_id, number)",
    "CREATE TABLE permission_grant (id TEXT NOT NULL, scope TEXT NOT NULL, rule TEXT NOT "
    "NULL, session_id TEXT, created_at INTEGER NOT NULL, revoked_at INTEGER, PRIMARY KEY "
    "(id), FOREIGN KEY(session_id) REFERENCES session (id))",
    "CREATE INDEX permission_grant_session ON permission_grant (session_id)",
    "CREATE TABLE answer (question_id TEXT NOT NULL, session_id TEXT NOT NULL, answered_at "
    "INTEGER NOT NULL, answered_by TEXT NOT NULL, items TEXT NOT NULL, note TEXT NOT NULL, "
    "PRIMARY KEY (question_id), FOREIGN KEY(question_id) REFERENCES question (id), FOREIGN "
    "KEY(session_id) REFERENCES session (id))",
    "CREATE INDEX ix_answer_session_id ON answer (session_id)",
    "CREATE TABLE answer_draft (question_id TEXT NOT NULL, items TEXT NOT NULL, note TEXT NOT "
    "NULL, PRIMARY KEY (question_id), FOREIGN KEY(question_id) REFERENCES question (id))",
)

_APPEND_ONLY = ("message", "entry", "event", "answer", "model_usage")
_REFUSE_UPDATE = (
    "CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
    "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
)
_REFUSE_DELETE = (
    "CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
    "WHEN NOT EXISTS (SELECT 1 FROM purge WHERE purge.session_id = OLD.session_id) "
    "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
)


def apply(execute: Callable[[str], sqlite3.Cursor]) -> None:
    """Make the tables and the triggers that keep history what it was."""
    for statement in _TABLES:
        execute(statement)
    for table in _APPEND_ONLY:
        execute(_REFUSE_UPDATE.format(table=table))
        execute(_REFUSE_DELETE.format(table=table))
    execute("PRAGMA application_id=1113411663")
