"""Questions from and to their rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select

from bamboo_desktop.domain.ids import ItemId, QuestionId, RunId, SessionId, ToolCallId
from bamboo_desktop.domain.question import (
    Answer,
    ConsentRequest,
    ItemAnswer,
    ItemKind,
    PendingQuestion,
    QuestionItem,
    QuestionKind,
    QuestionRecord,
)
from bamboo_desktop.store.columns import json_text
from bamboo_desktop.store.damage import value_of, values_of, word_of
from bamboo_desktop.store.tables_question import ANSWER, QUESTION
from bamboo_desktop.store.tables_session import SESSION

RECORDS = (
    select(
        QUESTION,
        SESSION.c.title.label("session_title"),
        ANSWER.c["items"].label("answer_items"),
        ANSWER.c.note.label("answer_note"),
        ANSWER.c.answered_at,
        ANSWER.c.answered_by,
    )
    .select_from(QUESTION)
    .join(SESSION, SESSION.c.id == QUESTION.c.session_id)
    .outerjoin(ANSWER, ANSWER.c.question_id == QUESTION.c.id)
)

# Allows nothing and runs nothing: what is written is all the agent gets.
_DAMAGED = QuestionItem(
    id=ItemId("damaged"),
    kind=ItemKind.TEXT,
    prompt=(
        "This question is damaged and cannot be shown any more. What you write here is told to the "
        "agent as your answer; nothing is allowed by it."
    ),
)
_NO_CONSENT = ConsentRequest(tool="", sentence="", exact="", where="", digest="", rule="")


def headline_of(question: PendingQuestion) -> str:
    """The question in one line: its title, else what its first item asks."""
    return question.title or next((item.prompt for item in question.items), "")


def searched_text(question: PendingQuestion) -> str:
    """Everything a person reads in the question."""
    lines = [question.title]
    for item in question.items:
        lines.append(item.prompt)
        lines.extend(f"{option.label} {option.description}".rstrip() for option in item.options)
    if question.consent is not None:
        lines.extend((question.consent.sentence, question.consent.exact))
    return "\n".join(line for line in lines if line)


def row_of(question: PendingQuestion) -> dict[str, Any]:
    """The columns of a new question."""
    return {
        "id": question.id,
        "session_id": question.session_id,
        "run_id": question.run_id,
        "kind": question.kind.value,
        "tool_call_id": question.tool_call_id,
        "asked_at": question.asked_at,
        "deadline_at": question.deadline_at,
        "closed_at": None,
        "withdrawn_at": None,
        "title": question.title,
        "headline": headline_of(question),
        "items": json_text(question.items),
        "consent": json_text(question.consent) if question.consent else None,
        "attempt": question.attempt,
    }


def record_of(row: Row[*tuple[Any, ...]]) -> QuestionRecord:
    """The question of a row of `RECORDS`, with its answer."""
    return QuestionRecord(
        question=_question_of(row),
        answer=_answer_of(row),
        withdrawn_at=row.withdrawn_at,
        session_title=row.session_title,
    )


def _question_of(row: Row[*tuple[Any, ...]]) -> PendingQuestion:
    call_id = row.tool_call_id
    items = values_of(QuestionItem, row.items, tuple)
    consent = value_of(ConsentRequest, row.consent, lambda: _NO_CONSENT) if row.consent else None
    is_damaged = not items or consent is _NO_CONSENT
    likely = QuestionKind.ASK if consent is None else QuestionKind.CONSENT
    return PendingQuestion(
        id=QuestionId(row.id),
        session_id=SessionId(row.session_id),
        run_id=RunId(row.run_id),
        kind=QuestionKind.ASK if is_damaged else word_of(QuestionKind, row.kind, likely),
        items=(_DAMAGED,) if is_damaged else items,
        asked_at=row.asked_at,
        tool_call_id=ToolCallId(call_id) if call_id is not None else None,
        title=row.title,
        consent=None if is_damaged else consent,
        deadline_at=row.deadline_at,
        attempt=row.attempt,
    )


def _answer_of(row: Row[*tuple[Any, ...]]) -> Answer | None:
    if row.answered_at is None:
        return None
    return Answer(
        question_id=QuestionId(row.id),
        items=values_of(ItemAnswer, row.answer_items),
        answered_at=row.answered_at,
        answered_by=row.answered_by,
        note=row.answer_note,
    )
