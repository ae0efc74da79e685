"""The port every model back end fills: one streamed call at a time, in neutral values."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bamboo_desktop.domain.errors import BambooError
from bamboo_desktop.domain.ids import RunId, SessionId, ToolCallId
from bamboo_desktop.domain.message import Message, Part
from bamboo_desktop.domain.model import ModelInfo, ModelRef, ReasoningEffort
from bamboo_desktop.domain.tool import ToolSpec
from bamboo_desktop.domain.usage import Usage


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelRequest:
    """One model call: the whole history the model shall see, and the tools it may ask for.

    `messages` ends with a user or a tool message, and every tool call in it has its result.
    `workspace` is the session's folder, for back ends that resolve paths against it. Without
    `may_call` an answer in words is wanted: the tools only make sense of the history.
    """

    session_id: SessionId
    run_id: RunId
    round: int
    model: ModelRef
    system: str
    messages: tuple[Message, ...]
    tools: tuple[ToolSpec, ...]
    reasoning_effort: ReasoningEffort | None = None
    workspace: str = ""
    may_call: bool = True


@dataclass(frozen=True, slots=True)
class TextDelta:
    """More text of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class ThinkingDelta:
    """More text of the visible thinking."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """The model is writing a tool call; for showing progress, never for acting on it.

    `arguments` is the next piece of the raw argument text, perhaps empty.
    """

    call_id: ToolCallId
    tool: str
    arguments: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Finished:
    """The whole answer. `library_json` is the library's own form for replay, or None."""

    parts: tuple[Part, ...]
    usage: Usage
    model: str
    finish_reason: str = ""
    library_json: bytes | None = None


ModelDelta = TextDelta | ThinkingDelta | ToolCallDelta | Finished


class CallFault(StrEnum):
    """Why a model call failed; decides whether it is tried again."""

    AUTHENTICATION = "authentication"
    INVALID_REQUEST = "invalid_request"
    MODEL_NOT_FOUND = "model_not_found"
    CONTEXT_OVERFLOW = "context_overflow"
    OUT_OF_CREDIT = "out_of_credit"
    RATE_LIMITED = "rate_limited"
    OVERLOADED = "overloaded"
    UNREACHABLE = "unreachable"
    STREAM_CUT = "stream_cut"
    BAD_REPLY = "bad_reply"
    TIMED_OUT = "timed_out"

    @property
    def is_retryable(self) -> bool:
        """True when the same call may succeed a little later."""
        return self in _RETRYABLE


_RETRYABLE = frozenset(
    {
        CallFault.RATE_LIMITED,
        CallFault.OVERLOADED,
        CallFault.UNREACHABLE,
        CallFault.STREAM_CUT,
        CallFault.TIMED_OUT,
    }
)


class ModelCallError(BambooError):
    """A model call failed.

    Args:
        fault: the kind, by which all decisions are made.
        sentence: what happened and what to do, for the person.
        details: the server's own words, shown on request.
        retry_after: seconds the server asked to wait, or None.
        is_said: what was streamed before is all that was to be said; nothing was cut off.
    """

    def __init__(
        self,
        fault: CallFault,
        sentence: str,
        *,
        details: str = "",
        retry_after: float | None = None,
        is_said: bool = False,
    ) -> None:
        super().__init__(sentence)
        self.fault = fault
        self.sentence = sentence
        self.details = details
        self.retry_after = retry_after
        self.is_said = is_said


class Provider(Protocol):
    """A model back end."""

    def stream(self, request: ModelRequest) -> AsyncGenerator[ModelDelta, None]:
        """Call the model; yields deltas and ends with exactly one `Finished`.

        The caller closes the generator (`contextlib.aclosing`); closing it ends the connection.

        Raises:
            ModelCallError: the call failed, before or in the middle of the answer.
        """
        ...

    async def list_models(self) -> tuple[ModelInfo, ...]:
        """The models on offer.

        Raises:
            ModelCallError: the back end could not be asked.
        """
        ...

    async def aclose(self) -> None:
        """Close connections; safe to call twice."""
        ...
