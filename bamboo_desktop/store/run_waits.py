"""Run waits: what may still become of a run that has ended."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, literal_column, select, update

from bamboo_desktop.domain.ids import RunId, SessionId
from bamboo_desktop.domain.occurrence import Reason
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.store import occurrence_runs
from bamboo_desktop.store.columns import CleanText
from bamboo_desktop.store.tables_run import RUN
from bamboo_desktop.store.tables_session import SESSION
from bamboo_desktop.store.transaction import Tx

_WAITS = tuple(status.value for status in AgentStatus if status.is_waiting)
_CANCEL = (
    update(RUN)
    .where(RUN.c.id == bindparam("key", type_=CleanText()), RUN.c.status.in_(_WAITS))
    .values(status=AgentStatus.CANCELLED.value)
)
_LATER = RUN.alias("later")
# In these words, and not as a parameter: only then is it seen that the index of the like is enough.
_IS_INTERRUPTED = RUN.c.status == literal_column(f"'{AgentStatus.INTERRUPTED.value}'")
_INTERRUPTED = (
    select(RUN.c.session_id)
    .join(SESSION, SESSION.c.id == RUN.c.session_id)
    .outerjoin(
        _LATER,
        and_(_LATER.c.session_id == RUN.c.session_id, _LATER.c.number > RUN.c.number),
    )
    .where(
        _IS_INTERRUPTED,
        _LATER.c.id.is_(None),
        SESSION.c.deleted_at.is_(None),
    )
    .order_by(RUN.c.completed_at)
)


def interrupted_sessions(tx: Tx) -> tuple[SessionId, ...]:
    """The sessions whose newest run was interrupted, by a crash or by quitting."""
    return tuple(SessionId(row.session_id) for row in tx.run(_INTERRUPTED))


def cancel(tx: Tx, run_id: RunId) -> bool:
    """The wait was stopped by the person; False if the run did not end in a wait."""
    if tx.run(_CANCEL, {"key": run_id}).rowcount == 0:
        return False
    occurrence_runs.wait_ended(tx, run_id, Reason.BY_PERSON)
    return True
