"""Work items: why a session should run next; each taken by exactly one run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Row, bindparam, delete, select, update

from bamboo_desktop.domain.ids import RunId, SessionId, WorkItemId
from bamboo_desktop.domain.run import RunCause
from bamboo_desktop.domain.work import WorkItem
from bamboo_desktop.store.columns import CleanText
from bamboo_desktop.store.damage import word_of
from bamboo_desktop.store.tables_run import WORK
from bamboo_desktop.store.tables_session import SESSION
from bamboo_desktop.store.transaction import Tx

_NEW = WORK.insert()
_OPEN = (
    select(WORK)
    .where(WORK.c.session_id == bindparam("session_id"), WORK.c.consumed_by.is_(None))
    .order_by(WORK.c.number)
)
_TAKEN = (
    select(WORK)
    .where(WORK.c.session_id == bindparam("session_id"), WORK.c.consumed_by == bindparam("run_id"))
    .order_by(WORK.c.number)
)
_TAKE = (
    update(WORK)
    .where(
        WORK.c.session_id == bindparam("of_session", type_=CleanText()),
        WORK.c.consumed_by.is_(None),
    )
    .values(consumed_by=bindparam("run_id"))
)
_SESSIONS = (
    select(WORK.c.session_id)
    .join(SESSION, SESSION.c.id == WORK.c.session_id)
    .where(WORK.c.consumed_by.is_(None), SESSION.c.deleted_at.is_(None))
    .group_by(WORK.c.session_id)
    .order_by(WORK.c.number)
)
_DROP = delete(WORK).where(
    WORK.c.session_id == bindparam("of_session", type_=CleanText()), WORK.c.consumed_by.is_(None)
)


def add(tx: Tx, item: WorkItem) -> None:
    """Store a reason to run.

    Raises:
        ConflictError: an item of that id is stored already, or the occurrence or the child it is
            about has brought the session once before.
        NotFoundError: the session does not exist any more.
    """
    tx.run(
        _NEW,
        {
            "id": item.id,
            "session_id": item.session_id,
            "cause": item.cause.value,
            "ref": item.ref,
            "created_at": item.created_at,
            "consumed_by": item.consumed_by,
        },
    )


def open(tx: Tx, session_id: SessionId) -> tuple[WorkItem, ...]:  # noqa: A001 - word of the house
    """The items that no run has taken, oldest first."""
    return tuple(_item_of(row) for row in tx.run(_OPEN, {"session_id": session_id}))


def consume(tx: Tx, session_id: SessionId, run_id: RunId) -> tuple[WorkItem, ...]:
    """Give a run every open item of its session, oldest first."""
    waiting = open(tx, session_id)
    tx.run(_TAKE, {"of_session": session_id, "run_id": run_id})
    return tuple(replace(item, consumed_by=run_id) for item in waiting)


def consume_for(tx: Tx, session_id: SessionId, ref: str, run_id: RunId) -> None:
    """Give a run the open items that are about one thing."""
    about = {"of_session": session_id, "run_id": run_id, "about": ref}
    tx.run(_TAKE.where(WORK.c.ref == bindparam("about", type_=CleanText())), about)


def taken_by(tx: Tx, session_id: SessionId, run_id: RunId) -> tuple[WorkItem, ...]:
    """The items that a run was started for, oldest first."""
    rows = tx.run(_TAKEN, {"session_id": session_id, "run_id": run_id})
    return tuple(_item_of(row) for row in rows)


def sessions_with_open(tx: Tx) -> tuple[SessionId, ...]:
    """The sessions that something waits to run, those in the bin left out."""
    return tuple(SessionId(row.session_id) for row in tx.run(_SESSIONS))


def drop(tx: Tx, session_id: SessionId) -> None:
    """Forget every open item of a session."""
    tx.run(_DROP, {"of_session": session_id})


def _item_of(row: Row[*tuple[Any, ...]]) -> WorkItem:
    taken = row.consumed_by
    return WorkItem(
        id=WorkItemId(row.id),
        session_id=SessionId(row.session_id),
        cause=word_of(RunCause, row.cause, RunCause.TYPED),
        created_at=row.created_at,
        ref=row.ref,
        consumed_by=RunId(taken) if taken is not None else None,
    )
