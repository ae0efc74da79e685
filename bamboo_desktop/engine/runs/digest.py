"""Digest: the part of a conversation that is to be summarised, as text."""

from __future__ import annotations

from collections.abc import Sequence

from bamboo_desktop.domain.message import Message, Role, TextPart, ToolCallPart, ToolResultPart
from bamboo_desktop.engine.runs.conversation import estimate_tokens

SHORT_RESULT = 1_200
KEPT_HEAD, KEPT_TAIL = 700, 400


def older_part(messages: Sequence[Message], keep: int, most_tokens: int) -> tuple[Message, ...]:
    """What may be summarised: all but the newest that fit, no call torn from its result.

    Args:
        messages: what the model would be given.
        keep: at most so many of the newest stay.
        most_tokens: and at most so many tokens of them, but always the last message.
    """
    cut, tokens = len(messages) - 1, 0
    while cut > 0 and len(messages) - cut < keep:
        tokens += estimate_tokens(messages[cut : cut + 1])
        if tokens + estimate_tokens(messages[cut - 1 : cut]) > most_tokens:
            break
        cut -= 1
    while cut > 0 and messages[cut].role is Role.TOOL:
        cut -= 1
    return tuple(messages[: max(cut, 0)])


def chunks(messages: Sequence[Message], most: int) -> list[str]:
    """The messages as text for a summary, in pieces of at most `most` characters."""
    made: list[str] = []
    piece: list[str] = []
    size = 0
    for message in messages:
        text = _told(message)[:most]
        if piece and size + len(text) > most:
            made.append("\n\n".join(piece))
            piece, size = [], 0
        piece.append(text)
        size += len(text)
    return [*made, "\n\n".join(piece)]


def _told(message: Message) -> str:
    lines: list[str] = []
    for part in message.parts:
        match part:
            case TextPart(text=text):
                lines.append(f"{message.role.value}: {text}")
            case ToolCallPart(tool=tool, arguments=arguments):
                lines.append(f"call {tool} {_short(arguments)}")
            case ToolResultPart(tool=tool, outcome=outcome, content=content):
                lines.append(f"result of {tool} ({outcome.value}): {_short(content)}")
            case _:
                continue
    return "\n".join(lines)


def _short(text: str) -> str:
    if len(text) <= SHORT_RESULT:
        return text
    return (
        f"{text[:KEPT_HEAD]}\n[... {len(text) - KEPT_HEAD - KEPT_TAIL} characters ...]\n"
        + (text[-KEPT_TAIL:])
    )
