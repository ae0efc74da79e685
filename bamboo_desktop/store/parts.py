"""The parts of a message from and to JSON, each marked with its kind."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from bamboo_desktop.domain.codec import JsonValue, to_jsonable
from bamboo_desktop.domain.ids import ToolCallId
from bamboo_desktop.domain.message import (
    Part,
    TextPart,
    ThinkingPart,
    ToolCallPart,
    ToolOutcome,
    ToolResultPart,
)
from bamboo_desktop.store.columns import json_text
from bamboo_desktop.store.revive import unreadable

_KINDS: dict[type[Any], str] = {
    TextPart: "text",
    ThinkingPart: "thinking",
    ToolCallPart: "tool_call",
    ToolResultPart: "tool_result",
}


def parts_text(parts: Sequence[Part]) -> str:
    """The JSON array of a message's parts."""
    return json_text([_tagged(part) for part in parts])


def parts_of(text: str) -> tuple[Part, ...]:
    """The parts of a JSON array.

    Raises:
        StorageError: the text is damaged.
    """
    with unreadable():
        return tuple(_part(item) for item in json.loads(text))


def _tagged(part: Part) -> dict[str, JsonValue]:
    fields = to_jsonable(part)
    assert isinstance(fields, dict)
    return {"kind": _KINDS[type(part)], **fields}


def _part(item: dict[str, Any]) -> Part:
    match item["kind"]:
        case "text":
            return TextPart(text=item["text"])
        case "thinking":
            return ThinkingPart(text=item["text"], signature=item["signature"])
        case "tool_call":
            return ToolCallPart(
                call_id=ToolCallId(item["call_id"]), tool=item["tool"], arguments=item["arguments"]
            )
        case "tool_result":
            return ToolResultPart(
                call_id=ToolCallId(item["call_id"]),
                tool=item["tool"],
                outcome=ToolOutcome(item["outcome"]),
                content=item["content"],
            )
        case other:
            raise ValueError(f"a part of unknown kind {other!r}")
