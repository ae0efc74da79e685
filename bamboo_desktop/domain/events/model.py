"""What a model writes, while it writes it."""

from __future__ import annotations

from dataclasses import dataclass

from bamboo_desktop.domain.events.kinds import Transient


@dataclass(frozen=True, kw_only=True, slots=True)
class Token(Transient):
    """More text of the answer that is being written."""

    round: int
    content: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReasoningToken(Transient):
    """More text of the model's visible thinking."""

    round: int
    content: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelRetry(Transient):
    """A model call failed and is tried again; text of the failed try is void."""

    round: int
    attempt: int
    delay_seconds: float
    reason: str
