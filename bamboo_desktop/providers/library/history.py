"""Our messages as the library's, and its reply as our parts."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Iterable

from pydantic_ai import messages as theirs

from bamboo_desktop.domain.codec import clean_text
from bamboo_desktop.domain.ids import MessageId
from bamboo_desktop.domain.message import (
    Message,
    Part,
    Role,
    TextPart,
    ThinkingPart,
    ToolCallPart,
    ToolOutcome,
    ToolResultPart,
)
from bamboo_desktop.providers.library.stamp import Stamp

_LOG = logging.getLogger(__name__)
_REMEMBERED = 4_096
_OUTCOMES = {
    ToolOutcome.OK: "success",
    ToolOutcome.ERROR: "failed",
    ToolOutcome.DENIED: "denied",
    ToolOutcome.CANCELLED: "interrupted",
    ToolOutcome.INTERRUPTED: "interrupted",
}


class History:
    """Turns stored messages into the library's; replies already read are remembered.

    Args:
        stamp: the provider and model family the history is sent to.
        maker: the library's name for that provider, which its proofs are bound to.
    """

    def __init__(self, *, stamp: Stamp, maker: str) -> None:
        self._stamp = stamp
        self._maker = maker
        self._read: dict[MessageId, theirs.ModelResponse | None] = {}

    def convert(self, messages: Iterable[Message]) -> list[theirs.ModelMessage]:
        """The library's messages; those of user and tools in a row become one request."""
        converted: list[theirs.ModelMessage] = []
        asked: list[theirs.ModelRequestPart] = []
        for message in messages:
            if message.role is not Role.ASSISTANT:
                asked += _asked_parts(message)
                continue
            reply = self._reply(message)
            if reply is None:
                continue
            if asked:
                converted.append(theirs.ModelRequest(parts=asked))
                asked = []
            converted.append(reply)
        if asked:
            converted.append(theirs.ModelRequest(parts=asked))
        return converted

    def may_think(self, messages: Iterable[Message]) -> bool:
        """False while tool calls of another model are being answered.

        Anthropic refuses to think on from a turn whose own thinking it is not shown.
        """
        for message in reversed(tuple(messages)):
            if message.role is Role.USER:
                return True
            if message.role is Role.ASSISTANT:
                reply = self._reply(message)
                return reply is None or self._stamp.is_on(reply.metadata)
        return True

    def _reply(self, message: Message) -> theirs.ModelResponse | None:
        if message.id not in self._read:
            if len(self._read) >= _REMEMBERED:
                self._read.clear()
            self._read[message.id] = self._replayed(message) or self._rebuilt(message)
        return self._read[message.id]

    def _replayed(self, message: Message) -> theirs.ModelResponse | None:
        if message.library_json is None:
            return None
        try:
            stored = theirs.ModelMessagesTypeAdapter.validate_json(message.library_json)
        except ValueError:
            _LOG.info("a stored reply is not readable as it was; its neutral parts are sent")
            return None
        match stored:
            case [theirs.ModelResponse() as reply] if self._stamp.is_on(reply.metadata):
                return _with_our_ids(reply, message)
            case _:
                return None

    def _rebuilt(self, message: Message) -> theirs.ModelResponse | None:
        is_own = message.library_json is not None and self._stamp.is_on_json(message.library_json)
        parts: list[theirs.ModelResponsePart] = []
        for part in message.parts:
            if isinstance(part, TextPart) and part.text.strip():
                parts.append(theirs.TextPart(clean_text(part.text)))
            elif isinstance(part, ToolCallPart):
                parts.append(_call(part))
            elif isinstance(part, ThinkingPart) and is_own and part.signature:
                thinking = theirs.ThinkingPart(
                    part.text, signature=part.signature, provider_name=self._maker
                )
                parts.append(thinking)
        if not parts:
            return None
        metadata = self._stamp.metadata() if is_own else None
        return theirs.ModelResponse(
            parts=parts, timestamp=message.created_at, provider_name=self._maker, metadata=metadata
        )


def neutral_parts(reply: theirs.ModelResponse, calls: Iterable[ToolCallPart]) -> tuple[Part, ...]:
    """The reply's parts in their order; `calls` are its tool calls under their final ids."""
    ready = iter(calls)
    parts: list[Part] = []
    for part in reply.parts:
        if isinstance(part, theirs.TextPart) and part.content:
            parts.append(TextPart(text=part.content))
        elif isinstance(part, theirs.ThinkingPart) and part.content:
            parts.append(ThinkingPart(text=part.content, signature=part.signature or ""))
        elif isinstance(part, theirs.ToolCallPart):
            parts.append(next(ready))
    return tuple(parts)


def to_json(reply: theirs.ModelResponse, stamp: Stamp) -> bytes:
    """The library's own form of a reply, stamped with its maker."""
    stamped = dataclasses.replace(reply, metadata={**(reply.metadata or {}), **stamp.metadata()})
    return theirs.ModelMessagesTypeAdapter.dump_json([stamped])


def _asked_parts(message: Message) -> list[theirs.ModelRequestPart]:
    parts: list[theirs.ModelRequestPart] = []
    at = message.created_at
    for part in message.parts:
        if isinstance(part, ToolResultPart):
            parts.append(_result(part, message))
        elif isinstance(part, TextPart) and message.role is Role.SYSTEM:
            parts.append(theirs.SystemPromptPart(clean_text(part.text), timestamp=at))
        elif isinstance(part, TextPart) and part.text.strip():
            parts.append(theirs.UserPromptPart(clean_text(part.text), timestamp=at))
    return parts


def _result(part: ToolResultPart, message: Message) -> theirs.ToolReturnPart[object]:
    return theirs.ToolReturnPart(
        part.tool,
        clean_text(part.content),
        part.call_id,
        timestamp=message.created_at,
        outcome=_OUTCOMES[part.outcome],  # type: ignore[arg-type]
    )


def _call(part: ToolCallPart) -> theirs.ToolCallPart[object]:
    return theirs.ToolCallPart(part.tool, clean_text(part.arguments), part.call_id)


def _with_our_ids(reply: theirs.ModelResponse, message: Message) -> theirs.ModelResponse | None:
    """The reply with its calls under the ids their results carry; None if they do not match."""
    ours = iter(message.tool_calls)
    parts: list[theirs.ModelResponsePart] = []
    for part in reply.parts:
        if isinstance(part, theirs.ToolCallPart):
            call = next(ours, None)
            if call is None or call.tool != part.tool_name:
                return None
            parts.append(dataclasses.replace(part, tool_call_id=call.call_id))
        else:
            parts.append(part)
    if next(ours, None) is not None:
        return None
    return dataclasses.replace(reply, parts=parts)
