"""Asked: the last question about a call, and the last one of a kind in a session."""

from __future__ import annotations

from sqlalchemy import bindparam

from bamboo_desktop.domain.ids import SessionId, ToolCallId
from bamboo_desktop.domain.question import QuestionKind, QuestionRecord
from bamboo_desktop.store.question_rows import RECORDS, record_of
from bamboo_desktop.store.tables_question import QUESTION
from bamboo_desktop.store.transaction import Tx

_NEWEST = (
    RECORDS.where(QUESTION.c.session_id == bindparam("session_id"))
    .order_by(QUESTION.c.number.desc())
    .limit(1)
)
_OF_CALL = _NEWEST.where(QUESTION.c.tool_call_id == bindparam("call_id"))
_CONSENT = _OF_CALL.where(QUESTION.c.kind == bindparam("kind"))
_OF_KIND = _NEWEST.where(QUESTION.c.kind == bindparam("kind"))


def of_call(tx: Tx, session_id: SessionId, call_id: ToolCallId) -> QuestionRecord | None:
    """The last question that was asked about a call, open, answered or withdrawn."""
    row = tx.run(_OF_CALL, {"session_id": session_id, "call_id": call_id}).one_or_none()
    return None if row is None else record_of(row)


def consent_of_call(tx: Tx, session_id: SessionId, call_id: ToolCallId) -> QuestionRecord | None:
    """The last question whether a call may run, open, answered or withdrawn."""
    wanted = {"session_id": session_id, "call_id": call_id, "kind": QuestionKind.CONSENT.value}
    row = tx.run(_CONSENT, wanted).one_or_none()
    return None if row is None else record_of(row)


def of_kind(tx: Tx, session_id: SessionId, kind: QuestionKind) -> QuestionRecord | None:
    """The last question of a kind in a session, open, answered or withdrawn."""
    row = tx.run(_OF_KIND, {"session_id": session_id, "kind": kind.value}).one_or_none()
    return None if row is None else record_of(row)
