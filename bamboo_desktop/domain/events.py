"""What happens to sessions: one closed union of facts, in an envelope.

Durable events are stored before they are published; they carry a per-session sequence without gaps
and an account-wide one. Transient events (token text, live output, gauges) carry the last durable
sequence and a run-local index; they can be lost in a crash and are never read back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, get_args

from bamboo_desktop.domain.ids import MessageId, QuestionId, RunId, SessionId, ToolCallId
from bamboo_desktop.domain.message import ToolOutcome
from bamboo_desktop.domain.question import QuestionKind
from bamboo_desktop.domain.run import RunCause
from bamboo_desktop.domain.tasklist import TaskItem
from bamboo_desktop.domain.usage import ContextGauge, Usage

_WORD = re.compile(r"(?<!^)(?=[A-Z])")


class _Event:
    """Root of all events: the wire name is the class name in snake_case."""

    durable: ClassVar[bool] = True

    @classmethod
    def type_name(cls) -> str:
        """The name used in the feed and in `--json` output."""
        return _WORD.sub("_", cls.__name__).lower()


class _Transient(_Event):
    durable: ClassVar[bool] = False


# --- model output ------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Token(_Transient):
    """More text of the answer that is being written."""

    round: int
    content: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReasoningToken(_Transient):
    """More text of the model's visible thinking."""

    round: int
    content: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ToolToken(_Transient):
    """Live output of a running tool."""

    tool_call_id: ToolCallId
    content: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelRetry(_Transient):
    """A model call failed and is tried again; text of the failed try is void."""

    round: int
    attempt: int
    delay_seconds: float
    reason: str


# --- tools -------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class ToolStart(_Event):
    """The intent of a call is committed; from here on its effect may have happened."""

    tool_call_id: ToolCallId
    tool_name: str
    arguments: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ToolComplete(_Event):
    """A call ended well; `result` is cut to its first 4,000 characters."""

    tool_call_id: ToolCallId
    tool_name: str
    outcome: ToolOutcome
    result: str
    elapsed_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ToolError(_Event):
    """A call ended badly: an error, a refusal, a cancel."""

    tool_call_id: ToolCallId
    tool_name: str
    outcome: ToolOutcome
    error: str
    elapsed_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ToolLifecycle(_Transient):
    """The phase of a call: begin, finished, error, cancelled."""

    tool_call_id: ToolCallId
    tool_name: str
    phase: str
    is_mutating: bool
    auto_approved: bool
    elapsed_ms: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ToolApprovalRequested(_Event):
    """A call waits for consent; the question carries the exact arguments."""

    question_id: QuestionId
    tool_call_id: ToolCallId
    tool_name: str
    parameters: str


@dataclass(frozen=True, kw_only=True, slots=True)
class BashCompleted(_Event):
    """A background command ended."""

    bash_id: str
    command: str
    exit_code: int | None
    status: str


# --- questions ---------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class NeedClarification(_Event):
    """The run stopped for a question."""

    question_id: QuestionId
    kind: QuestionKind
    question: str
    options: tuple[str, ...] = ()
    tool_call_id: ToolCallId | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class QuestionAnswered(_Event):
    """A question has its one answer; `labels` are the chosen labels or the text, for people."""

    question_id: QuestionId
    answered_by: str
    labels: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class QuestionWithdrawn(_Event):
    """A question no longer waits: its session was stopped or deleted."""

    question_id: QuestionId
    reason: str


# --- tasks -------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskListUpdated(_Event):
    """The agent rewrote its task list."""

    items: tuple[TaskItem, ...]
    version: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskListItemProgress(_Event):
    """One task changed its status."""

    item_id: str
    status: str
    version: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskListCompleted(_Event):
    """Every task of the list is completed."""

    total_rounds: int
    total_tool_calls: int
    version: int


# --- context -----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenBudgetUpdated(_Transient):
    """Tokens and cost so far, and how full the context window is."""

    run_usage: Usage
    session_usage: Usage
    context: ContextGauge


@dataclass(frozen=True, kw_only=True, slots=True)
class ContextPressureNotification(_Event):
    """The context window is nearly full: level `warning` or `critical`."""

    percent: int
    level: str
    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ContextCompressionStatus(_Transient):
    """Summarising the older part: started, completed, failed or skipped."""

    phase: str
    status: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ContextSummarized(_Event):
    """The older part is now a summary for the model; the stored history is whole."""

    summary: str
    messages_summarized: int
    tokens_saved: int
    percent_before: int
    percent_after: int
    trigger: str


@dataclass(frozen=True, kw_only=True, slots=True)
class BudgetExceeded(_Event):
    """A limit of the run was reached."""

    kind: str
    limit: int
    actual: int


# --- children ----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class SubAgentStarted(_Event):
    """A child session began its work."""

    parent_session_id: SessionId
    child_session_id: SessionId
    title: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SubAgentEvent(_Transient):
    """Something happened in a child session."""

    parent_session_id: SessionId
    child_session_id: SessionId
    event: AgentEvent


@dataclass(frozen=True, kw_only=True, slots=True)
class SubAgentHeartbeat(_Transient):
    """A child session is alive."""

    parent_session_id: SessionId
    child_session_id: SessionId
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class SubAgentCompleted(_Event):
    """A child session reached its one end."""

    parent_session_id: SessionId
    child_session_id: SessionId
    status: str
    error: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChildApprovalRequested(_Event):
    """A child session waits for consent."""

    child_session_id: SessionId
    request_id: QuestionId
    tool_name: str
    permission: str
    resource: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ChildApprovalChanged(_Event):
    """A child's request was approved, denied, or has expired."""

    child_session_id: SessionId
    request_id: QuestionId
    tool_name: str
    permission: str
    resource: str
    version: int
    status: str


# --- run ---------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class ExecutionStarted(_Event):
    """First event of every run."""

    cause: RunCause
    started_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class RunnerProgress(_Transient):
    """A round begins."""

    round_count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RunStopping(_Transient):
    """The run was asked to stop and unwinds."""

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Complete(_Event):
    """The run did its work."""

    usage: Usage


@dataclass(frozen=True, kw_only=True, slots=True)
class Cancelled(_Event):
    """The run was stopped by a person or with its parent."""

    message: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Error(_Event):
    """The run failed; the message is a sentence for the person."""

    message: str
    details: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Interrupted(_Event):
    """The program ended under the run; Continue takes it up again."""

    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OutOfRounds(_Event):
    """The run used up its rounds; Continue gives it more."""

    limit: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RunSuspended(_Event):
    """The run ended in a wait: waiting_answer, waiting_approval, waiting_children, ..."""

    status: str
    question_id: QuestionId | None = None


# --- session -----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionCreated(_Event):
    """A session exists."""

    title: str
    kind: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionDeleted(_Event):
    """A session went into the bin, or for good when `is_final`."""

    is_final: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionRestored(_Event):
    """A session came back from the bin."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionCleared(_Event):
    """The history is hidden from the model from here on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionTitleUpdated(_Event):
    """The title changed; source is auto, manual or fallback."""

    title: str
    title_version: int
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionPinnedUpdated(_Event):
    """Pinned or unpinned."""

    pinned: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionSettingsUpdated(_Event):
    """Model, effort, workspace, archive flag or metadata changed."""

    changed: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueUpdated(_Transient):
    """The list of messages waiting for delivery changed."""

    waiting: int


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageAppended(_Event):
    """A message is stored; `content` is its text cut to 4,000 characters."""

    message_id: MessageId
    role: str
    content: str
    round: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionHistoryCommitted(_Event):
    """History and status of the run's end are durable."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Notification(_Transient):
    """Something a person may want to be told outside the window."""

    category: str
    title: str
    body: str
    dedup_key: str = ""


AgentEvent = (
    Token
    | ReasoningToken
    | ToolToken
    | ModelRetry
    | ToolStart
    | ToolComplete
    | ToolError
    | ToolLifecycle
    | ToolApprovalRequested
    | BashCompleted
    | NeedClarification
    | QuestionAnswered
    | QuestionWithdrawn
    | TaskListUpdated
    | TaskListItemProgress
    | TaskListCompleted
    | TokenBudgetUpdated
    | ContextPressureNotification
    | ContextCompressionStatus
    | ContextSummarized
    | BudgetExceeded
    | SubAgentStarted
    | SubAgentEvent
    | SubAgentHeartbeat
    | SubAgentCompleted
    | ChildApprovalRequested
    | ChildApprovalChanged
    | ExecutionStarted
    | RunnerProgress
    | RunStopping
    | Complete
    | Cancelled
    | Error
    | Interrupted
    | OutOfRounds
    | RunSuspended
    | SessionCreated
    | SessionDeleted
    | SessionRestored
    | SessionCleared
    | SessionTitleUpdated
    | SessionPinnedUpdated
    | SessionSettingsUpdated
    | QueueUpdated
    | MessageAppended
    | SessionHistoryCommitted
    | Notification
)

EVENT_TYPES: dict[str, type[Any]] = {kind.type_name(): kind for kind in get_args(AgentEvent)}


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
