"""The journal of tool calls: planned, gated, running, done; each has exactly one result.

Nothing here emits an event: what is told about a call depends on who asked for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, select, update

from bamboo_desktop.domain.errors import ConflictError, NotFoundError
from bamboo_desktop.domain.ids import MessageId, RunId, SessionId, ToolCallId
from bamboo_desktop.domain.tool import CallRecord, FileTouch, ToolResult
from bamboo_desktop.domain.transcript import CallState
from bamboo_desktop.store import words_index
from bamboo_desktop.store.call_rows import record_of, row_of
from bamboo_desktop.store.columns import CleanText, json_text
from bamboo_desktop.store.session_rows import touch
from bamboo_desktop.store.tables_history import CALL
from bamboo_desktop.store.transaction import Tx

_OF_SESSION = select(CALL).where(CALL.c.session_id == bindparam("session_id"))
_IN_ORDER = _OF_SESSION.order_by(CALL.c.number)
_ONE = _OF_SESSION.where(CALL.c.call_id == bindparam("call_id"))
_OF_MESSAGE = _IN_ORDER.where(CALL.c.message_id == bindparam("message_id"))
_UNFINISHED = _IN_ORDER.where(
    CALL.c.state.in_([state.value for state in CallState if state is not CallState.DONE])
)
_WITH_FILES = _IN_ORDER.where(CALL.c.state == CallState.DONE.value, CALL.c.files != "[]")
_KNOWN = select(CALL.c.call_id).where(
    CALL.c.session_id == bindparam("session_id"),
    CALL.c.call_id.in_(bindparam("ids", expanding=True)),
)
_NUMBER = select(func.coalesce(func.max(CALL.c.number) + 1, 0)).where(
    CALL.c.session_id == bindparam("session_id")
)
_NEW = CALL.insert()
_THIS = update(CALL).where(
    CALL.c.session_id == bindparam("of_session", type_=CleanText()),
    CALL.c.call_id == bindparam("of_call", type_=CleanText()),
    CALL.c.state != CallState.DONE.value,
)


def plan(tx: Tx, calls: Sequence[CallRecord]) -> None:
    """Write down what a message asks for; nothing has happened yet.

    Raises:
        ConflictError: the session has a call of the same id already.
    """
    for call in calls:
        number = tx.run(_NUMBER, {"session_id": call.session_id}).scalar_one()
        tx.run(_NEW, {**row_of(call), "number": number})
        touch(tx, call.session_id, line=f"{call.tool}: {call.headline}".removesuffix(": "))


def gate(tx: Tx, session_id: SessionId, call_id: ToolCallId, *, digest: str = "") -> None:
    """The call waits for consent to exactly what `digest` stands for.

    Raises:
        ConflictError: it has its result already.
        NotFoundError: there is no such call.
    """
    _move(tx, session_id, call_id, state=CallState.GATED, digest=digest)


def start(tx: Tx, session_id: SessionId, call_id: ToolCallId) -> None:
    """The intent: from the commit on, the effect may have happened.

    Raises:
        ConflictError: it has its result already.
        NotFoundError: there is no such call.
    """
    _move(
        tx,
        session_id,
        call_id,
        state=CallState.RUNNING,
        started_at=tx.now,
        attempt=CALL.c.attempt + 1,
    )


def finish(
    tx: Tx, session_id: SessionId, call_id: ToolCallId, result: ToolResult, *, duration_ms: int
) -> bool:
    """Store the one result of a call; False if it had one before, which then stays.

    Raises:
        NotFoundError: there is no such call.
    """
    statement = _THIS.values(
        state=CallState.DONE.value,
        outcome=result.outcome.value,
        content=result.content,
        diff=result.diff,
        files=json_text(result.files),
        duration_ms=duration_ms,
        ended_at=tx.now,
    )
    if tx.run(statement, {"of_session": session_id, "of_call": call_id}).rowcount == 0:
        _required(tx, session_id, call_id)
        return False
    words_index.add_output(tx, session_id, call_id, result.content)
    touch(tx, session_id)
    return True


def get(tx: Tx, session_id: SessionId, call_id: ToolCallId) -> CallRecord | None:
    """The call of that id with its whole output, or None."""
    row = tx.run(_ONE, {"session_id": session_id, "call_id": call_id}).one_or_none()
    return None if row is None else record_of(row)


def of_message(tx: Tx, session_id: SessionId, message_id: MessageId) -> tuple[CallRecord, ...]:
    """The calls a message asked for, in its order."""
    rows = tx.run(_OF_MESSAGE, {"session_id": session_id, "message_id": message_id})
    return tuple(record_of(row) for row in rows)


def unfinished(tx: Tx, session_id: SessionId) -> tuple[CallRecord, ...]:
    """The calls that have no result yet, in order."""
    return tuple(record_of(row) for row in tx.run(_UNFINISHED, {"session_id": session_id}))


def known_ids(tx: Tx, session_id: SessionId, ids: Iterable[ToolCallId]) -> frozenset[ToolCallId]:
    """Those of the ids that the session has used for a call before."""
    wanted = {"session_id": session_id, "ids": list(ids)}
    return frozenset(ToolCallId(row.call_id) for row in tx.run(_KNOWN, wanted))


def files_touched(
    tx: Tx, session_id: SessionId, *, run_ids: Sequence[RunId] | None = None
) -> tuple[FileTouch, ...]:
    """The files named in results, of some runs or of all, the one touched last first."""
    query = _WITH_FILES if run_ids is None else _WITH_FILES.where(CALL.c.run_id.in_(run_ids))
    touched: dict[str, FileTouch] = {}
    for row in tx.run(query, {"session_id": session_id}):
        call = record_of(row)
        for path in call.files:
            touched[path] = _again(touched.pop(path, None), path, call, row)
    return tuple(reversed(touched.values()))


def _again(
    before: FileTouch | None, path: str, call: CallRecord, row: Row[*tuple[Any, ...]]
) -> FileTouch:
    added, removed = _counted(call.diff) if len(call.files) == 1 else _counted("")
    at: datetime = row.ended_at
    return FileTouch(
        path=path,
        last_at=at,
        last_call_id=call.call_id,
        calls=(before.calls if before else 0) + 1,
        added=(before.added if before else 0) + added,
        removed=(before.removed if before else 0) + removed,
        is_changed=bool(call.diff) or (before is not None and before.is_changed),
    )


def _counted(diff: str) -> tuple[int, int]:
    lines = diff.splitlines()
    added = sum(line.startswith("+") and not line.startswith("+++ ") for line in lines)
    removed = sum(line.startswith("-") and not line.startswith("--- ") for line in lines)
    return added, removed


def _move(
    tx: Tx, session_id: SessionId, call_id: ToolCallId, *, state: CallState, **columns: Any
) -> None:
    statement = _THIS.values(state=state.value, **columns)
    if tx.run(statement, {"of_session": session_id, "of_call": call_id}).rowcount == 0:
        _required(tx, session_id, call_id)
        raise ConflictError("The tool call has its result already; nothing was changed.")


def _required(tx: Tx, session_id: SessionId, call_id: ToolCallId) -> CallRecord:
    call = get(tx, session_id, call_id)
    if call is None:
        raise NotFoundError("The tool call does not exist any more.")
    return call
