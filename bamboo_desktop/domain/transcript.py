"""What a session's event pane shows: entries at dense positions, written once.

An entry is stored when the thing it shows is stored. The entry of a tool call is written with the
call; its result is joined in when it is read, so that a row never moves and is never rewritten.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bamboo_desktop.domain.ids import MessageId, RunId, ToolCallId
from bamboo_desktop.domain.message import ToolOutcome
from bamboo_desktop.domain.question import QuestionRecord
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.usage import Usage


class EntryKind(StrEnum):
    """What an entry shows."""

    USER = "user"
    ASSISTANT = "assistant"
    THINKING = "thinking"
    TOOL = "tool"
    QUESTION = "question"
    NOTE = "note"
    RUN_END = "run_end"


class CallState(StrEnum):
    """Where a tool call stands in the journal."""

    PLANNED = "planned"
    """Stored with its message; nothing has happened yet."""
    GATED = "gated"
    """Waits for the person's consent."""
    RUNNING = "running"
    """The intent is committed: from here on an effect may have happened."""
    DONE = "done"
    """The one result is committed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ToolCallView:
    """A tool call as the journal knows it.

    `headline` is the argument that matters, one line. `diff` is a unified diff of a file change,
    or empty. `duration_ms` is set when it ended.
    """

    call_id: ToolCallId
    tool: str
    arguments: str
    headline: str
    state: CallState
    outcome: ToolOutcome | None = None
    content: str = ""
    diff: str = ""
    duration_ms: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RunEndView:
    """The hairline between runs: how a run ended and what it took."""

    status: AgentStatus
    error: str
    duration_ms: int
    rounds: int
    usage: Usage


@dataclass(frozen=True, kw_only=True, slots=True)
class TranscriptEntry:
    """One row of the pane at a dense, per-session `position` that starts at 0."""

    position: int
    kind: EntryKind
    at: datetime
    run_id: RunId | None = None
    message_id: MessageId | None = None
    text: str = ""
    is_partial: bool = False
    call: ToolCallView | None = None
    question: QuestionRecord | None = None
    run_end: RunEndView | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class NewEntry:
    """An entry to be appended by the store, which gives it the next position.

    `text` is what full-text search finds. `ref` is the call id or the question id where the kind
    is TOOL or QUESTION, and the run id where it is RUN_END.
    """

    kind: EntryKind
    at: datetime
    run_id: RunId | None = None
    message_id: MessageId | None = None
    text: str = ""
    ref: str = ""
    is_partial: bool = False
