"""Permissions a person gave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bamboo_desktop.domain.ids import GrantId, SessionId


class GrantScope(StrEnum):
    """How far a permission reaches."""

    SESSION = "session"
    RULE = "rule"


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """A permission: a rule text such as `Bash(git status)` or `Write(/home/me/code/**)`.

    A SESSION grant holds for one session, a RULE grant for every session until revoked.
    """

    id: GrantId
    scope: GrantScope
    rule: str
    created_at: datetime
    session_id: SessionId | None = None
    revoked_at: datetime | None = None
