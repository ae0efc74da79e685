"""Questions: asked with their event, answered once, withdrawn when nobody needs them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from bamboo_desktop.domain.codec import second_text
from bamboo_desktop.domain.errors import AlreadyAnsweredError, Bug, NotFoundError
from bamboo_desktop.domain.events import (
    NeedClarification,
    QuestionAnswered,
    QuestionWithdrawn,
    ToolApprovalRequested,
)
from bamboo_desktop.domain.ids import QuestionId, SessionId
from bamboo_desktop.domain.question import (
    Answer,
    AnswerDraft,
    ItemAnswer,
    PendingQuestion,
    QuestionKind,
    QuestionRecord,
    check_answer,
)
from bamboo_desktop.domain.transcript import EntryKind, NewEntry
from bamboo_desktop.store import calls, transcript
from bamboo_desktop.store.columns import CleanText, json_text
from bamboo_desktop.store.damage import values_of
from bamboo_desktop.store.question_rows import (
    RECORDS,
    headline_of,
    record_of,
    row_of,
    searched_text,
)
from bamboo_desktop.store.session_rows import touch
from bamboo_desktop.store.tables_question import ANSWER, ANSWER_DRAFT, QUESTION
from bamboo_desktop.store.tables_session import SESSION
from bamboo_desktop.store.transaction import Tx

_ONE = RECORDS.where(QUESTION.c.id == bindparam("id"))
_OPEN = RECORDS.where(QUESTION.c.closed_at.is_(None)).order_by(QUESTION.c.number)
_OPEN_OF_ALL = _OPEN.where(SESSION.c.deleted_at.is_(None))
_OPEN_OF_ONE = _OPEN.where(QUESTION.c.session_id == bindparam("session_id"))
_DUE = _OPEN_OF_ALL.where(QUESTION.c.deadline_at <= bindparam("before"))
_CLOSE = update(QUESTION).where(QUESTION.c.id == bindparam("key", type_=CleanText()))
_NEW = QUESTION.insert()
_NEW_ANSWER = ANSWER.insert()


def ask(tx: Tx, question: PendingQuestion) -> None:
    """Store a question with the entry that shows it.

    Raises:
        ConflictError: a question of that id is stored already.
    """
    tx.run(_NEW, row_of(question))
    entry = NewEntry(
        kind=EntryKind.QUESTION,
        at=question.asked_at,
        run_id=question.run_id,
        text=searched_text(question),
        ref=question.id,
    )
    transcript.append(tx, question.session_id, entry)
    first = question.items[0] if question.items else None
    tx.emit(
        question.session_id,
        question.run_id,
        NeedClarification(
            question_id=question.id,
            kind=question.kind,
            question=headline_of(question),
            options=tuple(option.label for option in first.options) if first else (),
            tool_call_id=question.tool_call_id,
        ),
    )
    if question.kind is QuestionKind.CONSENT:
        _tell_approval(tx, question)


def get(tx: Tx, question_id: QuestionId) -> QuestionRecord | None:
    """The question of that id with its answer, or None."""
    row = tx.run(_ONE, {"id": question_id}).one_or_none()
    return None if row is None else record_of(row)


def answer(tx: Tx, given: Answer) -> QuestionRecord:
    """Store the one answer to a question.

    Raises:
        AlreadyAnsweredError: somebody was first; the sentence says who.
        InvalidAnswerError: it does not fit the question, which stays open.
        NotFoundError: there is no such question, or it was withdrawn.
    """
    question = _still_open(tx, given.question_id)
    check_answer(question, given.items)
    tx.run(
        _NEW_ANSWER,
        {
            "question_id": given.question_id,
            "session_id": question.session_id,
            "answered_at": given.answered_at,
            "answered_by": given.answered_by,
            "items": json_text(given.items),
            "note": given.note,
        },
    )
    tx.run(_CLOSE.values(closed_at=tx.now), {"key": question.id})
    tx.run(delete(ANSWER_DRAFT).where(ANSWER_DRAFT.c.question_id == question.id))
    touch(tx, question.session_id)
    tx.emit(
        question.session_id,
        question.run_id,
        QuestionAnswered(
            question_id=question.id,
            answered_by=given.answered_by,
            labels=_labels(question, given),
        ),
    )
    stored = get(tx, question.id)
    if stored is None:
        raise Bug("an answered question vanished in its own transaction")
    return stored


def _still_open(tx: Tx, question_id: QuestionId) -> PendingQuestion:
    record = get(tx, question_id)
    if record is None:
        raise NotFoundError("The question does not exist any more.")
    if record.answer is not None:
        raise AlreadyAnsweredError(
            f"The question was already answered {record.answer.whereby} at "
            f"{second_text(record.answer.answered_at)}; that answer counts."
        )
    if record.withdrawn_at is not None:
        raise NotFoundError(
            "The question was withdrawn: its session was stopped or deleted, or a message was sent "
            "in place of an answer."
        )
    return record.question


def open(  # noqa: A001 - the word of the house
    tx: Tx, session_id: SessionId | None = None
) -> tuple[QuestionRecord, ...]:
    """The questions that wait, oldest first: of one session, or of all that are not in the bin."""
    if session_id is None:
        return tuple(record_of(row) for row in tx.run(_OPEN_OF_ALL))
    return tuple(record_of(row) for row in tx.run(_OPEN_OF_ONE, {"session_id": session_id}))


def withdraw(tx: Tx, session_id: SessionId, *, reason: str) -> tuple[QuestionId, ...]:
    """Close the open questions of a session without an answer."""
    waiting = open(tx, session_id)
    for record in waiting:
        question = record.question
        tx.run(_CLOSE.values(closed_at=tx.now, withdrawn_at=tx.now), {"key": question.id})
        tx.run(delete(ANSWER_DRAFT).where(ANSWER_DRAFT.c.question_id == question.id))
        tx.emit(
            session_id,
            question.run_id,
            QuestionWithdrawn(question_id=question.id, reason=reason),
        )
    return tuple(record.question.id for record in waiting)


def due(tx: Tx, before: datetime) -> tuple[QuestionRecord, ...]:
    """The open questions whose deadline is not later than that instant."""
    return tuple(record_of(row) for row in tx.run(_DUE, {"before": before}))


def save_draft(tx: Tx, question_id: QuestionId, items: tuple[ItemAnswer, ...], note: str) -> None:
    """Keep what was begun; nothing to keep once the question is closed.

    Raises:
        NotFoundError: there is no such question.
    """
    record = get(tx, question_id)
    if record is not None and (record.answer is not None or record.withdrawn_at is not None):
        return
    row = insert(ANSWER_DRAFT).values(question_id=question_id, items=json_text(items), note=note)
    tx.run(
        row.on_conflict_do_update(
            index_elements=["question_id"],
            set_={"items": row.excluded["items"], "note": row.excluded.note},
        )
    )


def draft(tx: Tx, question_id: QuestionId) -> AnswerDraft | None:
    """What was begun, or None."""
    found = tx.run(
        select(ANSWER_DRAFT).where(ANSWER_DRAFT.c.question_id == question_id)
    ).one_or_none()
    if found is None:
        return None
    items = values_of(ItemAnswer, found.items)
    return AnswerDraft(question_id=question_id, items=items, note=found.note)


def _tell_approval(tx: Tx, question: PendingQuestion) -> None:
    consent, call_id = question.consent, question.tool_call_id
    if consent is None or call_id is None:
        raise Bug("a consent question names no call")
    call = calls.get(tx, question.session_id, call_id)
    tx.emit(
        question.session_id,
        question.run_id,
        ToolApprovalRequested(
            question_id=question.id,
            tool_call_id=call_id,
            tool_name=consent.tool,
            parameters=call.arguments if call else consent.exact,
        ),
    )


def _labels(question: PendingQuestion, given: Answer) -> tuple[str, ...]:
    said: list[str] = []
    for item in given.items:
        asked = question.item(item.item_id)
        by_id = {option.id: option.label for option in asked.options} if asked else {}
        said.extend(by_id.get(chosen, chosen) for chosen in item.option_ids)
        if item.text:
            said.append(item.text)
    return tuple(said)
