"""What a page of entries refers to: calls, questions and ends of runs, fetched in one go each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.question import QuestionRecord
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.transcript import EntryKind, RunEndView, ToolCallView
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.store.call_rows import view_of
from bamboo_desktop.store.damage import value_of, word_of
from bamboo_desktop.store.question_rows import RECORDS, record_of
from bamboo_desktop.store.tables_history import CALL
from bamboo_desktop.store.tables_question import QUESTION
from bamboo_desktop.store.tables_run import RUN
from bamboo_desktop.store.transaction import Tx

MAX_OUTPUT = 20_000
MAX_DIFF = 100_000

_CALLS = select(
    CALL.c.call_id,
    CALL.c.tool,
    CALL.c.arguments,
    CALL.c.headline,
    CALL.c.state,
    CALL.c.outcome,
    CALL.c.duration_ms,
    func.substr(CALL.c.content, 1, MAX_OUTPUT).label("content"),
    func.substr(CALL.c.diff, 1, MAX_DIFF).label("diff"),
).where(
    CALL.c.session_id == bindparam("session_id"),
    CALL.c.call_id.in_(bindparam("ids", expanding=True)),
)
_QUESTIONS = RECORDS.where(QUESTION.c.id.in_(bindparam("ids", expanding=True)))
_RUNS = select(RUN).where(RUN.c.id.in_(bindparam("ids", expanding=True)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Joined:
    """Values by the `ref` of the entries that show them."""

    calls: Mapping[str, ToolCallView]
    questions: Mapping[str, QuestionRecord]
    ends: Mapping[str, RunEndView]


def joined(tx: Tx, session_id: SessionId, rows: Sequence[Row[*tuple[Any, ...]]]) -> Joined:
    """Fetch what the entries refer to."""
    calls, questions, ends = (
        _refs(rows, kind) for kind in (EntryKind.TOOL, EntryKind.QUESTION, EntryKind.RUN_END)
    )
    of_session = {"session_id": session_id, "ids": calls}
    return Joined(
        calls={r.call_id: view_of(r) for r in tx.run(_CALLS, of_session)} if calls else {},
        questions=(
            {r.id: record_of(r) for r in tx.run(_QUESTIONS, {"ids": questions})}
            if questions
            else {}
        ),
        ends={r.id: _end_of(r) for r in tx.run(_RUNS, {"ids": ends})} if ends else {},
    )


def _refs(rows: Sequence[Row[*tuple[Any, ...]]], kind: EntryKind) -> list[str]:
    return [row.ref for row in rows if row.kind == kind.value and isinstance(row.ref, str)]


def _end_of(row: Row[*tuple[Any, ...]]) -> RunEndView:
    took = (row.completed_at or row.started_at) - row.started_at
    return RunEndView(
        status=word_of(AgentStatus, row.status, AgentStatus.ERROR),
        error=row.error,
        duration_ms=max(0, took // timedelta(milliseconds=1)),
        rounds=row.round_count,
        usage=value_of(Usage, row.usage, Usage),
    )
