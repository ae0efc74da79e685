"""RunEnd: how a run ended, by types and never by words in a message."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bamboo_desktop.domain.errors import FencedError, RunCancelledError, UserError
from bamboo_desktop.domain.events import (
    AgentEvent,
    Cancelled,
    Complete,
    Error,
    Interrupted,
    OutOfRounds,
    RunSuspended,
)
from bamboo_desktop.domain.ids import QuestionId
from bamboo_desktop.domain.question import PendingQuestion, QuestionKind
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.engine.runs.runner import StopReason
from bamboo_desktop.providers.port import ModelCallError

SHUTDOWN_SENTENCE = "The program was closed while this was running; Continue takes it up again."
CRASH_SENTENCE = (
    "The program ended unexpectedly while this was running; Continue takes it up again."
)
CRASH_ASKED_SENTENCE = (
    "The program ended unexpectedly while this was running; it goes on when you have answered what "
    "it could not see the end of."
)
FAULT_SENTENCE = (
    "Something inside the program went wrong, so the run ended. The log has the details; "
    "Continue tries again."
)

_WAITS = {
    QuestionKind.CONSENT: AgentStatus.WAITING_APPROVAL,
    QuestionKind.BUDGET: AgentStatus.WAITING_BUDGET,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class RunEnd:
    """The one end of a run.

    `is_fault` marks an end that is the program's own doing, `is_transient` one that may not come
    again a little later, `is_over_budget` a stop that a used-up budget led to. With `is_said` the
    answer before it is short but not cut off.
    """

    status: AgentStatus
    error: str = ""
    details: str = ""
    question_id: QuestionId | None = None
    limit: int = 0
    is_fault: bool = False
    is_transient: bool = False
    is_over_budget: bool = False
    is_said: bool = False

    def event(self, usage: Usage) -> AgentEvent:
        """The event that tells of this end."""
        match self.status:
            case AgentStatus.COMPLETED:
                return Complete(usage=usage)
            case AgentStatus.CANCELLED:
                return Cancelled(message=self.error)
            case AgentStatus.INTERRUPTED:
                return Interrupted(message=self.error)
            case AgentStatus.OUT_OF_ROUNDS:
                return OutOfRounds(limit=self.limit)
            case status if status.is_waiting:
                return RunSuspended(status=status.value, question_id=self.question_id)
            case _:
                return Error(
                    message=self.error, details=self.details, is_transient=self.is_transient
                )


def end_of_error(error: BaseException, reason: str) -> RunEnd | None:
    """The end a run comes to by an error; None when somebody else has ended it already.

    Args:
        error: what the run's task ended with.
        reason: why the run was asked to stop, empty when it was not.
    """
    if isinstance(error, FencedError):
        return None
    if isinstance(error, RunCancelledError | asyncio.CancelledError):
        return stopped(reason)
    if isinstance(error, ModelCallError | UserError):
        is_transient = isinstance(error, ModelCallError) and error.fault.is_retryable
        return RunEnd(
            status=AgentStatus.ERROR,
            error=error.sentence,
            details=error.details,
            is_transient=is_transient,
            is_said=isinstance(error, ModelCallError) and error.is_said,
        )
    return RunEnd(status=AgentStatus.ERROR, error=FAULT_SENTENCE, is_fault=True)


def waiting(question: PendingQuestion) -> RunEnd:
    """The end of a run that has to wait for an answer."""
    status = _WAITS.get(question.kind, AgentStatus.WAITING_ANSWER)
    return RunEnd(status=status, question_id=question.id)


def stopped(reason: str) -> RunEnd:
    """The end of a run that was asked to stop."""
    if reason == StopReason.SHUTDOWN:
        return RunEnd(status=AgentStatus.INTERRUPTED, error=SHUTDOWN_SENTENCE)
    return RunEnd(status=AgentStatus.CANCELLED)
