"""Run waits: a run that ended in a wait may still be called cancelled, once."""

from __future__ import annotations

from sqlalchemy import bindparam, update

from bamboo_desktop.domain.ids import RunId
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.store.columns import CleanText
from bamboo_desktop.store.tables_run import RUN
from bamboo_desktop.store.transaction import Tx

_WAITS = tuple(status.value for status in AgentStatus if status.is_waiting)
_CANCEL = (
    update(RUN)
    .where(RUN.c.id == bindparam("key", type_=CleanText()), RUN.c.status.in_(_WAITS))
    .values(status=AgentStatus.CANCELLED.value)
)


def cancel(tx: Tx, run_id: RunId) -> bool:
    """The wait was stopped by the person; False if the run did not end in a wait."""
    return tx.run(_CANCEL, {"key": run_id}).rowcount > 0
