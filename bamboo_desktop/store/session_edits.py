"""Changes of one setting of a session each: a column of its own, so that none undoes another."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.dialects.sqlite import insert

from bamboo_desktop.domain.errors import ConflictError
from bamboo_desktop.domain.events import (
    SessionPinnedUpdated,
    SessionSettingsUpdated,
    SessionTitleUpdated,
)
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.model import ModelRef, ReasoningEffort
from bamboo_desktop.domain.session import Session, TitleSource
from bamboo_desktop.store.session_rows import folded, required
from bamboo_desktop.store.tables_session import SESSION, SESSION_METADATA
from bamboo_desktop.store.transaction import Tx

_RANK = {TitleSource.FALLBACK: 0, TitleSource.AUTO: 1, TitleSource.MANUAL: 2}


def set_title(
    tx: Tx, session_id: SessionId, *, title: str, source: TitleSource, expected_version: int | None
) -> Session:
    """Give the session a title; the program's own never replaces a person's.

    Raises:
        ConflictError: the title is no longer the one of `expected_version`.
        NotFoundError: there is no such session.
    """
    session = required(tx, session_id)
    if _RANK[source] < _RANK[session.title_source]:
        return session
    if expected_version is not None and expected_version != session.title_version:
        raise ConflictError(
            f"The session was renamed to '{session.title}' meanwhile; look at it and try again."
        )
    session = _changed(
        tx,
        session_id,
        title=title,
        title_folded=folded(title),
        title_source=source.value,
        title_version=session.title_version + 1,
        metadata_version=session.metadata_version + 1,
    )
    tx.emit(
        session_id,
        None,
        SessionTitleUpdated(
            title=session.title, title_version=session.title_version, source=source.value
        ),
    )
    return session


def set_pinned(tx: Tx, session_id: SessionId, *, pinned: bool) -> Session:
    """Keep the session at the top of the list, or no longer."""
    version = required(tx, session_id).metadata_version
    session = _changed(tx, session_id, is_pinned=pinned, metadata_version=version + 1)
    tx.emit(session_id, None, SessionPinnedUpdated(pinned=pinned))
    return session


def set_archived(tx: Tx, session_id: SessionId, *, archived: bool) -> Session:
    """Take the session out of the daily list, or back into it."""
    required(tx, session_id)
    return _told(tx, _changed(tx, session_id, is_archived=archived), "archived")


def set_model(
    tx: Tx, session_id: SessionId, model: ModelRef | None, effort: ReasoningEffort | None
) -> Session:
    """Choose the model of later runs; None means the program's default."""
    required(tx, session_id)
    session = _changed(
        tx,
        session_id,
        model_provider=model.provider if model else None,
        model_name=model.model if model else None,
        reasoning_effort=effort.value if effort else None,
    )
    return _told(tx, session, "model")


def set_workspace(tx: Tx, session_id: SessionId, path: str) -> Session:
    """Choose the folder of later runs."""
    required(tx, session_id)
    return _told(tx, _changed(tx, session_id, workspace=path), "workspace")


def set_system_prompt(tx: Tx, session_id: SessionId, text: str) -> Session:
    """Choose the system prompt of later runs."""
    required(tx, session_id)
    return _told(tx, _changed(tx, session_id, system_prompt=text), "system_prompt")


def set_metadata(tx: Tx, session_id: SessionId, key: str, value: str | None) -> Session:
    """Set one entry of the metadata map; None removes it."""
    version = required(tx, session_id).metadata_version
    if value is None:
        tx.run(
            delete(SESSION_METADATA).where(
                SESSION_METADATA.c.session_id == session_id, SESSION_METADATA.c.key == key
            )
        )
    else:
        row = insert(SESSION_METADATA).values(session_id=session_id, key=key, value=value)
        tx.run(
            row.on_conflict_do_update(
                index_elements=["session_id", "key"], set_={"value": row.excluded.value}
            )
        )
    session = _changed(tx, session_id, metadata_version=version + 1)
    return _told(tx, session, f"metadata.{key}")


def _changed(tx: Tx, session_id: SessionId, **columns: Any) -> Session:
    tx.run(update(SESSION).where(SESSION.c.id == session_id).values(updated_at=tx.now, **columns))
    return required(tx, session_id)


def _told(tx: Tx, session: Session, changed: str) -> Session:
    tx.emit(session.id, None, SessionSettingsUpdated(changed=(changed,)))
    return session
