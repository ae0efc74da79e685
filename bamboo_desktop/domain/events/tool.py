"""Tool calls, from their intent to their end."""

from __future__ import annotations

from dataclasses import dataclass

from bamboo_desktop.domain.events.kinds import Event, Transient
from bamboo_desktop.domain.ids import QuestionId, ToolCallId
from bamboo_desktop.domain.message import ToolOutcome


@dataclass(frozen=True, kw_only=True, slots=True)
class ToolToken(Transient):
    """Live output of a running tool."""

    tool_call_id: ToolCallId
    content: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ToolStart(Event):
    """The intent of a call is committed; from here on its effect may have happened."""

    tool_call_id: ToolCallId
    tool_name: str
    arguments: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ToolComplete(Event):
    """A call ended well; `result` is cut to its first 4,000 characters."""

    tool_call_id: ToolCallId
    tool_name: str
    outcome: ToolOutcome
    result: str
    elapsed_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ToolError(Event):
    """A call ended badly: an error, a refusal, a cancel."""

    tool_call_id: ToolCallId
    tool_name: str
    outcome: ToolOutcome
    error: str
    elapsed_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ToolLifecycle(Transient):
    """The phase of a call: begin, finished, error, cancelled."""

    tool_call_id: ToolCallId
    tool_name: str
    phase: str
    is_mutating: bool
    auto_approved: bool
    elapsed_ms: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ToolApprovalRequested(Event):
    """A call waits for consent; the question carries the exact arguments."""

    question_id: QuestionId
    tool_call_id: ToolCallId
    tool_name: str
    parameters: str


@dataclass(frozen=True, kw_only=True, slots=True)
class BashCompleted(Event):
    """A background command ended."""

    bash_id: str
    command: str
    exit_code: int | None
    status: str
