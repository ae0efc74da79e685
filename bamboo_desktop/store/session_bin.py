"""The bin: sessions with all their children in, out, and gone for good."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select, update

from bamboo_desktop.domain.events import SessionDeleted, SessionRestored
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.store.columns import CleanText
from bamboo_desktop.store.erasing import IS_LEFT, mark
from bamboo_desktop.store.session_rows import required
from bamboo_desktop.store.tables_session import SESSION
from bamboo_desktop.store.transaction import Tx


class _Member(NamedTuple):
    """A session of a tree and when it went into the bin."""

    id: str
    deleted_at: datetime | None


_CHILD = SESSION.alias("child")
_TREE = (
    select(SESSION.c.id)
    .where(SESSION.c.id == bindparam("top", type_=CleanText()))
    .cte("tree", recursive=True)
)
_TREE = _TREE.union_all(select(_CHILD.c.id).where(_CHILD.c.parent_session_id == _TREE.c.id))
_MEMBERS = (
    select(SESSION.c.id, SESSION.c.deleted_at)
    .join(_TREE, _TREE.c.id == SESSION.c.id)
    .where(IS_LEFT)
    .order_by(SESSION.c.spawn_depth, SESSION.c.created_at, SESSION.c.id)
)


def trash(tx: Tx, session_id: SessionId) -> tuple[SessionId, ...]:
    """Put a session and all below it into the bin; returns those that were not in it yet.

    Raises:
        NotFoundError: there is no such session.
    """
    required(tx, session_id)
    ids = [SessionId(row.id) for row in _tree(tx, session_id) if row.deleted_at is None]
    tx.run(update(SESSION).where(SESSION.c.id.in_(ids)).values(deleted_at=tx.now))
    for each in ids:
        tx.emit(each, None, SessionDeleted())
    return tuple(ids)


def restore(tx: Tx, session_id: SessionId) -> tuple[SessionId, ...]:
    """Take a session out of the bin, with all that went in together with it.

    Raises:
        NotFoundError: there is no such session.
    """
    went_in = required(tx, session_id).deleted_at
    if went_in is None:
        return ()
    ids = [SessionId(row.id) for row in _tree(tx, session_id) if row.deleted_at == went_in]
    tx.run(update(SESSION).where(SESSION.c.id.in_(ids)).values(deleted_at=None))
    for each in ids:
        tx.emit(each, None, SessionRestored())
    return tuple(ids)


def purge(tx: Tx, *, deleted_before: datetime, most: int) -> tuple[SessionId, ...]:
    """Let go for good of what has been in the bin since before that instant, some at a time.

    `erasing.step` erases what is left of them.
    """
    rows = tx.run(
        select(SESSION.c.id)
        .where(SESSION.c.deleted_at < deleted_before, IS_LEFT)
        .order_by(SESSION.c.spawn_depth.desc(), SESSION.c.id)
        .limit(most)
    )
    ids = tuple(SessionId(row.id) for row in rows.all())
    for each in ids:
        mark(tx, each)
    return ids


def purge_one(tx: Tx, session_id: SessionId) -> tuple[SessionId, ...]:
    """Let go for good of one session and all below it, whether it is in the bin or not.

    `erasing.step` erases what is left of them.

    Raises:
        NotFoundError: there is no such session.
    """
    required(tx, session_id)
    ids = tuple(SessionId(row.id) for row in reversed(_tree(tx, session_id)))
    for each in ids:
        mark(tx, each)
    return ids


def _tree(tx: Tx, session_id: SessionId) -> list[_Member]:
    return [_Member(row.id, row.deleted_at) for row in tx.run(_MEMBERS, {"top": session_id})]
