"""Tables of questions: what is asked, the one answer, what is begun."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from bamboo_desktop.store.columns import CleanText, Instant, table_of


class QuestionRow(SQLModel, table=True):
    """A question; open while `closed_at` is NULL, closed by its answer or by a withdrawal."""

    __tablename__: ClassVar[str] = "question"
    __table_args__ = (
        Index("question_open", "closed_at", "session_id", "number"),
        Index("question_session", "session_id"),
    )

    number: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True, sa_type=CleanText)
    session_id: str = Field(foreign_key="session.id", sa_type=CleanText)
    run_id: str = Field(sa_type=CleanText)
    kind: str = Field(sa_type=CleanText)
    tool_call_id: str | None = Field(sa_type=CleanText)
    asked_at: datetime = Field(sa_type=Instant)
    deadline_at: datetime | None = Field(sa_type=Instant)
    closed_at: datetime | None = Field(sa_type=Instant)
    withdrawn_at: datetime | None = Field(sa_type=Instant)
    title: str = Field(sa_type=CleanText)
    headline: str = Field(sa_type=CleanText)
    items: str = Field(sa_type=CleanText)
    consent: str | None = Field(sa_type=CleanText)
    attempt: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})


class AnswerRow(SQLModel, table=True):
    """The one answer to a question; append-only."""

    __tablename__: ClassVar[str] = "answer"

    question_id: str = Field(primary_key=True, foreign_key="question.id", sa_type=CleanText)
    session_id: str = Field(foreign_key="session.id", sa_type=CleanText, index=True)
    answered_at: datetime = Field(sa_type=Instant)
    answered_by: str = Field(sa_type=CleanText)
    items: str = Field(sa_type=CleanText)
    note: str = Field(sa_type=CleanText)


class AnswerDraftRow(SQLModel, table=True):
    """An answer that was begun."""

    __tablename__: ClassVar[str] = "answer_draft"

    question_id: str = Field(primary_key=True, foreign_key="question.id", sa_type=CleanText)
    items: str = Field(sa_type=CleanText)
    note: str = Field(sa_type=CleanText)


QUESTION = table_of(QuestionRow)
ANSWER = table_of(AnswerRow)
ANSWER_DRAFT = table_of(AnswerDraftRow)
