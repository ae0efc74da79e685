"""Tables of a session: its settings and what is kept once per session."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from bamboo_desktop.store.columns import CleanText, Instant, table_of


class SessionRow(SQLModel, table=True):
    """A session.

    `title_folded` is the title as it is searched. `last_activity_at`, `last_line` and the
    `used_...` sums are kept beside the settings by the functions that append, in their own
    transaction, so that a page of the list is one query.
    """

    __tablename__: ClassVar[str] = "session"
    __table_args__ = (
        Index("session_list", "kind", "deleted_at", "is_archived", "is_pinned", "last_activity_at"),
        Index("session_parent", "parent_session_id"),
    )

    id: str = Field(primary_key=True, sa_type=CleanText)
    kind: str = Field(sa_type=CleanText)
    is_archived: bool
    is_pinned: bool
    deleted_at: datetime | None = Field(sa_type=Instant)
    last_activity_at: datetime = Field(sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    title: str = Field(sa_type=CleanText)
    title_folded: str = Field(sa_type=CleanText)
    title_version: int
    title_source: str = Field(sa_type=CleanText)
    metadata_version: int
    parent_session_id: str | None = Field(sa_type=CleanText)
    root_session_id: str | None = Field(sa_type=CleanText)
    spawn_depth: int
    model_provider: str | None = Field(sa_type=CleanText)
    model_name: str | None = Field(sa_type=CleanText)
    reasoning_effort: str | None = Field(sa_type=CleanText)
    last_line: str = Field(sa_type=CleanText)
    used_input: int
    used_output: int
    used_cache_read: int
    used_cache_write: int
    used_thinking: int
    used_cost_micros: int | None
    workspace: str = Field(sa_type=CleanText)
    system_prompt: str = Field(sa_type=CleanText)


class SessionMetadataRow(SQLModel, table=True):
    """One entry of a session's text-to-text map."""

    __tablename__: ClassVar[str] = "session_metadata"

    session_id: str = Field(primary_key=True, foreign_key="session.id", sa_type=CleanText)
    key: str = Field(primary_key=True, sa_type=CleanText)
    value: str = Field(sa_type=CleanText)


class DraftRow(SQLModel, table=True):
    """What is typed and not yet sent."""

    __tablename__: ClassVar[str] = "draft"

    session_id: str = Field(primary_key=True, foreign_key="session.id", sa_type=CleanText)
    text: str = Field(sa_type=CleanText)


class TaskListRow(SQLModel, table=True):
    """The agent's task list, as JSON."""

    __tablename__: ClassVar[str] = "task_list"

    session_id: str = Field(primary_key=True, foreign_key="session.id", sa_type=CleanText)
    version: int
    items: str = Field(sa_type=CleanText)


class ContextSummaryRow(SQLModel, table=True):
    """A summary the model reads in place of older messages; the newest counts."""

    __tablename__: ClassVar[str] = "context_summary"
    __table_args__ = (Index("context_summary_session", "session_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    session_id: str = Field(foreign_key="session.id", sa_type=CleanText)
    created_at: datetime = Field(sa_type=Instant)
    upto_message_id: str = Field(sa_type=CleanText)
    messages_summarized: int
    tokens_saved: int
    text: str = Field(sa_type=CleanText)


SESSION = table_of(SessionRow)
SESSION_METADATA = table_of(SessionMetadataRow)
DRAFT = table_of(DraftRow)
TASK_LIST = table_of(TaskListRow)
CONTEXT_SUMMARY = table_of(ContextSummaryRow)
