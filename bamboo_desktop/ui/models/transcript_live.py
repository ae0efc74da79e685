"""The rows of a live run, and what a snapshot of it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bamboo_desktop.domain.ids import RunId, ToolCallId


class TailKind(StrEnum):
    """What a row after the stored ones shows."""

    THINKING = "thinking"
    TEXT = "text"
    RETRY = "retry"
    WORKING = "working"


@dataclass(frozen=True, kw_only=True, slots=True)
class TailRow:
    """A row of the live run that no store knows yet; `key` is stable while the row lives."""

    key: int
    kind: TailKind
    run_id: RunId
    at: datetime
    text: str = ""
    is_stopping: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class TailSnapshot:
    """Where a live run stood at one instant: everything up to `index` is in it."""

    run_id: RunId
    at: datetime
    round: int
    text: str
    thinking: str
    index: int
    is_stopping: bool = False
    output: Mapping[ToolCallId, str] = field(default_factory=dict)
