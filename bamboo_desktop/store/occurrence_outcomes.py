"""What came of occurrences: their usage, the files they touched, their last words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select

from bamboo_desktop.domain.ids import OccurrenceId, RunId
from bamboo_desktop.domain.occurrence import Attempt, Occurrence
from bamboo_desktop.domain.tool import FileTouch
from bamboo_desktop.domain.transcript import EntryKind
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.store import calls
from bamboo_desktop.store.occurrence_rows import attempt_of, occurrence_of
from bamboo_desktop.store.tables_history import ENTRY
from bamboo_desktop.store.tables_run import USAGE
from bamboo_desktop.store.tables_schedule import ATTEMPT, OCCURRENCE, OCCURRENCE_RUN
from bamboo_desktop.store.transaction import Tx
from bamboo_desktop.store.usages import usage_of

_SUMS = tuple(func.sum(USAGE.c[name]).label(name) for name in Usage.__dataclass_fields__)


def usages(tx: Tx, occurrence_ids: Sequence[OccurrenceId]) -> Mapping[OccurrenceId, Usage]:
    """What the runs of occurrences took; those that called no model are left out."""
    rows = tx.run(
        select(OCCURRENCE_RUN.c.occurrence_id, *_SUMS)
        .join(USAGE, USAGE.c.run_id == OCCURRENCE_RUN.c.run_id)
        .where(OCCURRENCE_RUN.c.occurrence_id.in_(occurrence_ids))
        .group_by(OCCURRENCE_RUN.c.occurrence_id)
    )
    return {OccurrenceId(row.occurrence_id): usage_of(row) for row in rows}


def attempts(
    tx: Tx, occurrence_ids: Sequence[OccurrenceId]
) -> Mapping[OccurrenceId, tuple[Attempt, ...]]:
    """The starts of occurrences, in order."""
    found: dict[OccurrenceId, tuple[Attempt, ...]] = {}
    rows = tx.run(
        select(ATTEMPT)
        .where(ATTEMPT.c.occurrence_id.in_(occurrence_ids))
        .order_by(ATTEMPT.c.occurrence_id, ATTEMPT.c.number)
    )
    for row in rows:
        attempt = attempt_of(row)
        found[attempt.occurrence_id] = (*found.get(attempt.occurrence_id, ()), attempt)
    return found


def files(tx: Tx, occurrence: Occurrence) -> tuple[FileTouch, ...]:
    """The files that calls of an occurrence's runs named, the one touched last first."""
    run_ids = _run_ids(tx, occurrence)
    if occurrence.session_id is None or not run_ids:
        return ()
    return calls.files_touched(tx, occurrence.session_id, run_ids=run_ids)


def answer(tx: Tx, occurrence: Occurrence) -> str:
    """The last words of the agent in an occurrence; empty when it said nothing, or is gone."""
    run_ids = _run_ids(tx, occurrence)
    if occurrence.session_id is None or not run_ids:
        return ""
    of_session = ENTRY.c.session_id == occurrence.session_id
    # In a session that goes on and on, the search begins where these runs ended.
    last: int | None = tx.run(
        select(func.max(ENTRY.c.position)).where(
            of_session, ENTRY.c.ref.in_(run_ids), ENTRY.c.kind == EntryKind.RUN_END.value
        )
    ).scalar_one()
    query = (
        select(ENTRY.c.text)
        .where(of_session, ENTRY.c.kind == EntryKind.ASSISTANT.value, ENTRY.c.run_id.in_(run_ids))
        .order_by(ENTRY.c.position.desc())
        .limit(1)
    )
    if last is not None and not occurrence.state.is_open:
        query = query.where(ENTRY.c.position <= last)
    return str(tx.run(query).scalar() or "")


def with_words_before(tx: Tx, occurrence: Occurrence) -> Occurrence | None:
    """The occurrence of the same schedule before this one that was started and has ended."""
    row = tx.run(
        select(OCCURRENCE)
        .where(
            OCCURRENCE.c.schedule_id == occurrence.schedule_id,
            OCCURRENCE.c.planned_at < occurrence.planned_at,
            OCCURRENCE.c.run_id.is_not(None),
            OCCURRENCE.c.ended_at.is_not(None),
        )
        .order_by(OCCURRENCE.c.planned_at.desc(), OCCURRENCE.c.number.desc())
        .limit(1)
    ).first()
    return None if row is None else occurrence_of(row)


def _run_ids(tx: Tx, occurrence: Occurrence) -> tuple[RunId, ...]:
    rows = tx.run(
        select(OCCURRENCE_RUN.c.run_id).where(OCCURRENCE_RUN.c.occurrence_id == occurrence.id)
    )
    return tuple(RunId(row.run_id) for row in rows)
