"""What happens to sessions: one closed union of facts, in an envelope.

Durable events are stored before they are published; they carry a per-session sequence without gaps
and an account-wide one. Transient events (token text, live output, gauges) carry the last durable
sequence and a run-local index; they can be lost in a crash and are never read back.
"""

from __future__ import annotations

from typing import Any, get_args

from bamboo_desktop.domain.events.children import (
    ChildApprovalChanged,
    ChildApprovalRequested,
    SubAgentCompleted,
    SubAgentEvent,
    SubAgentHeartbeat,
    SubAgentStarted,
)
from bamboo_desktop.domain.events.context import (
    BudgetExceeded,
    ContextCompressionStatus,
    ContextPressureNotification,
    ContextSummarized,
    TokenBudgetUpdated,
)
from bamboo_desktop.domain.events.envelope import (
    Envelope,
    StoredEvent,
)
from bamboo_desktop.domain.events.model import (
    ModelRetry,
    ReasoningToken,
    Token,
)
from bamboo_desktop.domain.events.question import (
    NeedClarification,
    QuestionAnswered,
    QuestionWithdrawn,
)
from bamboo_desktop.domain.events.run import (
    Cancelled,
    Complete,
    Error,
    ExecutionStarted,
    Interrupted,
    OutOfRounds,
    RunnerProgress,
    RunStopping,
    RunSuspended,
    SessionHistoryCommitted,
)
from bamboo_desktop.domain.events.session import (
    MessageAppended,
    Notification,
    QueueUpdated,
    SessionCleared,
    SessionCreated,
    SessionDeleted,
    SessionPinnedUpdated,
    SessionRestored,
    SessionSettingsUpdated,
    SessionTitleUpdated,
)
from bamboo_desktop.domain.events.tasklist import (
    TaskListCompleted,
    TaskListItemProgress,
    TaskListUpdated,
)
from bamboo_desktop.domain.events.tool import (
    BashCompleted,
    ToolApprovalRequested,
    ToolComplete,
    ToolError,
    ToolLifecycle,
    ToolStart,
    ToolToken,
)

__all__ = [
    "EVENT_TYPES",
    "AgentEvent",
    "BashCompleted",
    "BudgetExceeded",
    "Cancelled",
    "ChildApprovalChanged",
    "ChildApprovalRequested",
    "Complete",
    "ContextCompressionStatus",
    "ContextPressureNotification",
    "ContextSummarized",
    "Envelope",
    "Error",
    "ExecutionStarted",
    "Interrupted",
    "MessageAppended",
    "ModelRetry",
    "NeedClarification",
    "Notification",
    "OutOfRounds",
    "QuestionAnswered",
    "QuestionWithdrawn",
    "QueueUpdated",
    "ReasoningToken",
    "RunStopping",
    "RunSuspended",
    "RunnerProgress",
    "SessionCleared",
    "SessionCreated",
    "SessionDeleted",
    "SessionHistoryCommitted",
    "SessionPinnedUpdated",
    "SessionRestored",
    "SessionSettingsUpdated",
    "SessionTitleUpdated",
    "StoredEvent",
    "SubAgentCompleted",
    "SubAgentEvent",
    "SubAgentHeartbeat",
    "SubAgentStarted",
    "TaskListCompleted",
    "TaskListItemProgress",
    "TaskListUpdated",
    "Token",
    "TokenBudgetUpdated",
    "ToolApprovalRequested",
    "ToolComplete",
    "ToolError",
    "ToolLifecycle",
    "ToolStart",
    "ToolToken",
]

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
