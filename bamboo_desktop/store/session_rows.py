"""Sessions from and to their rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, select, update

from bamboo_desktop.domain.errors import NotFoundError
from bamboo_desktop.domain.ids import ProviderId, SessionId
from bamboo_desktop.domain.model import ModelRef, ReasoningEffort
from bamboo_desktop.domain.session import Session, SessionKind, TitleSource
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.store.columns import CleanText, Instant
from bamboo_desktop.store.damage import known_word, word_of
from bamboo_desktop.store.erasing import IS_LEFT
from bamboo_desktop.store.tables_session import SESSION, SESSION_METADATA
from bamboo_desktop.store.transaction import Tx

MAX_LINE = 200

_ONE = select(SESSION).where(SESSION.c.id == bindparam("id"), IS_LEFT)
_METADATA = select(SESSION_METADATA).where(
    SESSION_METADATA.c.session_id.in_(bindparam("ids", expanding=True))
)
_TOUCH = (
    update(SESSION)
    .where(SESSION.c.id == bindparam("key", type_=CleanText()))
    .values(
        last_activity_at=bindparam("at", type_=Instant()),
        last_line=func.coalesce(bindparam("line", type_=CleanText()), SESSION.c.last_line),
    )
)


def found(tx: Tx, session_id: SessionId) -> Session | None:
    """The session of that id, or None."""
    row = tx.run(_ONE, {"id": session_id}).one_or_none()
    if row is None:
        return None
    return session_of(row, metadata_of(tx, [session_id]).get(session_id, {}))


def required(tx: Tx, session_id: SessionId) -> Session:
    """The session of that id.

    Raises:
        NotFoundError: there is none.
    """
    session = found(tx, session_id)
    if session is None:
        raise NotFoundError("The session does not exist any more.")
    return session


def metadata_of(tx: Tx, ids: Iterable[str]) -> Mapping[str, Mapping[str, str]]:
    """The metadata maps of several sessions."""
    maps: dict[str, dict[str, str]] = {}
    for row in tx.run(_METADATA, {"ids": list(ids)}):
        maps.setdefault(row.session_id, {})[row.key] = row.value
    return maps


def touch(tx: Tx, session_id: SessionId, *, line: str | None = None) -> None:
    """Something happened in the session now; `line` is its new last line, None keeps it."""
    at: datetime = tx.now
    tx.run(_TOUCH, {"key": session_id, "at": at, "line": None if line is None else one_line(line)})


def one_line(text: str) -> str:
    """The first line of a text that says something, short enough for a list."""
    for line in text[:4000].splitlines():
        if words := line.lstrip("#> \t").split():
            return " ".join(words)[:MAX_LINE]
    return ""


def folded(title: str) -> str:
    """A title as it is searched: without regard to case."""
    return title.casefold()


def row_of(session: Session) -> dict[str, Any]:
    """The columns of a new session."""
    model = session.model
    return {
        "id": session.id,
        "kind": session.kind.value,
        "is_archived": session.is_archived,
        "is_pinned": session.is_pinned,
        "deleted_at": session.deleted_at,
        "last_activity_at": session.created_at,
        "created_at": session.created_at,
        "updated_at": session.updated_at,
        "title": session.title,
        "title_folded": folded(session.title),
        "title_version": session.title_version,
        "title_source": session.title_source.value,
        "metadata_version": session.metadata_version,
        "parent_session_id": session.parent_session_id,
        "root_session_id": session.root_session_id,
        "spawn_depth": session.spawn_depth,
        "model_provider": model.provider if model else None,
        "model_name": model.model if model else None,
        "reasoning_effort": session.reasoning_effort.value if session.reasoning_effort else None,
        "last_line": "",
        "used_input": 0,
        "used_output": 0,
        "used_cache_read": 0,
        "used_cache_write": 0,
        "used_thinking": 0,
        "used_cost_micros": None,
        "workspace": session.workspace,
        "system_prompt": session.system_prompt,
    }


def session_of(row: Row[*tuple[Any, ...]], metadata: Mapping[str, str]) -> Session:
    """The session of a row."""
    effort, provider = row.reasoning_effort, row.model_provider
    return Session(
        id=SessionId(row.id),
        title=row.title,
        created_at=row.created_at,
        updated_at=row.updated_at,
        title_version=row.title_version,
        title_source=word_of(TitleSource, row.title_source, TitleSource.MANUAL),
        is_pinned=row.is_pinned,
        is_archived=row.is_archived,
        metadata_version=row.metadata_version,
        kind=word_of(SessionKind, row.kind, SessionKind.ROOT),
        parent_session_id=_session_id(row.parent_session_id),
        root_session_id=_session_id(row.root_session_id),
        spawn_depth=row.spawn_depth,
        model=ModelRef(provider=ProviderId(provider), model=row.model_name) if provider else None,
        reasoning_effort=known_word(ReasoningEffort, effort) if effort else None,
        workspace=row.workspace,
        system_prompt=row.system_prompt,
        deleted_at=row.deleted_at,
        metadata=dict(metadata),
    )


def used_of(row: Row[*tuple[Any, ...]]) -> Usage:
    """The sums of a session's row."""
    return Usage(
        input_tokens=row.used_input,
        output_tokens=row.used_output,
        cache_read_tokens=row.used_cache_read,
        cache_write_tokens=row.used_cache_write,
        thinking_tokens=row.used_thinking,
        cost_micros=row.used_cost_micros,
    )


def _session_id(text: str | None) -> SessionId | None:
    return None if text is None else SessionId(text)
