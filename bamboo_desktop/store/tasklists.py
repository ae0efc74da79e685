"""The agent's task list of a session."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.dialects.sqlite import insert

from bamboo_desktop.domain.events import (
    TaskListCompleted,
    TaskListItemProgress,
    TaskListUpdated,
)
from bamboo_desktop.domain.ids import RunId, SessionId
from bamboo_desktop.domain.tasklist import TaskItem, TaskStatus
from bamboo_desktop.store.columns import json_text
from bamboo_desktop.store.damage import number_of, values_of
from bamboo_desktop.store.tables_history import CALL
from bamboo_desktop.store.tables_run import RUN
from bamboo_desktop.store.tables_session import TASK_LIST
from bamboo_desktop.store.transaction import Tx


def get(tx: Tx, session_id: SessionId) -> tuple[tuple[TaskItem, ...], int]:
    """The list and its version; nothing and 0 before there is one."""
    row = tx.run(select(TASK_LIST).where(TASK_LIST.c.session_id == session_id)).one_or_none()
    if row is None:
        return (), 0
    return values_of(TaskItem, row.items), number_of(row.version)


def put(
    tx: Tx, session_id: SessionId, items: tuple[TaskItem, ...], *, run_id: RunId | None = None
) -> int:
    """Store the whole list and return its version; tells the list and what changed its status.

    Raises:
        NotFoundError: the session does not exist any more.
    """
    before, version = get(tx, session_id)
    version += 1
    row = insert(TASK_LIST).values(session_id=session_id, version=version, items=json_text(items))
    tx.run(
        row.on_conflict_do_update(
            index_elements=["session_id"],
            set_={"version": row.excluded.version, "items": row.excluded["items"]},
        )
    )
    tx.emit(session_id, run_id, TaskListUpdated(items=items, version=version))
    statuses = {item.id: item.status for item in before}
    for item in items:
        if statuses.get(item.id, item.status) is not item.status:
            tx.emit(
                session_id,
                run_id,
                TaskListItemProgress(item_id=item.id, status=item.status.value, version=version),
            )
    if _is_completed(items) and not _is_completed(before):
        _tell_completed(tx, session_id, run_id, version)
    return version


def _is_completed(items: tuple[TaskItem, ...]) -> bool:
    return bool(items) and all(item.status is TaskStatus.COMPLETED for item in items)


def _tell_completed(tx: Tx, session_id: SessionId, run_id: RunId | None, version: int) -> None:
    rounds = select(func.coalesce(func.sum(RUN.c.round_count), 0)).where(
        RUN.c.session_id == session_id
    )
    calls = select(func.count()).where(CALL.c.session_id == session_id)
    tx.emit(
        session_id,
        run_id,
        TaskListCompleted(
            total_rounds=tx.run(rounds).scalar_one(),
            total_tool_calls=tx.run(calls).scalar_one(),
            version=version,
        ),
    )
