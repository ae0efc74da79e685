"""Tables of budgets: what was used, and what a person granted beyond a limit.

Neither refers to a session: what was spent on a day is spent, also when its session is deleted.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from bamboo_desktop.store.columns import CleanText, Instant, table_of


class SpendingRow(SQLModel, table=True):
    """What a run used in a quarter of an hour: midnight of every zone is the edge of one."""

    __tablename__: ClassVar[str] = "spending"
    __table_args__ = (
        Index("spending_origin", "origin_id"),
        Index("spending_schedule", "schedule_id", "slot_at"),
        Index("spending_slot", "slot_at"),
    )

    run_id: str = Field(primary_key=True, sa_type=CleanText)
    slot_at: datetime = Field(primary_key=True, sa_type=Instant)
    origin_id: str = Field(sa_type=CleanText)
    schedule_id: str | None = Field(sa_type=CleanText)
    cost_micros: int
    tokens: int
    live_ms: int
    calls: int
    unpriced: int


class GrantedRow(SQLModel, table=True):
    """What a question about a budget offers beyond a limit; it counts once it is granted."""

    __tablename__: ClassVar[str] = "budget_grant"
    __table_args__ = (Index("budget_grant_pot", "pot", "measure"),)

    question_id: str = Field(primary_key=True, sa_type=CleanText)
    pot: str = Field(primary_key=True, sa_type=CleanText)
    measure: str = Field(primary_key=True, sa_type=CleanText)
    amount: int
    granted_at: datetime | None = Field(sa_type=Instant)


SPENDING = table_of(SpendingRow)
BUDGET_GRANT = table_of(GrantedRow)
