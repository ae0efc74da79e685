"""Conversation: a session's history as a run sees it, and what of it the model is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bamboo_desktop.domain.context import ContextSummary
from bamboo_desktop.domain.ids import ToolCallId
from bamboo_desktop.domain.message import (
    Message,
    Role,
    TextPart,
    ThinkingPart,
    ToolCallPart,
    ToolOutcome,
    ToolResultPart,
)
from bamboo_desktop.domain.transcript import EntryKind, NewEntry

LOST_RESULT = "This call was interrupted; its result is not known."
CHARS_A_TOKEN = 4


def entries_of(message: Message) -> tuple[NewEntry, ...]:
    """The transcript entries a message is shown as; a tool message has none of its own."""
    if message.role is Role.TOOL or message.origin == "engine":
        return ()
    if message.role is Role.USER:
        return (_entry(message, EntryKind.USER, message.text),)
    found: list[NewEntry] = []
    for part in message.parts:
        match part:
            case ThinkingPart(text=text) if text.strip():
                found.append(_entry(message, EntryKind.THINKING, text))
            case TextPart(text=text) if text.strip():
                found.append(_entry(message, EntryKind.ASSISTANT, text))
            case ToolCallPart(call_id=call_id, tool=tool, arguments=arguments):
                found.append(_entry(message, EntryKind.TOOL, f"{tool} {arguments}", call_id))
            case _:
                continue
    return tuple(found)


def _entry(message: Message, kind: EntryKind, text: str, ref: str = "") -> NewEntry:
    return NewEntry(
        kind=kind,
        at=message.created_at,
        run_id=message.run_id,
        message_id=message.id,
        text=text,
        ref=ref,
        is_partial=message.is_partial,
    )


def estimate_tokens(messages: Sequence[Message]) -> int:
    """A rough count of the tokens of messages: four characters a token."""
    return sum(_length(message) for message in messages) // CHARS_A_TOKEN


def _length(message: Message) -> int:
    total = 16
    for part in message.parts:
        match part:
            case TextPart(text=text) | ThinkingPart(text=text):
                total += len(text)
            case ToolCallPart(arguments=arguments):
                total += len(arguments) + 32
            case ToolResultPart(content=content):
                total += len(content) + 32
    return total


class Conversation:
    """The stored messages in order, with the summary that stands for the older part."""

    def __init__(self, messages: Sequence[Message], summary: ContextSummary | None) -> None:
        self._messages = list(messages)
        self._summary = summary

    @property
    def messages(self) -> tuple[Message, ...]:
        """All stored messages, oldest first."""
        return tuple(self._messages)

    @property
    def summary(self) -> ContextSummary | None:
        """What stands for the older part, if anything does."""
        return self._summary

    def add(self, message: Message) -> None:
        """A message was stored."""
        self._messages.append(message)

    def summarized(self, summary: ContextSummary) -> None:
        """The part up to the summary's message is now told by the summary."""
        self._summary = summary

    def unanswered(self) -> Message | None:
        """The last assistant message, when its tool calls have no results yet."""
        for message in reversed(self._messages):
            if message.role is Role.TOOL:
                return None
            if message.role is Role.ASSISTANT:
                return message if message.tool_calls and not message.is_partial else None
        return None

    @property
    def is_answered(self) -> bool:
        """The model has said its last word and nothing was said to it since."""
        last = self._messages[-1] if self._messages else None
        return (
            last is not None
            and last.role is Role.ASSISTANT
            and not last.is_partial
            and not last.tool_calls
        )

    def visible(self) -> tuple[Message, ...]:
        """The messages after the summarised part."""
        if self._summary is None:
            return tuple(self._messages)
        ids = [message.id for message in self._messages]
        if self._summary.upto_message_id not in ids:
            return tuple(self._messages)
        return tuple(self._messages[ids.index(self._summary.upto_message_id) + 1 :])

    def for_model(self) -> tuple[Message, ...]:
        """What the model is given: the summary, then the newer messages, every call answered."""
        told = _with_results(self.visible())
        if self._summary is None:
            return told
        first = told[0] if told else self._messages[-1]
        head = Message(
            id=first.id,
            session_id=first.session_id,
            run_id=None,
            role=Role.USER,
            parts=(TextPart(text=_summary_text(self._summary)),),
            created_at=self._summary.created_at,
            origin="engine",
        )
        return (head, *told)


def _summary_text(summary: ContextSummary) -> str:
    return (
        "The earlier part of this conversation was summarised to save room. "
        f"Summary of {summary.messages_summarized} messages:\n\n{summary.text}"
    )


def _with_results(messages: Sequence[Message]) -> tuple[Message, ...]:
    """Every call gets exactly one result right behind it, results without a call go."""
    told: list[Message] = []
    results = {
        part.call_id: part
        for message in messages
        for part in message.parts
        if isinstance(part, ToolResultPart)
    }
    for message in messages:
        if message.role is Role.TOOL:
            continue
        shown = _without_calls(message) if message.is_partial else message
        if not shown.parts:
            continue
        told.append(shown)
        if shown.tool_calls:
            told.append(_results_message(shown, results))
    return tuple(told)


def _without_calls(message: Message) -> Message:
    kept = tuple(part for part in message.parts if isinstance(part, TextPart))
    return replace(message, parts=kept, library_json=None)


def _results_message(message: Message, results: dict[ToolCallId, ToolResultPart]) -> Message:
    parts = tuple(
        results.get(call.call_id)
        or ToolResultPart(
            call_id=call.call_id,
            tool=call.tool,
            outcome=ToolOutcome.INTERRUPTED,
            content=LOST_RESULT,
        )
        for call in message.tool_calls
    )
    return Message(
        id=message.id,
        session_id=message.session_id,
        run_id=message.run_id,
        role=Role.TOOL,
        parts=parts,
        created_at=message.created_at,
        origin="engine",
    )
