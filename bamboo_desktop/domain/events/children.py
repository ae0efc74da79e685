"""Child sessions, as their parent sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bamboo_desktop.domain.events.kinds import Event, Transient
from bamboo_desktop.domain.ids import QuestionId, SessionId

if TYPE_CHECKING:
    from bamboo_desktop.domain.events import AgentEvent


@dataclass(frozen=True, kw_only=True, slots=True)
class SubAgentStarted(Event):
    """A child session began its work."""

    parent_session_id: SessionId
    child_session_id: SessionId
    title: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SubAgentEvent(Transient):
    """Something happened in a child session."""

    parent_session_id: SessionId
    child_session_id: SessionId
    event: AgentEvent


@dataclass(frozen=True, kw_only=True, slots=True)
class SubAgentHeartbeat(Transient):
    """A child session is alive."""

    parent_session_id: SessionId
    child_session_id: SessionId
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class SubAgentCompleted(Event):
    """A child session reached its one end."""

    parent_session_id: SessionId
    child_session_id: SessionId
    status: str
    error: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChildApprovalRequested(Event):
    """A child session waits for consent."""

    child_session_id: SessionId
    request_id: QuestionId
    tool_name: str
    permission: str
    resource: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ChildApprovalChanged(Event):
    """A child's request was approved, denied, or has expired."""

    child_session_id: SessionId
    request_id: QuestionId
    tool_name: str
    permission: str
    resource: str
    version: int
    status: str
