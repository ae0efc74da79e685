"""Tables of runs: the runs themselves, why a session should run, what waits to be said."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from bamboo_desktop.store.columns import CleanText, Instant, table_of


class RunRow(SQLModel, table=True):
    """A run. `run_live` keeps a session from having two runs that have not ended."""

    __tablename__: ClassVar[str] = "run"
    __table_args__ = (
        UniqueConstraint("session_id", "number"),
        Index("run_live", "session_id", unique=True, sqlite_where=sql("completed_at IS NULL")),
        Index(
            "run_interrupted",
            "session_id",
            "number",
            sqlite_where=sql("status = 'interrupted'"),
        ),
    )

    id: str = Field(primary_key=True, sa_type=CleanText)
    session_id: str = Field(foreign_key="session.id", sa_type=CleanText)
    number: int
    cause: str = Field(sa_type=CleanText)
    status: str = Field(sa_type=CleanText)
    boot_id: str = Field(sa_type=CleanText)
    started_at: datetime = Field(sa_type=Instant)
    completed_at: datetime | None = Field(sa_type=Instant)
    round_count: int
    error: str = Field(sa_type=CleanText)
    usage: str = Field(sa_type=CleanText)
    snapshot: str = Field(sa_type=CleanText)


class WorkRow(SQLModel, table=True):
    """A reason to run a session. `work_item_once` keeps what comes by itself from coming twice."""

    __tablename__: ClassVar[str] = "work_item"
    __table_args__ = (
        Index("work_item_session", "session_id", "consumed_by"),
        Index("work_item_open", "session_id", sqlite_where=sql("consumed_by IS NULL")),
        Index(
            "work_item_once",
            "session_id",
            "cause",
            "ref",
            unique=True,
            sqlite_where=sql("ref <> '' AND cause IN ('scheduled', 'child_finished')"),
        ),
    )

    number: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True, sa_type=CleanText)
    session_id: str = Field(foreign_key="session.id", sa_type=CleanText)
    cause: str = Field(sa_type=CleanText)
    ref: str = Field(sa_type=CleanText)
    created_at: datetime = Field(sa_type=Instant)
    consumed_by: str | None = Field(sa_type=CleanText)


class QueuedRow(SQLModel, table=True):
    """A message that waits for delivery."""

    __tablename__: ClassVar[str] = "queued_message"
    __table_args__ = (Index("queued_message_session", "session_id", "number"),)

    number: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True, sa_type=CleanText)
    session_id: str = Field(foreign_key="session.id", sa_type=CleanText)
    mode: str = Field(sa_type=CleanText)
    created_at: datetime = Field(sa_type=Instant)
    text: str = Field(sa_type=CleanText)
    allow_rules: str = Field(
        default="[]", sa_type=CleanText, sa_column_kwargs={"server_default": sql("'[]'")}
    )


class UsageRow(SQLModel, table=True):
    """What one model call took."""

    __tablename__: ClassVar[str] = "model_usage"
    __table_args__ = (
        Index("model_usage_session", "session_id"),
        Index("model_usage_run", "run_id"),
        Index("model_usage_at", "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    session_id: str = Field(foreign_key="session.id", sa_type=CleanText)
    run_id: str = Field(sa_type=CleanText)
    round: int
    model: str = Field(sa_type=CleanText)
    at: datetime = Field(sa_type=Instant)
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    cache_write_tokens: int
    thinking_tokens: int
    cost_micros: int | None


RUN = table_of(RunRow)
WORK = table_of(WorkRow)
QUEUED = table_of(QueuedRow)
USAGE = table_of(UsageRow)
