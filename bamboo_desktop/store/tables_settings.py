"""Tables of the program: permissions, preferences, providers, and the store's own records."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from bamboo_desktop.store.columns import CleanText, Instant, table_of


class GrantRow(SQLModel, table=True):
    """A permission given; kept when it is revoked."""

    __tablename__: ClassVar[str] = "permission_grant"
    __table_args__ = (Index("permission_grant_session", "session_id"),)

    id: str = Field(primary_key=True, sa_type=CleanText)
    scope: str = Field(sa_type=CleanText)
    rule: str = Field(sa_type=CleanText)
    session_id: str | None = Field(foreign_key="session.id", sa_type=CleanText)
    created_at: datetime = Field(sa_type=Instant)
    revoked_at: datetime | None = Field(sa_type=Instant)


class PreferenceRow(SQLModel, table=True):
    """A setting of the whole program."""

    __tablename__: ClassVar[str] = "preference"

    key: str = Field(primary_key=True, sa_type=CleanText)
    value: str = Field(sa_type=CleanText)


class ProviderRow(SQLModel, table=True):
    """A configured model back end, without its key."""

    __tablename__: ClassVar[str] = "provider_config"

    id: str = Field(primary_key=True, sa_type=CleanText)
    kind: str = Field(sa_type=CleanText)
    label: str = Field(sa_type=CleanText)
    base_url: str = Field(sa_type=CleanText)
    default_model: str = Field(sa_type=CleanText)
    is_enabled: bool
    context_window: int | None


class MigrationRow(SQLModel, table=True):
    """A migration step that this file has been through."""

    __tablename__: ClassVar[str] = "migration"

    name: str = Field(primary_key=True, sa_type=CleanText)
    applied_at: datetime = Field(sa_type=Instant)


class PurgeRow(SQLModel, table=True):
    """A session whose rows may be deleted now; empty outside the purging transaction."""

    __tablename__: ClassVar[str] = "purge"

    session_id: str = Field(primary_key=True, sa_type=CleanText)


GRANT = table_of(GrantRow)
PREFERENCE = table_of(PreferenceRow)
PROVIDER = table_of(ProviderRow)
MIGRATION = table_of(MigrationRow)
PURGE = table_of(PurgeRow)
