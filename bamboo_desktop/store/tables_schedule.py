"""Tables of schedules: the rules, their occurrences, and what carried those."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from bamboo_desktop.store.columns import CleanText, Instant, table_of

IS_OPEN = text("occurrence.state IN ('queued', 'running', 'waiting')")
"""In the words of the index, so that a query which says it is answered by the few that are open."""
IS_PLANNED = text("occurrence.kind = 'planned'")
_OPEN = text("state IN ('queued', 'running', 'waiting')")
_IN_USE = text("deleted_at IS NULL")


class ScheduleRow(SQLModel, table=True):
    """A rule and how far it has been accounted for."""

    __tablename__: ClassVar[str] = "schedule"
    __table_args__ = (
        Index("schedule_due", "next_at", sqlite_where=_IN_USE),
        Index("schedule_accounted", "accounted_at", sqlite_where=_IN_USE),
    )

    id: str = Field(primary_key=True, sa_type=CleanText)
    name: str = Field(sa_type=CleanText)
    trigger_kind: str = Field(sa_type=CleanText)
    trigger: str = Field(sa_type=CleanText)
    zone: str = Field(sa_type=CleanText)
    window: str = Field(sa_type=CleanText)
    policies: str = Field(sa_type=CleanText)
    run_config: str = Field(sa_type=CleanText)
    budgets: str = Field(sa_type=CleanText)
    is_enabled: bool
    pause: str | None = Field(sa_type=CleanText)
    revision: int
    accounted_at: datetime = Field(sa_type=Instant)
    next_at: datetime | None = Field(sa_type=Instant)
    ahead: str = Field(sa_type=CleanText)
    plan_version: str = Field(sa_type=CleanText)
    is_slow: bool
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    deleted_at: datetime | None = Field(sa_type=Instant)


class OccurrenceRow(SQLModel, table=True):
    """The fate of a planned instant. `occurrence_instant` keeps it from being claimed twice."""

    __tablename__: ClassVar[str] = "occurrence"
    __table_args__ = (
        Index(
            "occurrence_instant",
            "schedule_id",
            "planned_at",
            unique=True,
            sqlite_where=text("kind = 'planned'"),
        ),
        Index("occurrence_open", "state", "not_before", sqlite_where=_OPEN),
        Index("occurrence_open_of", "schedule_id", sqlite_where=_OPEN),
        Index("occurrence_history", "schedule_id", "planned_at"),
        Index("occurrence_calendar", "planned_at", "last_at"),
        Index("occurrence_session", "session_id", "number"),
    )

    number: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True, sa_type=CleanText)
    schedule_id: str = Field(foreign_key="schedule.id", sa_type=CleanText)
    kind: str = Field(sa_type=CleanText)
    planned_at: datetime = Field(sa_type=Instant)
    last_at: datetime = Field(sa_type=Instant)
    count: int
    state: str = Field(sa_type=CleanText)
    reason: str = Field(sa_type=CleanText)
    timing: str = Field(sa_type=CleanText)
    claimed_at: datetime = Field(sa_type=Instant)
    owner: str = Field(sa_type=CleanText)
    not_before: datetime = Field(sa_type=Instant)
    as_of: datetime | None = Field(sa_type=Instant)
    attempt: int
    session_id: str | None = Field(sa_type=CleanText)
    run_id: str | None = Field(sa_type=CleanText)
    model_source: str = Field(sa_type=CleanText)
    started_at: datetime | None = Field(sa_type=Instant)
    ended_at: datetime | None = Field(sa_type=Instant)
    error: str = Field(sa_type=CleanText)


class AttemptRow(SQLModel, table=True):
    """One start of an occurrence."""

    __tablename__: ClassVar[str] = "occurrence_attempt"

    occurrence_id: str = Field(primary_key=True, foreign_key="occurrence.id", sa_type=CleanText)
    number: int = Field(primary_key=True)
    session_id: str | None = Field(sa_type=CleanText)
    owner: str = Field(sa_type=CleanText)
    started_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(sa_type=Instant)
    state: str = Field(sa_type=CleanText)
    reason: str = Field(sa_type=CleanText)
    error: str = Field(sa_type=CleanText)


class OccurrenceRunRow(SQLModel, table=True):
    """Which run advanced which occurrence; outlives the run, so that costs add up."""

    __tablename__: ClassVar[str] = "occurrence_run"
    __table_args__ = (Index("occurrence_run_of", "occurrence_id"),)

    run_id: str = Field(primary_key=True, sa_type=CleanText)
    occurrence_id: str = Field(foreign_key="occurrence.id", sa_type=CleanText)
    attempt: int


class OccurrenceSummaryRow(SQLModel, table=True):
    """What is left of occurrences that the history no longer lists one by one."""

    __tablename__: ClassVar[str] = "occurrence_summary"

    schedule_id: str = Field(primary_key=True, foreign_key="schedule.id", sa_type=CleanText)
    state: str = Field(primary_key=True, sa_type=CleanText)
    reason: str = Field(primary_key=True, sa_type=CleanText)
    count: int
    first_at: datetime = Field(sa_type=Instant)
    last_at: datetime = Field(sa_type=Instant)


SCHEDULE = table_of(ScheduleRow)
OCCURRENCE = table_of(OccurrenceRow)
ATTEMPT = table_of(AttemptRow)
OCCURRENCE_RUN = table_of(OccurrenceRunRow)
OCCURRENCE_SUMMARY = table_of(OccurrenceSummaryRow)
