"""Full-text search over every entry, every tool output and every title."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, func, select, text

from bamboo_desktop.domain.codec import clean_text
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.search import SearchHit
from bamboo_desktop.domain.transcript import EntryKind
from bamboo_desktop.store.damage import word_of
from bamboo_desktop.store.erasing import IS_LEFT
from bamboo_desktop.store.plain_words import plain_words
from bamboo_desktop.store.session_rows import folded
from bamboo_desktop.store.snippets import Highlighter
from bamboo_desktop.store.tables_history import CALL, ENTRY
from bamboo_desktop.store.tables_session import SESSION
from bamboo_desktop.store.transaction import Tx
from bamboo_desktop.store.words import match_expression, query_words

MAX_TITLES = 20
_ROUNDS = 4

# Newest first is the order of the index itself, so that a common word costs no more than a rare
# one: ranking would have to look at every entry that holds it.
_DOCUMENTS = text(
    "SELECT rowid FROM entry_words WHERE entry_words MATCH :expression AND rowid < :below "
    "ORDER BY rowid DESC LIMIT :limit"
)
_ENTRIES = (
    select(
        ENTRY.c.id,
        ENTRY.c.session_id,
        ENTRY.c.position,
        ENTRY.c.kind,
        ENTRY.c.at,
        ENTRY.c.text,
        ENTRY.c.ref,
        SESSION.c.title,
    )
    .join(SESSION, SESSION.c.id == ENTRY.c.session_id)
    .where(ENTRY.c.id.in_(bindparam("ids", expanding=True)))
)
_OF_ONE = _ENTRIES.where(IS_LEFT)
_LISTED = _ENTRIES.where(SESSION.c.deleted_at.is_(None))
_OUTPUT = select(CALL.c.content).where(
    CALL.c.session_id == bindparam("session_id"), CALL.c.call_id == bindparam("call_id")
)
_POSITIONS = text(
    "SELECT DISTINCT entry.position FROM entry_words JOIN entry ON entry.id = entry_words.rowid / 2"
    " WHERE entry_words MATCH :expression ORDER BY entry.position"
)


def find(
    tx: Tx, query: str, *, limit: int, session_id: SessionId | None = None
) -> tuple[SearchHit, ...]:
    """Where every word of the query stands, newest first; the last word may be a beginning.

    Titles come before entries. With a session named, its entries only; else all sessions that are
    not in the bin. Signs in the query mean nothing.
    """
    words = query_words(clean_text(query))
    if not words or limit <= 0:
        return ()
    marker = Highlighter(words)
    hits = [] if session_id is not None else _titles(tx, words, marker, min(limit, MAX_TITLES))
    for row, body in _found(tx, words, session_id=session_id, limit=limit - len(hits)):
        snippet = marker.snippet(body)
        hits.append(
            SearchHit(
                session_id=SessionId(row.session_id),
                session_title=row.title,
                position=row.position,
                kind=word_of(EntryKind, row.kind, EntryKind.NOTE),
                at=row.at,
                snippet=snippet.text,
                ranges=snippet.ranges,
            )
        )
    return tuple(hits)


def positions(tx: Tx, session_id: SessionId, query: str) -> tuple[int, ...]:
    """Every position of a session at which all words of the query stand, in order."""
    words = query_words(clean_text(query))
    if not words:
        return ()
    expression = match_expression(words, session_id=session_id)
    return tuple(row.position for row in tx.run(_POSITIONS, {"expression": expression}))


def _titles(tx: Tx, words: Sequence[str], marker: Highlighter, limit: int) -> list[SearchHit]:
    query = select(SESSION.c.id, SESSION.c.title, SESSION.c.last_activity_at).where(
        SESSION.c.deleted_at.is_(None),
        *(func.instr(SESSION.c.title_folded, folded(word)) > 0 for word in words),
    )
    rows = tx.run(query.order_by(SESSION.c.last_activity_at.desc()).limit(limit))
    hits = []
    for row in rows:
        snippet = marker.snippet(row.title)
        hits.append(
            SearchHit(
                session_id=SessionId(row.id),
                session_title=row.title,
                position=None,
                kind=None,
                at=row.last_activity_at,
                snippet=snippet.text,
                ranges=snippet.ranges,
            )
        )
    return hits


def _found(
    tx: Tx, words: tuple[str, ...], *, session_id: SessionId | None, limit: int
) -> Iterator[tuple[Row[*tuple[Any, ...]], str]]:
    """Entries with the text the words were found in, each entry once."""
    expression = match_expression(words, session_id=session_id)
    seen: set[int] = set()
    below = 1 << 62
    for _ in range(_ROUNDS):  # hits in the bin are passed over, but not without an end
        wanted = limit - len(seen)
        if wanted <= 0:
            return
        parameters = {"expression": expression, "below": below, "limit": wanted * 2}
        documents = [row.rowid for row in tx.run(_DOCUMENTS, parameters)]
        if not documents:
            return
        below = documents[-1]
        rows = _rows(tx, documents, session_id)
        for document in documents:
            row = rows.get(document // 2)
            if row is not None and row.id not in seen and len(seen) < limit:
                seen.add(row.id)
                yield row, _body(tx, row, is_output=bool(document % 2))


def _rows(
    tx: Tx, documents: Sequence[int], session_id: SessionId | None
) -> dict[int, Row[*tuple[Any, ...]]]:
    query = _LISTED if session_id is None else _OF_ONE
    ids = sorted({document // 2 for document in documents})
    return {row.id: row for row in tx.run(query, {"ids": ids})}


def _body(tx: Tx, row: Row[*tuple[Any, ...]], *, is_output: bool) -> str:
    if not is_output:
        return plain_words(word_of(EntryKind, row.kind, EntryKind.NOTE), str(row.text))
    found = tx.run(_OUTPUT, {"session_id": row.session_id, "call_id": row.ref}).scalar()
    return str(found or "")
