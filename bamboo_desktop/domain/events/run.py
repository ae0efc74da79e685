"""Runs: their start, their course, their one end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bamboo_desktop.domain.events.kinds import Event, Transient
from bamboo_desktop.domain.ids import QuestionId
from bamboo_desktop.domain.run import RunCause
from bamboo_desktop.domain.usage import Usage


@dataclass(frozen=True, kw_only=True, slots=True)
class ExecutionStarted(Event):
    """First event of every run."""

    cause: RunCause
    started_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class RunnerProgress(Transient):
    """A round begins."""

    round_count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RunStopping(Transient):
    """The run was asked to stop and unwinds."""

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Complete(Event):
    """The run did its work."""

    usage: Usage


@dataclass(frozen=True, kw_only=True, slots=True)
class Cancelled(Event):
    """The run was stopped by a person or with its parent."""

    message: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Error(Event):
    """The run failed; the message is a sentence for the person.

    `is_transient` marks a failure that may be gone a little later (no network, a busy server).
    """

    message: str
    details: str = ""
    is_transient: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Interrupted(Event):
    """The program ended under the run; Continue takes it up again."""

    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OutOfRounds(Event):
    """The run used up its rounds; Continue gives it more."""

    limit: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RunSuspended(Event):
    """The run ended in a wait: waiting_answer, waiting_approval, waiting_children, ..."""

    status: str
    question_id: QuestionId | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionHistoryCommitted(Event):
    """History and status of the run's end are durable."""
