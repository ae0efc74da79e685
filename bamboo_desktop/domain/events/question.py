"""Questions: asked, answered, withdrawn."""

from __future__ import annotations

from dataclasses import dataclass

from bamboo_desktop.domain.events.kinds import Event
from bamboo_desktop.domain.ids import QuestionId, ToolCallId
from bamboo_desktop.domain.question import QuestionKind


@dataclass(frozen=True, kw_only=True, slots=True)
class NeedClarification(Event):
    """The run stopped for a question."""

    question_id: QuestionId
    kind: QuestionKind
    question: str
    options: tuple[str, ...] = ()
    tool_call_id: ToolCallId | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class QuestionAnswered(Event):
    """A question has its one answer; `labels` are the chosen labels or the text, for people."""

    question_id: QuestionId
    answered_by: str
    labels: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class QuestionWithdrawn(Event):
    """A question no longer waits: its session was stopped or deleted."""

    question_id: QuestionId
    reason: str
