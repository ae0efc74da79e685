"""Where and when an event happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bamboo_desktop.domain.ids import RunId, SessionId

if TYPE_CHECKING:
    from bamboo_desktop.domain.events import AgentEvent


@dataclass(frozen=True, kw_only=True, slots=True)
class Envelope:
    """An event with where and when it happened.

    Attributes:
        sequence: per session, without gaps, for durable events; for transient ones the last
            durable sequence of the session.
        account_sequence: rising over all sessions for durable events; 0 for transient ones.
        index: run-local number of a transient event; None for durable ones.
    """

    session_id: SessionId
    run_id: RunId | None
    at: datetime
    event: AgentEvent
    sequence: int
    account_sequence: int = 0
    index: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredEvent:
    """A durable event as the store and the feed carry it; `data` is its JSON object as text."""

    account_sequence: int
    sequence: int
    session_id: SessionId
    run_id: RunId | None
    at: datetime
    type: str
    data: str
