"""What is typed in a session and not yet sent."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert

from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.store.tables_session import DRAFT
from bamboo_desktop.store.transaction import Tx


def save(tx: Tx, session_id: SessionId, text: str) -> None:
    """Keep the text; an empty one leaves nothing.

    Raises:
        NotFoundError: the session does not exist any more.
    """
    if not text:
        tx.run(delete(DRAFT).where(DRAFT.c.session_id == session_id))
        return
    row = insert(DRAFT).values(session_id=session_id, text=text)
    tx.run(
        row.on_conflict_do_update(index_elements=["session_id"], set_={"text": row.excluded.text})
    )


def get(tx: Tx, session_id: SessionId) -> str:
    """The text, or nothing."""
    found = tx.run(select(DRAFT.c.text).where(DRAFT.c.session_id == session_id)).scalar()
    return str(found or "")
