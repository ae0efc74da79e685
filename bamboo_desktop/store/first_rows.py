"""The first rows of the session list, read while the store is still on its way.

It is for the moment between the first paint and the open database, so it imports the driver and
nothing else, takes no lock and leaves no trace. Only a file that was closed in order and has not
changed since is read: what a crash, another program, a restore or an older version left behind is
looked after by the store first, and there are no first rows then.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bamboo_desktop.domain.ids import ProviderId, RunId, SessionId
from bamboo_desktop.domain.model import ModelRef, ReasoningEffort
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.session import Session, SessionKind, SessionSummary, TitleSource
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.store.folder import DataFolder
from bamboo_desktop.store.migrations import STEPS

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# The newest active sessions, in the order in which `session_list` gives them.
_ROWS = """
SELECT session.*, run.id AS newest_run, run.status AS run_status, run.error AS run_error,
  (SELECT count(*) FROM question
    WHERE question.session_id = session.id AND closed_at IS NULL) AS open_questions,
  (SELECT headline FROM question WHERE question.session_id = session.id AND closed_at IS NULL
    ORDER BY number LIMIT 1) AS question,
  (SELECT coalesce(max(position) + 1, 0) FROM message
    WHERE message.session_id = session.id) AS message_count
FROM session LEFT JOIN run ON run.session_id = session.id AND run.number =
  (SELECT max(number) FROM run AS every_run WHERE every_run.session_id = session.id)
WHERE session.kind = 'root' AND session.deleted_at IS NULL AND session.is_archived = 0
ORDER BY session.is_pinned DESC, session.last_activity_at DESC, session.rowid DESC LIMIT ?
"""
_METADATA = "SELECT session_id, key, value FROM session_metadata WHERE session_id IN ({})"


def first_rows(data_dir: Path, *, limit: int) -> tuple[SessionSummary, ...]:
    """The first rows of the list of active sessions; none where there is the least doubt."""
    folder = DataFolder(path=data_dir, lock=None)
    try:
        if not _is_at_rest(folder):
            return ()
        address = f"file:{quote(str(folder.database_path))}?mode=ro&immutable=1"
        with closing(sqlite3.connect(address, uri=True, timeout=0)) as raw:
            found = _read(raw, limit)
        # Somebody may have opened it meanwhile: then the pages need not have fitted together.
        return found if _is_at_rest(folder) else ()
    except (OSError, sqlite3.Error, ValueError, TypeError, LookupError, OverflowError):
        return ()


def _is_at_rest(folder: DataFolder) -> bool:
    """Whether the last end was a clean one, and nobody has touched the file since."""
    mark = json.loads(folder.clean_mark.read_bytes())
    status = folder.database_path.stat()
    is_same = (mark["size"], mark["mtime_ns"]) == (status.st_size, status.st_mtime_ns)
    log = folder.database_path.with_name(f"{folder.database_path.name}-wal")
    return is_same and not log.exists() and not folder.restore_plan.exists()


def _read(raw: sqlite3.Connection, limit: int) -> tuple[SessionSummary, ...]:
    raw.row_factory = sqlite3.Row
    raw.execute("PRAGMA query_only=ON")
    raw.execute("PRAGMA trusted_schema=OFF")
    raw.execute("PRAGMA cell_size_check=ON")
    if raw.execute("PRAGMA user_version").fetchone()[0] != len(STEPS):
        return ()
    rows = raw.execute(_ROWS, (limit,)).fetchall()
    metadata = _metadata(raw, [row["id"] for row in rows])
    found = tuple(_summary(row, metadata.get(row["id"], {})) for row in rows)
    # No run outlives a clean end; where one says so, the engine knows better in a moment.
    return () if any(one.status is not None and one.status.is_live for one in found) else found


def _metadata(raw: sqlite3.Connection, ids: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
    maps: dict[str, dict[str, str]] = {}
    for session_id, key, value in raw.execute(_METADATA.format(",".join("?" * len(ids))), ids):
        maps.setdefault(session_id, {})[key] = value
    return maps


def _summary(row: sqlite3.Row, metadata: Mapping[str, str]) -> SessionSummary:
    status, run_id = row["run_status"], row["newest_run"]
    return SessionSummary(
        session=_session(row, metadata),
        status=None if status is None else AgentStatus(status),
        run_id=RunId(run_id) if run_id else None,
        last_activity_at=_instant(row["last_activity_at"]),
        last_line=_text(row["last_line"]),
        question=_text(row["question"] or ""),
        open_questions=row["open_questions"],
        message_count=row["message_count"],
        error=_text(row["run_error"] or ""),
        usage=Usage(
            input_tokens=int(row["used_input"]),
            output_tokens=int(row["used_output"]),
            cache_read_tokens=int(row["used_cache_read"]),
            cache_write_tokens=int(row["used_cache_write"]),
            thinking_tokens=int(row["used_thinking"]),
            cost_micros=row["used_cost_micros"],
        ),
    )


def _session(row: sqlite3.Row, metadata: Mapping[str, str]) -> Session:
    effort, provider, root = row["reasoning_effort"], row["model_provider"], row["root_session_id"]
    model = ModelRef(provider=ProviderId(provider), model=row["model_name"]) if provider else None
    return Session(
        id=SessionId(row["id"]),
        title=_text(row["title"]),
        created_at=_instant(row["created_at"]),
        updated_at=_instant(row["updated_at"]),
        title_version=row["title_version"],
        title_source=TitleSource(row["title_source"]),
        is_pinned=bool(row["is_pinned"]),
        is_archived=bool(row["is_archived"]),
        metadata_version=row["metadata_version"],
        kind=SessionKind(row["kind"]),
        root_session_id=SessionId(root) if root else None,
        spawn_depth=row["spawn_depth"],
        model=model,
        reasoning_effort=ReasoningEffort(effort) if effort else None,
        workspace=_text(row["workspace"]),
        system_prompt=_text(row["system_prompt"]),
        metadata=metadata,
    )


def _instant(micros: Any) -> datetime:
    return _EPOCH + timedelta(microseconds=int(micros))


def _text(stored: Any) -> str:
    if not isinstance(stored, str):
        raise TypeError("no text")
    return stored
