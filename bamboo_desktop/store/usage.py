"""What model calls took: one row each, sums by query."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BindParameter, Select, bindparam, func, select, update

from bamboo_desktop.domain.ids import RunId, SessionId
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.store.columns import CleanText
from bamboo_desktop.store.tables_run import USAGE
from bamboo_desktop.store.tables_session import SESSION
from bamboo_desktop.store.transaction import Tx
from bamboo_desktop.store.usages import usage_columns, usage_of

_NAMES = (
    "input_tokens",
    "output_tokens",
    "cache_read_tokens",
    "cache_write_tokens",
    "thinking_tokens",
    "cost_micros",
)
_SUM: Select[*tuple[int | None, ...]] = select(
    *(func.sum(USAGE.c[name]).label(name) for name in _NAMES)
)
_OF_SESSION = _SUM.where(USAGE.c.session_id == bindparam("session_id"))
_OF_RUN = _SUM.where(USAGE.c.run_id == bindparam("run_id"))
_SINCE = _SUM.where(USAGE.c.at >= bindparam("at"))
_NEW = USAGE.insert()
_cost: BindParameter[int | None] = bindparam("cost_micros")
_ADD_UP = (
    update(SESSION)
    .where(SESSION.c.id == bindparam("key", type_=CleanText()))
    .values(
        used_input=SESSION.c.used_input + bindparam("input_tokens"),
        used_output=SESSION.c.used_output + bindparam("output_tokens"),
        used_cache_read=SESSION.c.used_cache_read + bindparam("cache_read_tokens"),
        used_cache_write=SESSION.c.used_cache_write + bindparam("cache_write_tokens"),
        used_thinking=SESSION.c.used_thinking + bindparam("thinking_tokens"),
        used_cost_micros=func.coalesce(SESSION.c.used_cost_micros + _cost, _cost,
                                       SESSION.c.used_cost_micros),
    )
)  # fmt: skip


def add(
    tx: Tx,
    session_id: SessionId,
    run_id: RunId,
    *,
    round: int,  # noqa: A002
    model: str,
    usage: Usage,
) -> None:
    """Write down what one model call took."""
    columns = usage_columns(usage)
    tx.run(
        _NEW,
        {
            "session_id": session_id,
            "run_id": run_id,
            "round": round,
            "model": model,
            "at": tx.now,
            **columns,
        },
    )
    tx.run(_ADD_UP, {"key": session_id, **columns})


def of_session(tx: Tx, session_id: SessionId) -> Usage:
    """All model calls of a session."""
    return usage_of(tx.run(_OF_SESSION, {"session_id": session_id}).one())


def of_run(tx: Tx, run_id: RunId) -> Usage:
    """All model calls of a run."""
    return usage_of(tx.run(_OF_RUN, {"run_id": run_id}).one())


def since(tx: Tx, at: datetime) -> Usage:
    """All model calls of the program from an instant on, without those of purged sessions."""
    return usage_of(tx.run(_SINCE, {"at": at}).one())
