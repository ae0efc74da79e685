"""What a tool is to the engine and to a model: its description, its class, its result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bamboo_desktop.domain.message import ToolOutcome
from bamboo_desktop.domain.question import QuestionItem
from bamboo_desktop.domain.tasklist import TaskItem


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
class AskRequest:
    """Returned by the ask tool: the engine stops the run and asks the person."""

    title: str
    items: tuple[QuestionItem, ...] = field(default_factory=tuple)


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskListRequest:
    """Returned by the task tool: the engine stores the new list and answers the call."""

    items: tuple[TaskItem, ...]


ToolReply = ToolResult | AskRequest | TaskListRequest
