"""The agent's task list."""

from __future__ import annotations

from dataclasses import dataclass

from bamboo_desktop.domain.events.kinds import Event
from bamboo_desktop.domain.tasklist import TaskItem


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskListUpdated(Event):
    """The agent rewrote its task list."""

    items: tuple[TaskItem, ...]
    version: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskListItemProgress(Event):
    """One task changed its status."""

    item_id: str
    status: str
    version: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskListCompleted(Event):
    """Every task of the list is completed."""

    total_rounds: int
    total_tool_calls: int
    version: int
