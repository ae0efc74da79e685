"""Summaries that a model reads in place of the older part of a session."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from bamboo_desktop.domain.context import ContextSummary
from bamboo_desktop.domain.ids import MessageId, SessionId
from bamboo_desktop.store.tables_session import CONTEXT_SUMMARY
from bamboo_desktop.store.transaction import Tx

_LATEST = (
    select(CONTEXT_SUMMARY)
    .where(CONTEXT_SUMMARY.c.session_id == bindparam("session_id"))
    .order_by(CONTEXT_SUMMARY.c.id.desc())
    .limit(1)
)


def put(tx: Tx, summary: ContextSummary) -> None:
    """Store a summary; from here on it is the session's latest.

    Raises:
        NotFoundError: the session does not exist any more.
    """
    tx.run(
        CONTEXT_SUMMARY.insert(),
        {
            "session_id": summary.session_id,
            "created_at": summary.created_at,
            "upto_message_id": summary.upto_message_id,
            "messages_summarized": summary.messages_summarized,
            "tokens_saved": summary.tokens_saved,
            "text": summary.text,
        },
    )


def latest(tx: Tx, session_id: SessionId) -> ContextSummary | None:
    """The newest summary of a session, or None."""
    row = tx.run(_LATEST, {"session_id": session_id}).one_or_none()
    if row is None:
        return None
    return ContextSummary(
        session_id=SessionId(row.session_id),
        text=row.text,
        upto_message_id=MessageId(row.upto_message_id),
        created_at=row.created_at,
        messages_summarized=row.messages_summarized,
        tokens_saved=row.tokens_saved,
    )
