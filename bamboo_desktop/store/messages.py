"""Messages: appended once, never changed."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from bamboo_desktop.domain.errors import StorageError
from bamboo_desktop.domain.events import MessageAppended
from bamboo_desktop.domain.ids import MessageId, RunId, SessionId
from bamboo_desktop.domain.message import Message, Part, Role, TextPart, ToolResultPart
from bamboo_desktop.domain.transcript import NewEntry
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.store import transcript
from bamboo_desktop.store.columns import json_text
from bamboo_desktop.store.damage import known_word, value_of
from bamboo_desktop.store.parts import parts_of, parts_text
from bamboo_desktop.store.session_rows import touch
from bamboo_desktop.store.tables_history import MESSAGE
from bamboo_desktop.store.transaction import Tx

MAX_EVENT_TEXT = 4_000
_DAMAGED = "(This message is damaged and cannot be read any more.)"

log = logging.getLogger(__name__)

_NEW = MESSAGE.insert()
_COUNT = select(func.coalesce(func.max(MESSAGE.c.position) + 1, 0)).where(
    MESSAGE.c.session_id == bindparam("session_id")
)
_HISTORY = (
    select(MESSAGE)
    .where(MESSAGE.c.session_id == bindparam("session_id"))
    .order_by(MESSAGE.c.position)
)


def append(
    tx: Tx,
    message: Message,
    entries: Sequence[NewEntry],
    *,
    round: int = 0,  # noqa: A002
) -> None:
    """Store a message with the entries that show it.

    Raises:
        ConflictError: a message of that id is stored already.
        NotFoundError: the session does not exist any more.
    """
    tx.run(_NEW, {**_row_of(message), "position": count(tx, message.session_id)})
    touch(tx, message.session_id)
    for entry in entries:
        transcript.append(tx, message.session_id, entry)
    tx.emit(
        message.session_id,
        message.run_id,
        MessageAppended(
            message_id=message.id,
            role=message.role.value,
            content=_said(message)[:MAX_EVENT_TEXT],
            round=round,
        ),
    )


def history(tx: Tx, session_id: SessionId) -> tuple[Message, ...]:
    """Every message of a session, oldest first."""
    return tuple(_message_of(row) for row in tx.run(_HISTORY, {"session_id": session_id}))


def count(tx: Tx, session_id: SessionId) -> int:
    """How many messages a session has: positions are dense, so the last one tells."""
    return int(tx.run(_COUNT, {"session_id": session_id}).scalar_one())


def _said(message: Message) -> str:
    texts = [part.text for part in message.parts if isinstance(part, TextPart)]
    results = [part.content for part in message.parts if isinstance(part, ToolResultPart)]
    return "\n\n".join((*texts, *results))


def _row_of(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "session_id": message.session_id,
        "run_id": message.run_id,
        "role": message.role.value,
        "origin": message.origin,
        "is_partial": message.is_partial,
        "created_at": message.created_at,
        "model": message.model,
        "usage": json_text(message.usage) if message.usage else None,
        "parts": parts_text(message.parts),
        "library_json": message.library_json,
    }


def _message_of(row: Row[*tuple[Any, ...]]) -> Message:
    parts = _parts_of(row.parts)
    return Message(
        id=MessageId(row.id),
        session_id=SessionId(row.session_id),
        run_id=RunId(row.run_id) if row.run_id is not None else None,
        role=known_word(Role, row.role) or _likely_role(row, parts or ()),
        parts=parts if parts is not None else (TextPart(text=_DAMAGED),),
        created_at=row.created_at,
        origin=row.origin,
        is_partial=row.is_partial,
        usage=value_of(Usage, row.usage, Usage) if row.usage else None,
        model=row.model,
        # The library's form without the parts would name calls that nobody answers.
        library_json=row.library_json if parts is not None else None,
    )


def _parts_of(stored: str) -> tuple[Part, ...] | None:
    try:
        return parts_of(stored)
    except StorageError as error:
        log.warning("the parts of a message are damaged: %s", error.details)
        return None


def _likely_role(row: Row[*tuple[Any, ...]], parts: Sequence[Part]) -> Role:
    if any(isinstance(part, ToolResultPart) for part in parts):
        return Role.TOOL
    return Role.ASSISTANT if row.model or row.library_json else Role.USER
