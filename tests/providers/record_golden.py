"""Writes the golden histories of the installed library version, and reads golden files back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bamboo_desktop.domain.codec import to_jsonable
from bamboo_desktop.domain.ids import ToolCallId
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
from bamboo_desktop.domain.model import ProviderKind
from tests.providers.calling import MODELS, call, calling, message, request, user
from tests.providers.replies import Call, Reply, Say, Think
from tests.providers.servers import ModelServer

FOLDER = Path(__file__).parent / "golden"
PROOF = "proof-of-the-server"
_REPLY = Reply(
    parts=(
        Think("I should look at both.", PROOF),
        Say("Let me look."),
        Call("Read", '{"path":"a"}', "call_a"),
        Call("Read", '{"path":"b"}', "call_b"),
    )
)


def installed_version() -> str:
    """The version of the model library that is installed."""
    return version("pydantic-ai-slim")


def history_from_json(stored: Iterable[dict[str, Any]]) -> tuple[Message, ...]:
    """The messages of a golden file."""
    return tuple(
        message(
            Role(item["role"]),
            *(_part(part) for part in item["parts"]),
            library_json=item["library_json"].encode() if item["library_json"] else None,
            number=number,
        )
        for number, item in enumerate(stored)
    )


def _part(stored: dict[str, Any]) -> Part:
    if "outcome" in stored:
        outcome = ToolOutcome(stored["outcome"])
        call_id = ToolCallId(stored["call_id"])
        return ToolResultPart(
            call_id=call_id, tool=stored["tool"], outcome=outcome, content=stored["content"]
        )
    if "arguments" in stored:
        return ToolCallPart(
            call_id=ToolCallId(stored["call_id"]),
            tool=stored["tool"],
            arguments=stored["arguments"],
        )
    if "signature" in stored:
        return ThinkingPart(text=stored["text"], signature=stored["signature"])
    return TextPart(text=stored["text"])


async def _record(kind: ProviderKind) -> None:
    async with ModelServer([_REPLY]) as server, calling(kind, server) as provider:
        finished = (await call(provider, request(kind))).finished
    reply = message(Role.ASSISTANT, *finished.parts, library_json=finished.library_json)
    first, second = reply.tool_calls
    results = message(
        Role.TOOL,
        ToolResultPart(
            call_id=first.call_id, tool="Read", outcome=ToolOutcome.OK, content="text of a"
        ),
        ToolResultPart(
            call_id=second.call_id, tool="Read", outcome=ToolOutcome.ERROR, content="b is missing"
        ),
    )
    history = (user("Compare the two files."), reply, results, user("Go on.", number=2))
    stored = {
        "kind": kind.value,
        "model": MODELS[kind],
        "messages": [
            {
                "role": item.role.value,
                "parts": [to_jsonable(part) for part in item.parts],
                "library_json": item.library_json.decode() if item.library_json else None,
            }
            for item in history
        ],
    }
    path = FOLDER / f"{kind.value}-{installed_version()}.json"
    path.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")


async def _record_all() -> None:
    for kind in MODELS:
        await _record(kind)


if __name__ == "__main__":
    asyncio.run(_record_all())
