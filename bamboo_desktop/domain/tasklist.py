"""The list of tasks an agent keeps for its session."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class TaskStatus(StrEnum):
    """Where a task stands."""

    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    BLOCKED = "blocked"


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskItem:
    """One task of the list; ids are kept when the list is rewritten."""

    id: str
    content: str
    status: TaskStatus
    active_form: str = ""
    depends_on: tuple[str, ...] = ()
    parent_id: str | None = None
    phase: str = ""
    priority: str = "medium"
    criteria: tuple[str, ...] = ()
    criteria_met: tuple[str, ...] = ()
    notes: str = ""
