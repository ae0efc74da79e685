"""Messages typed during a run: they wait here until they are delivered or taken back."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Row, bindparam, delete, select, update

from bamboo_desktop.domain.ids import QueuedId, SessionId
from bamboo_desktop.domain.work import QueuedMessage, QueueMode
from bamboo_desktop.store.columns import json_text
from bamboo_desktop.store.damage import word_of
from bamboo_desktop.store.tables_run import QUEUED
from bamboo_desktop.store.transaction import Tx

_NEW = QUEUED.insert()
_LISTED = (
    select(QUEUED).where(QUEUED.c.session_id == bindparam("session_id")).order_by(QUEUED.c.number)
)


def add(tx: Tx, message: QueuedMessage) -> None:
    """Put a message at the end of its session's queue.

    Raises:
        NotFoundError: the session does not exist any more.
    """
    tx.run(
        _NEW,
        {
            "id": message.id,
            "session_id": message.session_id,
            "mode": message.mode.value,
            "created_at": message.created_at,
            "text": message.text,
            "allow_rules": json_text(message.allow_rules),
        },
    )


def edit(tx: Tx, queued_id: QueuedId, text: str) -> bool:
    """Change the text of a waiting message; False if it was delivered or removed meanwhile."""
    return _changed(tx, queued_id, text=text)


def set_mode(tx: Tx, queued_id: QueuedId, mode: QueueMode) -> bool:
    """Change when a waiting message is delivered; False if it is no longer waiting."""
    return _changed(tx, queued_id, mode=mode.value)


def remove(tx: Tx, queued_id: QueuedId) -> bool:
    """Take a message back; False if it was delivered or removed meanwhile."""
    return tx.run(delete(QUEUED).where(QUEUED.c.id == queued_id)).rowcount > 0


def listed(tx: Tx, session_id: SessionId) -> tuple[QueuedMessage, ...]:
    """The waiting messages of a session, oldest first."""
    return tuple(_message_of(row) for row in tx.run(_LISTED, {"session_id": session_id}))


def take(tx: Tx, session_id: SessionId, mode: QueueMode | None) -> tuple[QueuedMessage, ...]:
    """Remove the waiting messages of a mode, or of both, for delivery; oldest first."""
    taken = tuple(
        message for message in listed(tx, session_id) if mode is None or message.mode is mode
    )
    ids = [message.id for message in taken]
    if ids:
        tx.run(delete(QUEUED).where(QUEUED.c.id.in_(ids)))
    return taken


def _changed(tx: Tx, queued_id: QueuedId, **columns: str) -> bool:
    statement = update(QUEUED).where(QUEUED.c.id == queued_id).values(**columns)
    return tx.run(statement).rowcount > 0


def _message_of(row: Row[*tuple[Any, ...]]) -> QueuedMessage:
    return QueuedMessage(
        id=QueuedId(row.id),
        session_id=SessionId(row.session_id),
        text=row.text,
        mode=word_of(QueueMode, row.mode, QueueMode.QUEUE),
        created_at=row.created_at,
        allow_rules=_rules(row.allow_rules),
    )


def _rules(text: str) -> tuple[str, ...]:
    """The rules as they were given; where they cannot be read there are none, and one is asked."""
    try:
        found = json.loads(text)
    except ValueError:
        return ()
    return tuple(str(rule) for rule in found) if isinstance(found, list) else ()
