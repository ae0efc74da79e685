"""Why a session should run next, and what was typed while it ran."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bamboo_desktop.domain.ids import QueuedId, RunId, SessionId, WorkItemId
from bamboo_desktop.domain.run import RunCause


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkItem:
    """A reason to run a session; consumed by exactly one run, in that run's own transaction.

    `ref` is the id of the message or question that made it, or empty.
    """

    id: WorkItemId
    session_id: SessionId
    cause: RunCause
    created_at: datetime
    ref: str = ""
    consumed_by: RunId | None = None


class QueueMode(StrEnum):
    """What happens with a message typed during a run."""

    QUEUE = "queue"
    """Delivered when the run has ended: starts a successor."""
    STEER = "steer"
    """Delivered before the next model call of the same run."""


@dataclass(frozen=True, kw_only=True, slots=True)
class QueuedMessage:
    """A message typed during a run: shown, editable and removable until it is delivered.

    `allow_rules` are consent rules for the run that it starts, and for no other.
    """

    id: QueuedId
    session_id: SessionId
    text: str
    mode: QueueMode
    created_at: datetime
    allow_rules: tuple[str, ...] = ()
