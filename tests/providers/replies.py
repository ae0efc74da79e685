"""Scripted answers of a model server, whatever the wire format."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Say:
    """Text of the answer, sent in pieces of a few characters."""

    text: str


@dataclass(frozen=True, slots=True)
class Think:
    """Visible thinking, with the proof that Anthropic wants back."""

    text: str
    signature: str = "signature-of-the-server"


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call; `arguments` goes out as it is, broken or not."""

    tool: str
    arguments: str
    call_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """One whole answer of a model.

    `cut_after` closes the connection after so many events, `end_after` ends the body there in good
    order, `hold_after` waits there until the test lets go or the client hangs up, `error_after`
    sends an error event there. `delay` is waited before each event. `says_why` False leaves out the
    reason of the end, as some servers of the chat format do.
    """

    parts: tuple[Say | Think | Call, ...] = (Say("Hello."),)
    input_tokens: int = 11
    output_tokens: int = 7
    cached_tokens: int = 3
    thinking_tokens: int = 2
    piece: int = 8
    delay: float = 0.0
    model: str = "served-model"
    cut_after: int | None = None
    end_after: int | None = None
    hold_after: int | None = None
    error_after: int | None = None
    says_why: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """An answer that is no stream: a status, headers and a body."""

    status: int
    body: str
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


class Wire(StrEnum):
    """The wire formats the loopback server speaks, by the path they are asked at."""

    CHAT = "/chat/completions"
    RESPONSES = "/responses"
    ANTHROPIC = "/messages"
    GOOGLE = ":streamGenerateContent"
