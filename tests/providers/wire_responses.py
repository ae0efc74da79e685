"""A scripted reply in the events of OpenAI's responses format."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.providers.replies import Call, Reply, Say, Think


def responses_events(reply: Reply) -> Iterator[str]:
    """The events of one reply, numbered as the format demands."""
    for number, body in enumerate(_bodies(reply)):
        data = json.dumps({**body, "sequence_number": number})
        yield f"event: {body['type']}\ndata: {data}\n\n"


def _bodies(reply: Reply) -> Iterator[dict[str, Any]]:
    output: list[dict[str, Any]] = []
    yield {"type": "response.created", "response": _response(reply, "in_progress", [])}
    for index, part in enumerate(reply.parts):
        if isinstance(part, Say):
            steps = _message(index, part, reply.piece)
        elif isinstance(part, Think):
            steps = _reasoning(index, part, reply.piece)
        else:
            steps = _function_call(index, part, reply.piece)
        for step in steps:
            if step["type"] == "response.output_item.done":
                output.append(step["item"])
            yield step
    yield {"type": "response.completed", "response": _response(reply, "completed", output)}


def _response(reply: Reply, status: str, output: list[dict[str, Any]]) -> dict[str, Any]:
    usage = {
        "input_tokens": reply.input_tokens,
        "input_tokens_details": {"cached_tokens": reply.cached_tokens},
        "output_tokens": reply.output_tokens,
        "output_tokens_details": {"reasoning_tokens": reply.thinking_tokens},
        "total_tokens": reply.input_tokens + reply.output_tokens,
    }
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1750000000,
        "model": reply.model,
        "status": status,
        "output": output,
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "usage": usage if status == "completed" else None,
    }


def _pieces(text: str, size: int) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]


def _message(index: int, part: Say, size: int) -> Iterator[dict[str, Any]]:
    item_id = f"msg_{index}"
    where = {"item_id": item_id, "output_index": index, "content_index": 0}
    item = {"id": item_id, "type": "message", "role": "assistant", "status": "in_progress"}
    added = {"output_index": index, "item": {**item, "content": []}}
    yield {"type": "response.output_item.added", **added}
    for piece in _pieces(part.text, size):
        yield {"type": "response.output_text.delta", **where, "delta": piece, "logprobs": []}
    text = {"type": "output_text", "text": part.text, "annotations": []}
    yield {"type": "response.output_text.done", **where, "text": part.text, "logprobs": []}
    done = {**item, "status": "completed", "content": [text]}
    yield {"type": "response.output_item.done", "output_index": index, "item": done}


def _reasoning(index: int, part: Think, size: int) -> Iterator[dict[str, Any]]:
    item_id = f"rs_{index}"
    where = {"item_id": item_id, "output_index": index, "summary_index": 0}
    item = {"id": item_id, "type": "reasoning"}
    added = {"output_index": index, "item": {**item, "summary": []}}
    yield {"type": "response.output_item.added", **added}
    blank = {"type": "summary_text", "text": ""}
    yield {"type": "response.reasoning_summary_part.added", **where, "part": blank}
    for piece in _pieces(part.text, size):
        yield {"type": "response.reasoning_summary_text.delta", **where, "delta": piece}
    summary = [{"type": "summary_text", "text": part.text}]
    done = {**item, "summary": summary, "encrypted_content": part.signature}
    yield {"type": "response.output_item.done", "output_index": index, "item": done}


def _function_call(index: int, part: Call, size: int) -> Iterator[dict[str, Any]]:
    item_id = f"fc_{index}"
    item = {"id": item_id, "type": "function_call", "call_id": part.call_id, "name": part.tool}
    added = {**item, "arguments": "", "status": "in_progress"}
    yield {"type": "response.output_item.added", "output_index": index, "item": added}
    where = {"item_id": item_id, "output_index": index}
    for piece in _pieces(part.arguments, size):
        yield {"type": "response.function_call_arguments.delta", **where, "delta": piece}
    arguments = {"arguments": part.arguments, "name": part.tool}
    yield {"type": "response.function_call_arguments.done", **where, **arguments}
    done = {**item, "arguments": part.arguments, "status": "completed"}
    yield {"type": "response.output_item.done", "output_index": index, "item": done}
