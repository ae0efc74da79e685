"""The full-text index: what is put in it, and taken out when a session is purged."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, text

from bamboo_desktop.domain.codec import clean_text
from bamboo_desktop.domain.ids import SessionId, ToolCallId
from bamboo_desktop.store.columns import CleanText
from bamboo_desktop.store.transaction import Tx
from bamboo_desktop.store.words import document_words

_ADD = text(
    "INSERT INTO entry_words (rowid, session, body) VALUES (:document, :session_id, :body)"
).bindparams(bindparam("session_id", type_=CleanText()))
_FORGET = text(
    "INSERT INTO entry_words (entry_words, rowid, session, body) "
    "VALUES ('delete', :document, :session_id, :body)"
).bindparams(bindparam("session_id", type_=CleanText()))
_ENTRY_OF_CALL = text(
    "SELECT id FROM entry WHERE session_id = :session_id AND ref = :call_id AND kind = 'tool'"
).bindparams(bindparam("session_id", type_=CleanText()), bindparam("call_id", type_=CleanText()))
_TEXTS = text(
    "SELECT 2 * id AS document, text FROM entry WHERE id IN :entries AND text <> ''"
).bindparams(bindparam("entries", expanding=True))
_OUTPUTS = text(
    "SELECT 2 * entry.id + 1 AS document, tool_call.content AS text FROM entry JOIN tool_call "
    "ON tool_call.session_id = entry.session_id AND tool_call.call_id = entry.ref "
    "WHERE entry.id IN :entries AND entry.kind = 'tool' AND tool_call.content <> ''"
).bindparams(bindparam("entries", expanding=True))


def add_entry(tx: Tx, session_id: SessionId, *, entry: int, body: str) -> None:
    """Index the text of a new entry."""
    _add(tx, session_id, document=2 * entry, body=body)


def add_output(tx: Tx, session_id: SessionId, call_id: ToolCallId, body: str) -> None:
    """Index the output of a call that has an entry."""
    row = tx.run(_ENTRY_OF_CALL, {"session_id": session_id, "call_id": call_id}).first()
    if row is not None:
        _add(tx, session_id, document=2 * row.id + 1, body=body)


def forget(tx: Tx, session_id: SessionId, entries: Sequence[int]) -> None:
    """Take every word of these entries out; their rows must still be there."""
    for query in (_TEXTS, _OUTPUTS):
        documents = [
            {
                "document": row.document,
                "session_id": session_id,
                "body": document_words(row.text),
            }
            for row in tx.run(query, {"entries": list(entries)})
        ]
        if documents:
            tx.run(_FORGET, documents)


def _add(tx: Tx, session_id: SessionId, *, document: int, body: str) -> None:
    if body:
        words = document_words(clean_text(body))
        tx.run(_ADD, {"document": document, "session_id": session_id, "body": words})
