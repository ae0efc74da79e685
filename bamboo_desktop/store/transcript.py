"""The event pane's entries: appended at dense positions, read by the page."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, bindparam, func, select, text

from bamboo_desktop.domain.ids import MessageId, QuestionId, RunId, SessionId
from bamboo_desktop.domain.transcript import EntryKind, NewEntry, TranscriptEntry
from bamboo_desktop.store import words_index
from bamboo_desktop.store.columns import CleanText, Instant
from bamboo_desktop.store.damage import known_word
from bamboo_desktop.store.erasing import is_gone
from bamboo_desktop.store.session_rows import touch
from bamboo_desktop.store.tables_history import ENTRY
from bamboo_desktop.store.transaction import Tx
from bamboo_desktop.store.transcript_joins import Joined, joined

_NEW = text(
    "INSERT INTO entry (session_id, position, kind, at, run_id, message_id, ref, is_partial, text)"
    " SELECT :session_id, coalesce(max(position) + 1, 0), :kind, :at, :run_id, :message_id, :ref,"
    " :is_partial, :text FROM entry WHERE session_id = :session_id RETURNING id, position"
).bindparams(
    bindparam("session_id", type_=CleanText()),
    bindparam("at", type_=Instant()),
    bindparam("run_id", type_=CleanText()),
    bindparam("message_id", type_=CleanText()),
    bindparam("ref", type_=CleanText()),
    bindparam("text", type_=CleanText()),
)
_LENGTH = select(func.coalesce(func.max(ENTRY.c.position) + 1, 0)).where(
    ENTRY.c.session_id == bindparam("session_id")
)
_PAGE = (
    select(ENTRY)
    .where(
        ENTRY.c.session_id == bindparam("session_id"),
        ENTRY.c.position >= bindparam("first"),
        ENTRY.c.position < bindparam("end"),
    )
    .order_by(ENTRY.c.position)
)
_POSITION = select(func.max(ENTRY.c.position)).where(
    ENTRY.c.session_id == bindparam("session_id"),
    ENTRY.c.ref == bindparam("ref"),
    ENTRY.c.kind == bindparam("kind"),
)
# None says what happened last: thinking is folded away, an end has its own mark in the list, and
# what a call does was said, in words a person reads, when it was planned.
_SILENT = frozenset({EntryKind.THINKING, EntryKind.RUN_END, EntryKind.TOOL})


def append(tx: Tx, session_id: SessionId, entry: NewEntry) -> int:
    """Append an entry and return its position.

    Raises:
        NotFoundError: the session does not exist any more.
    """
    row = tx.run(
        _NEW,
        {
            "session_id": session_id,
            "kind": entry.kind.value,
            "at": entry.at,
            "run_id": entry.run_id,
            "message_id": entry.message_id,
            "ref": entry.ref or None,
            "is_partial": entry.is_partial,
            "text": entry.text,
        },
    ).one()
    words_index.add_entry(tx, session_id, entry=row.id, body=entry.text)
    touch(tx, session_id, line=None if entry.kind in _SILENT or not entry.text else entry.text)
    return int(row.position)


def length(tx: Tx, session_id: SessionId) -> int:
    """How many entries a session has; none once it is gone for good."""
    if is_gone(tx, session_id):
        return 0
    return int(tx.run(_LENGTH, {"session_id": session_id}).scalar_one())


def page(tx: Tx, session_id: SessionId, *, first: int, count: int) -> tuple[TranscriptEntry, ...]:
    """The entries from `first` on, at most `count`, with calls, questions and ends joined in.

    The output of a call and its diff are cut where they are very long; `calls.get` has all of it.
    """
    if count <= 0 or is_gone(tx, session_id):
        return ()
    start = max(0, first)
    rows = tx.run(_PAGE, {"session_id": session_id, "first": start, "end": start + count}).all()
    others = joined(tx, session_id, rows)
    return tuple(_entry_of(row, others) for row in rows)


def position_of_question(tx: Tx, session_id: SessionId, question_id: QuestionId) -> int | None:
    """Where a question is shown, or None."""
    parameters = {
        "session_id": session_id,
        "kind": EntryKind.QUESTION.value,
        "ref": question_id,
    }
    found: int | None = tx.run(_POSITION, parameters).scalar_one()
    return found


def _entry_of(row: Row[*tuple[Any, ...]], others: Joined) -> TranscriptEntry:
    known = known_word(EntryKind, row.kind)
    kind = known or EntryKind.NOTE
    return TranscriptEntry(
        position=row.position,
        kind=kind,
        at=row.at,
        run_id=RunId(row.run_id) if row.run_id is not None else None,
        message_id=MessageId(row.message_id) if row.message_id is not None else None,
        text=row.text if known else f"This entry is damaged. What is left of it: {row.text}",
        is_partial=row.is_partial,
        call=others.calls.get(row.ref) if kind is EntryKind.TOOL else None,
        question=others.questions.get(row.ref) if kind is EntryKind.QUESTION else None,
        run_end=others.ends.get(row.ref) if kind is EntryKind.RUN_END else None,
    )
