"""The bin: sessions with all their children in, out, and gone for good."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, delete, insert, select, update

from bamboo_desktop.domain.events import SessionDeleted, SessionRestored
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.store import words_index
from bamboo_desktop.store.columns import CleanText
from bamboo_desktop.store.session_rows import required
from bamboo_desktop.store.tables_history import CALL, ENTRY, EVENT, MESSAGE
from bamboo_desktop.store.tables_question import ANSWER, ANSWER_DRAFT, QUESTION
from bamboo_desktop.store.tables_run import QUEUED, RUN, USAGE, WORK
from bamboo_desktop.store.tables_session import (
    CONTEXT_SUMMARY,
    DRAFT,
    SESSION,
    SESSION_METADATA,
    TASK_LIST,
)
from bamboo_desktop.store.tables_settings import GRANT, PURGE
from bamboo_desktop.store.transaction import Tx


class _Member(NamedTuple):
    """A session of a tree and when it went into the bin."""

    id: str
    deleted_at: datetime | None


# Children before what they refer to.
_OWNED = (
    ANSWER, QUESTION, ENTRY, CALL, MESSAGE, EVENT, USAGE, RUN, WORK, QUEUED, DRAFT, TASK_LIST,
    CONTEXT_SUMMARY, SESSION_METADATA, GRANT,
)  # fmt: skip
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


def purge(tx: Tx, *, deleted_before: datetime) -> tuple[SessionId, ...]:
    """Remove for good what has been in the bin since before that instant."""
    rows = tx.run(
        select(SESSION.c.id)
        .where(SESSION.c.deleted_at < deleted_before)
        .order_by(SESSION.c.spawn_depth.desc(), SESSION.c.id)
    )
    ids = tuple(SessionId(row.id) for row in rows.all())
    for each in ids:
        _erase(tx, each)
    return ids


def purge_one(tx: Tx, session_id: SessionId) -> tuple[SessionId, ...]:
    """Remove one session and all below it for good, whether it is in the bin or not.

    Raises:
        NotFoundError: there is no such session.
    """
    required(tx, session_id)
    ids = tuple(SessionId(row.id) for row in reversed(_tree(tx, session_id)))
    for each in ids:
        _erase(tx, each)
    return ids


def _tree(tx: Tx, session_id: SessionId) -> list[_Member]:
    return [_Member(row.id, row.deleted_at) for row in tx.run(_MEMBERS, {"top": session_id})]


def _erase(tx: Tx, session_id: SessionId) -> None:
    tx.emit(session_id, None, SessionDeleted(is_final=True))  # keeps the sequence without gaps
    tx.run(insert(PURGE).values(session_id=session_id))
    words_index.forget(tx, session_id)
    questions = select(QUESTION.c.id).where(QUESTION.c.session_id == session_id)
    tx.run(delete(ANSWER_DRAFT).where(ANSWER_DRAFT.c.question_id.in_(questions)))
    for table in _OWNED:
        statement = delete(table).where(table.c.session_id == session_id)
        if table is EVENT:  # the last one stays: it tells the feed that the session is gone
            statement = statement.where(EVENT.c.type != SessionDeleted.type_name())
        tx.run(statement)
    tx.run(delete(SESSION).where(SESSION.c.id == session_id))
    tx.run(delete(PURGE).where(PURGE.c.session_id == session_id))
