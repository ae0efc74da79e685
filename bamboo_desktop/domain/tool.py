"""What a tool is to the engine and to a model: its description, its class, its result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bamboo_desktop.domain.ids import MessageId, RunId, SessionId, ToolCallId
from bamboo_desktop.domain.message import ToolOutcome
from bamboo_desktop.domain.question import QuestionItem
from bamboo_desktop.domain.schedule_order import ScheduleOrder
from bamboo_desktop.domain.tasklist import TaskItem
from bamboo_desktop.domain.transcript import CallState


class ToolClass(StrEnum):
    """What may be done with a call whose outcome is unknown after a crash.

    READ is repeated, EFFECT is shown to the person and never repeated silently.
    """

    READ = "read"
    EFFECT = "effect"


@dataclass(frozen=True, kw_only=True, slots=True)
class ToolSpec:
    """How a model sees a tool: `parameters` is a JSON Schema object."""

    name: str
    description: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class ToolResult:
    """The end of a call. `content` is what the model reads, `diff` a unified diff for people."""

    outcome: ToolOutcome
    content: str
    diff: str = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class CallRecord:
    """A tool call as the journal keeps it: intent first, one result later.

    `arguments` is the raw text the model sent. `digest` is what a consent is bound to, empty until
    the call is gated. `outcome` and what follows it are set by the one result. `attempt` counts
    how often the call was started.
    """

    session_id: SessionId
    run_id: RunId
    message_id: MessageId
    call_id: ToolCallId
    tool: str
    arguments: str
    tool_class: ToolClass
    headline: str = ""
    digest: str = ""
    state: CallState = CallState.PLANNED
    outcome: ToolOutcome | None = None
    content: str = ""
    diff: str = ""
    files: tuple[str, ...] = ()
    duration_ms: int | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    attempt: int = 0

    @property
    def may_have_happened(self) -> bool:
        """True when it changes something and was started, though nobody may have seen its end."""
        was_started = self.attempt > 0 or self.state is CallState.RUNNING
        return was_started and self.tool_class is ToolClass.EFFECT


@dataclass(frozen=True, kw_only=True, slots=True)
class FileTouch:
    """A file that calls of a session named in their results, with how much of it they changed.

    `added` and `removed` are lines, summed over the calls. `is_changed` is False when it was only
    read.
    """

    path: str
    last_at: datetime
    last_call_id: ToolCallId
    calls: int = 1
    added: int = 0
    removed: int = 0
    is_changed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class AskRequest:
    """Returned by the ask tool: the engine stops the run and asks the person."""

    title: str
    items: tuple[QuestionItem, ...] = field(default_factory=tuple)


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskListRequest:
    """Returned by the task tool: the engine stores the new list and answers the call."""

    items: tuple[TaskItem, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ScheduleRequest:
    """Returned by the schedule tool: the engine does it and answers the call."""

    order: ScheduleOrder


ToolReply = ToolResult | AskRequest | TaskListRequest | ScheduleRequest
