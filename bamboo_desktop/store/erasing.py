"""Erasing: what is left of sessions that are gone for good, a small piece a transaction.

A session that is marked is gone at once for everybody. Its rows follow in pieces, so that nobody
else's writing waits for a long history; after a crash the next start finds the mark and goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, bindparam, delete, exists, insert, literal_column, select, update

from bamboo_desktop.domain.events import SessionDeleted
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.store import words_index
from bamboo_desktop.store.columns import CleanText
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

# What makes a session run or ask: it goes with the mark. No run, so nothing can write for one.
_LIVELY = (RUN, WORK, QUEUED, DRAFT, TASK_LIST, GRANT, SESSION_METADATA)
# What grows with the history, each after what refers to it.
_LONG = (ANSWER, QUESTION, ENTRY, CALL, MESSAGE, EVENT, USAGE, CONTEXT_SUMMARY)
_IS_MARKED = select(PURGE.c.session_id).where(
    PURGE.c.session_id == bindparam("session_id", type_=CleanText())
)
_NEXT = select(PURGE.c.session_id).order_by(literal_column("rowid")).limit(1)

IS_LEFT = ~exists(select(PURGE.c.session_id).where(PURGE.c.session_id == SESSION.c.id))
"""The condition that a row of the session table is of a session that is not gone."""


def is_gone(tx: Tx, session_id: SessionId) -> bool:
    """True when the session is gone for good, though some of its rows may still be there."""
    return tx.run(_IS_MARKED, {"session_id": session_id}).first() is not None


def mark(tx: Tx, session_id: SessionId) -> None:
    """Let a session be gone from here on, and tell so; its history is erased by `step`."""
    tx.emit(session_id, None, SessionDeleted(is_final=True))  # keeps the sequence without gaps
    tx.run(insert(PURGE).values(session_id=session_id))
    tx.run(update(SESSION).where(SESSION.c.id == session_id).values(deleted_at=tx.now))
    asked = select(QUESTION.c.id).where(QUESTION.c.session_id == session_id)
    tx.run(delete(ANSWER_DRAFT).where(ANSWER_DRAFT.c.question_id.in_(asked)))
    tx.run(
        update(QUESTION)
        .where(QUESTION.c.session_id == session_id, QUESTION.c.closed_at.is_(None))
        .values(closed_at=tx.now, withdrawn_at=tx.now)
    )
    _clear(tx, session_id, _LIVELY)


def step(tx: Tx, *, rows: int) -> bool:
    """Erase at most that many rows of the sessions that are gone; False when nothing is left."""
    tx.faults.reached("erase.step")
    found = tx.run(_NEXT).first()
    if found is None:
        return False
    session_id = SessionId(found.session_id)
    left = rows
    for table in _LONG:
        left -= _erase(tx, table, session_id, left)
        if left <= 0:
            return True
    _clear(tx, session_id, _LIVELY)
    tx.run(delete(SESSION).where(SESSION.c.id == session_id))
    tx.run(delete(PURGE).where(PURGE.c.session_id == session_id))
    return True


def _clear(tx: Tx, session_id: SessionId, tables: Sequence[Table]) -> None:
    for table in tables:
        tx.run(delete(table).where(table.c.session_id == session_id))


def _erase(tx: Tx, table: Table, session_id: SessionId, most: int) -> int:
    number: Any = literal_column(f"{table.name}.rowid")
    # In whatever order an index has them: to sort would be to read all that is left each time.
    some = select(number).where(table.c.session_id == session_id).limit(most)
    if table is EVENT:  # the last one stays: it tells the feed that the session is gone
        some = some.where(EVENT.c.type != SessionDeleted.type_name())
    numbers = [row[0] for row in tx.run(some)]
    if not numbers:
        return 0
    if table is ENTRY:
        words_index.forget(tx, session_id, numbers)
    tx.run(delete(table).where(number.in_(numbers)))
    return len(numbers)
