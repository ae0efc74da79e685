"""Tables of what happened: messages, transcript entries, events, the journal of tool calls."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from bamboo_desktop.store.columns import CleanText, Instant, table_of

_NEVER_REUSED = {"sqlite_autoincrement": True}


class MessageRow(SQLModel, table=True):
    """A message; append-only."""

    __tablename__: ClassVar[str] = "message"
    __table_args__ = (UniqueConstraint("session_id", "position"),)

    id: str = Field(primary_key=True, sa_type=CleanText)
    session_id: str = Field(foreign_key="session.id", sa_type=CleanText)
    position: int
    run_id: str | None = Field(sa_type=CleanText)
    role: str = Field(sa_type=CleanText)
    origin: str = Field(sa_type=CleanText)
    is_partial: bool
    created_at: datetime = Field(sa_type=Instant)
    model: str = Field(sa_type=CleanText)
    usage: str | None = Field(sa_type=CleanText)
    parts: str = Field(sa_type=CleanText)
    library_json: bytes | None


class EntryRow(SQLModel, table=True):
    """An entry of the event pane; append-only, positions are dense."""

    __tablename__: ClassVar[str] = "entry"
    __table_args__ = (
        UniqueConstraint("session_id", "position"),
        Index("entry_ref", "session_id", "ref"),
        _NEVER_REUSED,
    )

    id: int | None = Field(default=None, primary_key=True)
    session_id: str = Field(foreign_key="session.id", sa_type=CleanText)
    position: int
    kind: str = Field(sa_type=CleanText)
    at: datetime = Field(sa_type=Instant)
    run_id: str | None = Field(sa_type=CleanText)
    message_id: str | None = Field(sa_type=CleanText)
    ref: str | None = Field(sa_type=CleanText)
    is_partial: bool
    text: str = Field(sa_type=CleanText)


class EventRow(SQLModel, table=True):
    """A durable event; append-only. It outlives its session, so that the feed has no holes."""

    __tablename__: ClassVar[str] = "event"
    __table_args__ = (UniqueConstraint("session_id", "sequence"), _NEVER_REUSED)

    account_sequence: int | None = Field(default=None, primary_key=True)
    session_id: str = Field(sa_type=CleanText)
    sequence: int
    run_id: str | None = Field(sa_type=CleanText)
    at: datetime = Field(sa_type=Instant)
    type: str = Field(sa_type=CleanText)
    data: str = Field(sa_type=CleanText)


class CallRow(SQLModel, table=True):
    """A tool call in the journal: planned, gated, running, done."""

    __tablename__: ClassVar[str] = "tool_call"
    __table_args__ = (
        Index("tool_call_message", "session_id", "message_id"),
        Index("tool_call_state", "session_id", "state"),
        Index("tool_call_number", "session_id", "number"),
    )

    session_id: str = Field(primary_key=True, foreign_key="session.id", sa_type=CleanText)
    call_id: str = Field(primary_key=True, sa_type=CleanText)
    number: int
    run_id: str = Field(sa_type=CleanText)
    message_id: str = Field(sa_type=CleanText)
    tool: str = Field(sa_type=CleanText)
    tool_class: str = Field(sa_type=CleanText)
    state: str = Field(sa_type=CleanText)
    outcome: str | None = Field(sa_type=CleanText)
    duration_ms: int | None
    started_at: datetime | None = Field(sa_type=Instant)
    ended_at: datetime | None = Field(sa_type=Instant)
    digest: str = Field(sa_type=CleanText)
    headline: str = Field(sa_type=CleanText)
    arguments: str = Field(sa_type=CleanText)
    files: str = Field(sa_type=CleanText)
    diff: str = Field(sa_type=CleanText)
    content: str = Field(sa_type=CleanText)
    attempt: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})


MESSAGE = table_of(MessageRow)
ENTRY = table_of(EntryRow)
EVENT = table_of(EventRow)
CALL = table_of(CallRow)
