"""Messages: what was said, by whom, in neutral parts, with the library's own form beside them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bamboo_desktop.domain.ids import MessageId, RunId, SessionId, ToolCallId
from bamboo_desktop.domain.usage import Usage


class Role(StrEnum):
    """Who speaks in a message."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"


class ToolOutcome(StrEnum):
    """How a tool call ended. Every call in stored history has exactly one."""

    OK = "ok"
    ERROR = "error"
    DENIED = "denied"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, kw_only=True, slots=True)
class TextPart:
    """Plain or Markdown text."""

    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ThinkingPart:
    """Visible reasoning of a model; the signature is the provider's proof needed to replay it."""

    text: str
    signature: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ToolCallPart:
    """A call the model asked for; `arguments` is the raw text it sent, perhaps broken JSON."""

    call_id: ToolCallId
    tool: str
    arguments: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ToolResultPart:
    """The one result of a call, as the model reads it."""

    call_id: ToolCallId
    tool: str
    outcome: ToolOutcome
    content: str


Part = TextPart | ThinkingPart | ToolCallPart | ToolResultPart


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One entry of a session's history, written once and never changed.

    `library_json` is the model library's own serialised form of an assistant message (UTF-8 JSON),
    kept for a faithful replay (thinking signatures, provider ids); None for all other roles.
    `origin` says where a user message came from: "person", "steer", "engine" (hidden from view).
    """

    id: MessageId
    session_id: SessionId
    run_id: RunId | None
    role: Role
    parts: tuple[Part, ...]
    created_at: datetime
    origin: str = "person"
    is_partial: bool = False
    usage: Usage | None = None
    model: str = ""
    library_json: bytes | None = None

    @property
    def text(self) -> str:
        """All text parts joined by blank lines."""
        return "\n\n".join(part.text for part in self.parts if isinstance(part, TextPart))

    @property
    def tool_calls(self) -> tuple[ToolCallPart, ...]:
        """The calls this message asks for, in order."""
        return tuple(part for part in self.parts if isinstance(part, ToolCallPart))
