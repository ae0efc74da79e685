"""Runs: one attempt each to advance a session, with a cause and exactly one end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bamboo_desktop.domain.budget import BudgetTerms
from bamboo_desktop.domain.ids import BootId, RunId, SessionId
from bamboo_desktop.domain.model import ModelRef, ReasoningEffort
from bamboo_desktop.domain.usage import Usage


class RunCause(StrEnum):
    """Why a run was started."""

    TYPED = "typed"
    ANSWERED = "answered"
    SCHEDULED = "scheduled"
    SPAWNED = "spawned"
    CHILD_FINISHED = "child_finished"
    RETRIED = "retried"
    RECOVERED = "recovered"


class AgentStatus(StrEnum):
    """Where a run stands: live first, then the ends.

    The waits are ends too: the next step is a new run.
    """

    PENDING = "pending"
    RUNNING = "running"
    STOPPING = "stopping"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    ERROR = "error"
    INTERRUPTED = "interrupted"
    OUT_OF_ROUNDS = "out_of_rounds"
    WAITING_ANSWER = "waiting_answer"
    WAITING_APPROVAL = "waiting_approval"
    WAITING_CHILDREN = "waiting_children"
    WAITING_BUDGET = "waiting_budget"

    @property
    def is_live(self) -> bool:
        """True while a runner holds the session."""
        return self in _LIVE

    @property
    def is_waiting(self) -> bool:
        """True when the session waits for a person, for children or for more budget."""
        return self in _WAITING

    @property
    def can_continue(self) -> bool:
        """True when a person may be offered Continue."""
        return self in _CONTINUABLE


_LIVE = frozenset({AgentStatus.PENDING, AgentStatus.RUNNING, AgentStatus.STOPPING})
_WAITING = frozenset(
    {
        AgentStatus.WAITING_ANSWER,
        AgentStatus.WAITING_APPROVAL,
        AgentStatus.WAITING_CHILDREN,
        AgentStatus.WAITING_BUDGET,
    }
)
_CONTINUABLE = frozenset(
    {
        AgentStatus.INTERRUPTED,
        AgentStatus.OUT_OF_ROUNDS,
        AgentStatus.ERROR,
        AgentStatus.CANCELLED,
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class RunSnapshot:
    """The configuration a run started with; a later change of a setting does not move it."""

    model: ModelRef | None
    reasoning_effort: ReasoningEffort | None
    workspace: str
    system_prompt: str
    max_rounds: int
    disabled_tools: frozenset[str] = frozenset()
    allow_rules: tuple[str, ...] = ()
    budget: BudgetTerms = field(default_factory=BudgetTerms)


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """The stored record of one run."""

    id: RunId
    session_id: SessionId
    cause: RunCause
    status: AgentStatus
    started_at: datetime
    boot_id: BootId
    snapshot: RunSnapshot
    completed_at: datetime | None = None
    error: str = ""
    round_count: int = 0
    usage: Usage = field(default_factory=Usage)
