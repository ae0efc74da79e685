"""Durable events, read back for the feed."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select

from bamboo_desktop.domain.events import StoredEvent
from bamboo_desktop.domain.ids import RunId, SessionId
from bamboo_desktop.store.tables_history import EVENT
from bamboo_desktop.store.transaction import Tx

_SINCE = (
    select(EVENT)
    .where(EVENT.c.account_sequence > bindparam("after"))
    .order_by(EVENT.c.account_sequence)
    .limit(bindparam("limit"))
)
_FIRST_OF_SESSION = select(func.min(EVENT.c.sequence)).where(
    EVENT.c.session_id == bindparam("session_id"), EVENT.c.account_sequence > bindparam("after")
)
_OF_SESSION = (
    select(EVENT)
    .where(
        EVENT.c.session_id == bindparam("session_id"),
        EVENT.c.sequence >= bindparam("first"),
    )
    .order_by(EVENT.c.sequence)
    .limit(bindparam("limit"))
)
_LAST = select(func.coalesce(func.max(EVENT.c.account_sequence), 0))
_LAST_OF = select(func.coalesce(func.max(EVENT.c.sequence), 0)).where(
    EVENT.c.session_id == bindparam("session_id")
)


def since(
    tx: Tx, account_sequence: int, limit: int, session_id: SessionId | None = None
) -> tuple[StoredEvent, ...]:
    """The events after a sequence number, of every session or of one, oldest first."""
    if session_id is None:
        rows = tx.run(_SINCE, {"after": account_sequence, "limit": limit})
    else:
        of_session = {"session_id": session_id, "after": account_sequence}
        first = tx.run(_FIRST_OF_SESSION, of_session).scalar_one()
        if first is None:
            return ()
        rows = tx.run(_OF_SESSION, {"session_id": session_id, "first": first, "limit": limit})
    return tuple(
        StoredEvent(
            account_sequence=row.account_sequence,
            sequence=row.sequence,
            session_id=SessionId(row.session_id),
            run_id=RunId(row.run_id) if row.run_id is not None else None,
            at=row.at,
            type=row.type,
            data=row.data,
        )
        for row in rows
    )


def last(tx: Tx) -> int:
    """The newest account-wide sequence number, 0 before the first event."""
    return int(tx.run(_LAST).scalar_one())


def last_of(tx: Tx, session_id: SessionId) -> int:
    """The newest sequence number of a session, 0 before its first event."""
    return int(tx.run(_LAST_OF, {"session_id": session_id}).scalar_one())
