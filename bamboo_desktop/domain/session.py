"""Sessions: conversations with an agent that works with tools."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bamboo_desktop.domain.ids import RunId, SessionId
from bamboo_desktop.domain.model import ModelRef, ReasoningEffort
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.usage import Usage


class SessionKind(StrEnum):
    """A root is started by a person or a schedule, a child by an agent."""

    ROOT = "root"
    CHILD = "child"


class SessionScope(StrEnum):
    """Which part of the session list is looked at."""

    ACTIVE = "active"
    ARCHIVED = "archived"
    BIN = "bin"


class TitleSource(StrEnum):
    """Where a title came from; a manual one is never overwritten by the program."""

    FALLBACK = "fallback"
    AUTO = "auto"
    MANUAL = "manual"


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """The stored settings of one conversation; its messages and runs are rows of their own.

    `metadata` is a flat text-to-text map. `deleted_at` set means: in the bin, purged after 30 days.
    """

    id: SessionId
    title: str
    created_at: datetime
    updated_at: datetime
    title_version: int = 0
    title_source: TitleSource = TitleSource.FALLBACK
    is_pinned: bool = False
    is_archived: bool = False
    metadata_version: int = 0
    kind: SessionKind = SessionKind.ROOT
    parent_session_id: SessionId | None = None
    root_session_id: SessionId | None = None
    spawn_depth: int = 0
    model: ModelRef | None = None
    reasoning_effort: ReasoningEffort | None = None
    workspace: str = ""
    system_prompt: str = ""
    deleted_at: datetime | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionSummary:
    """One row of the session list: the session with its live state.

    `status` is that of the newest run, None before the first one. `last_line` is the last thing
    that happened, one line. `question` is the open question's text, empty when none waits.
    """

    session: Session
    status: AgentStatus | None = None
    run_id: RunId | None = None
    last_activity_at: datetime
    last_line: str = ""
    question: str = ""
    open_questions: int = 0
    message_count: int = 0
    error: str = ""
    usage: Usage = field(default_factory=Usage)
