"""Sessions: made, found, listed, changed, thrown away."""

from __future__ import annotations

from bamboo_desktop.domain.events import SessionCreated
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.session import Session
from bamboo_desktop.store.session_bin import purge, purge_one, restore, trash
from bamboo_desktop.store.session_edits import (
    set_archived,
    set_metadata,
    set_model,
    set_pinned,
    set_system_prompt,
    set_title,
    set_workspace,
)
from bamboo_desktop.store.session_list import summaries, summary
from bamboo_desktop.store.session_rows import found, row_of
from bamboo_desktop.store.tables_session import SESSION, SESSION_METADATA
from bamboo_desktop.store.transaction import Tx

__all__ = [
    "get",
    "insert",
    "purge",
    "purge_one",
    "restore",
    "set_archived",
    "set_metadata",
    "set_model",
    "set_pinned",
    "set_system_prompt",
    "set_title",
    "set_workspace",
    "summaries",
    "summary",
    "trash",
]

_NEW = SESSION.insert()
_NEW_METADATA = SESSION_METADATA.insert()


def get(tx: Tx, session_id: SessionId) -> Session | None:
    """The session of that id, also from the bin; None if there is none."""
    return found(tx, session_id)


def insert(tx: Tx, session: Session) -> None:
    """Store a new session.

    Raises:
        ConflictError: the id is taken.
    """
    tx.run(_NEW, row_of(session))
    if session.metadata:
        rows = [
            {"session_id": session.id, "key": key, "value": value}
            for key, value in session.metadata.items()
        ]
        tx.run(_NEW_METADATA, rows)
    tx.emit(session.id, None, SessionCreated(title=session.title, kind=session.kind.value))
