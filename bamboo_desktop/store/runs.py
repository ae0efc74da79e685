"""Runs: begun, fenced by their id, ended exactly once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, bindparam, func, select, update

from bamboo_desktop.domain.errors import Bug, FencedError
from bamboo_desktop.domain.ids import BootId, RunId, SessionId
from bamboo_desktop.domain.run import AgentStatus, Run, RunCause, RunSnapshot
from bamboo_desktop.domain.transcript import EntryKind, NewEntry
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.store import occurrence_runs, transcript
from bamboo_desktop.store.columns import CleanText, json_text
from bamboo_desktop.store.damage import value_of, word_of
from bamboo_desktop.store.session_rows import touch
from bamboo_desktop.store.tables_run import RUN
from bamboo_desktop.store.transaction import Tx

_ONE = select(RUN).where(RUN.c.id == bindparam("id"))
_OF_SESSION = select(RUN).where(RUN.c.session_id == bindparam("session_id")).order_by(RUN.c.number)
_LATEST = (
    select(RUN)
    .where(RUN.c.session_id == bindparam("session_id"))
    .order_by(RUN.c.number.desc())
    .limit(1)
)
_LIVE = select(RUN).where(RUN.c.completed_at.is_(None))
_STALE = _LIVE.where(RUN.c.boot_id != bindparam("boot")).order_by(RUN.c.started_at, RUN.c.id)
_NUMBER = select(func.coalesce(func.max(RUN.c.number) + 1, 0)).where(
    RUN.c.session_id == bindparam("session_id")
)
_NEW = RUN.insert()
_THIS = update(RUN).where(
    RUN.c.id == bindparam("key", type_=CleanText()), RUN.c.completed_at.is_(None)
)


def insert(tx: Tx, run: Run) -> None:
    """Store a new run.

    Raises:
        ConflictError: the session has a run that has not ended.
        NotFoundError: the session does not exist any more.
    """
    number = tx.run(_NUMBER, {"session_id": run.session_id}).scalar_one()
    tx.run(
        _NEW,
        {
            "id": run.id,
            "session_id": run.session_id,
            "number": number,
            "cause": run.cause.value,
            "status": run.status.value,
            "boot_id": run.boot_id,
            "started_at": run.started_at,
            "completed_at": run.completed_at,
            "round_count": run.round_count,
            "error": run.error,
            "usage": json_text(run.usage),
            "snapshot": json_text(run.snapshot),
        },
    )
    occurrence_runs.begun(tx, run)
    touch(tx, run.session_id)


def get(tx: Tx, run_id: RunId) -> Run | None:
    """The run of that id, or None."""
    row = tx.run(_ONE, {"id": run_id}).one_or_none()
    return None if row is None else _run_of(row)


def latest(tx: Tx, session_id: SessionId) -> Run | None:
    """The newest run of a session, or None before the first one."""
    row = tx.run(_LATEST, {"session_id": session_id}).one_or_none()
    return None if row is None else _run_of(row)


def of_session(tx: Tx, session_id: SessionId) -> tuple[Run, ...]:
    """Every run of a session, oldest first."""
    return tuple(_run_of(row) for row in tx.run(_OF_SESSION, {"session_id": session_id}))


def require_live(tx: Tx, run_id: RunId) -> None:
    """The fence: nothing is written for a run that has ended or belongs to an earlier start.

    Raises:
        FencedError: the run no longer holds its session.
    """
    run = get(tx, run_id)
    if run is None or not run.status.is_live or run.boot_id != tx.boot_id:
        raise FencedError(f"run {run_id} no longer holds its session")


def progress(
    tx: Tx, run_id: RunId, *, rounds: int, usage: Usage, status: AgentStatus | None = None
) -> None:
    """Write down how far a live run has come.

    Raises:
        FencedError: the run has ended.
        Bug: `status` is not a live one; ends go through `settle`.
    """
    if status is not None and not status.is_live:
        raise Bug(f"{status} is an end; it goes through settle")
    columns: dict[str, Any] = {"round_count": rounds, "usage": json_text(usage)}
    if status is not None:
        columns["status"] = status.value
    if tx.run(_THIS.values(**columns), {"key": run_id}).rowcount == 0:
        raise FencedError(f"run {run_id} has ended")


def settle(
    tx: Tx,
    run_id: RunId,
    *,
    status: AgentStatus,
    error: str = "",
    rounds: int,
    usage: Usage,
    is_over_budget: bool = False,
) -> bool:
    """End a run with the entry that shows its end; False if it had ended before.

    Raises:
        Bug: `status` is not an end, or there is no such run.
    """
    if status.is_live:
        raise Bug(f"{status} is no end")
    ended = _THIS.values(
        status=status.value,
        error=error,
        round_count=rounds,
        usage=json_text(usage),
        completed_at=tx.now,
    )
    changed = tx.run(ended, {"key": run_id}).rowcount
    run = get(tx, run_id)
    if run is None:
        raise Bug(f"there is no run {run_id} to end")
    if changed == 0:
        return False
    entry = NewEntry(kind=EntryKind.RUN_END, at=tx.now, run_id=run_id, text=error, ref=run_id)
    transcript.append(tx, run.session_id, entry)
    occurrence_runs.ended(tx, run_id, status, error, is_over_budget=is_over_budget)
    return True


def stale(tx: Tx) -> tuple[Run, ...]:
    """The runs that an earlier start of the program left live."""
    return tuple(_run_of(row) for row in tx.run(_STALE, {"boot": tx.boot_id}))


def _run_of(row: Row[*tuple[Any, ...]]) -> Run:
    return Run(
        id=RunId(row.id),
        session_id=SessionId(row.session_id),
        cause=word_of(RunCause, row.cause, RunCause.TYPED),
        status=_status(row),
        started_at=row.started_at,
        boot_id=BootId(row.boot_id),
        snapshot=value_of(RunSnapshot, row.snapshot, _no_snapshot),
        completed_at=row.completed_at,
        error=row.error,
        round_count=row.round_count,
        usage=value_of(Usage, row.usage, Usage),
    )


def _status(row: Row[*tuple[Any, ...]]) -> AgentStatus:
    """Where it cannot be read, the time of the end tells whether there was one."""
    otherwise = AgentStatus.RUNNING if row.completed_at is None else AgentStatus.ERROR
    return word_of(AgentStatus, row.status, otherwise)


def _no_snapshot() -> RunSnapshot:
    return RunSnapshot(
        model=None, reasoning_effort=None, workspace="", system_prompt="", max_rounds=0
    )
