"""How the wire formats put a scripted reply on a stream of server-sent events."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.providers.replies import Call, Reply, Say, Think, Wire
from tests.providers.wire_responses import responses_events


def events(wire: Wire, reply: Reply) -> Iterator[str]:
    """The server-sent events of a reply, each ready to be written."""
    yield from _WRITERS[wire](reply)


def error_event(wire: Wire) -> str:
    """An error that the server reports in the middle of its answer."""
    if wire is Wire.ANTHROPIC:
        error = {"type": "overloaded_error", "message": "Overloaded"}
        return _named("error", {"type": "error", "error": error})
    if wire is Wire.RESPONSES:
        body = {"code": "server_error", "message": "It broke.", "param": None, "sequence_number": 9}
        return _named("error", {"type": "error", **body})
    return _plain({"error": {"code": 500, "type": "server_error", "message": "It broke."}})


def _plain(data: object) -> str:
    return f"data: {json.dumps(data)}\n\n"


def _named(event: str, data: object) -> str:
    return f"event: {event}\ndata: {json.dumps(data)}\n\n"


def _pieces(text: str, size: int) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]


def _chat(reply: Reply) -> Iterator[str]:
    def chunk(delta: dict[str, Any], finish: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return _plain({**head, "choices": [choice]})

    head = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1750000000,
        "model": reply.model,
    }
    index = 0
    yield chunk({"role": "assistant", "content": ""})
    for part in reply.parts:
        if isinstance(part, Say):
            yield from (chunk({"content": piece}) for piece in _pieces(part.text, reply.piece))
        elif isinstance(part, Think):
            for piece in _pieces(part.text, reply.piece):
                yield chunk({"reasoning_content": piece})
        else:
            function = {"name": part.tool, "arguments": ""}
            call = {"index": index, "id": part.call_id, "type": "function", "function": function}
            yield chunk({"tool_calls": [call]})
            for piece in _pieces(part.arguments, reply.piece):
                yield chunk({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
            index += 1
    if reply.says_why:
        yield chunk({}, "tool_calls" if index else "stop")
    usage = {
        "prompt_tokens": reply.input_tokens,
        "completion_tokens": reply.output_tokens,
        "total_tokens": reply.input_tokens + reply.output_tokens,
        "prompt_tokens_details": {"cached_tokens": reply.cached_tokens},
        "completion_tokens_details": {"reasoning_tokens": reply.thinking_tokens},
    }
    yield _plain({**head, "choices": [], "usage": usage})
    yield "data: [DONE]\n\n"


def _anthropic(reply: Reply) -> Iterator[str]:
    usage = {
        "input_tokens": reply.input_tokens - reply.cached_tokens,
        "cache_read_input_tokens": reply.cached_tokens,
        "cache_creation_input_tokens": 0,
        "output_tokens": 1,
    }
    message: dict[str, Any] = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": reply.model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": usage,
    }
    yield _named("message_start", {"type": "message_start", "message": message})
    for index, part in enumerate(reply.parts):
        yield from _anthropic_block(index, part, reply.piece)
    calls = any(isinstance(part, Call) for part in reply.parts)
    delta = {"stop_reason": "tool_use" if calls else "end_turn", "stop_sequence": None}
    ended = {
        "type": "message_delta",
        "delta": delta,
        "usage": {"output_tokens": reply.output_tokens},
    }
    yield _named("message_delta", ended)
    yield _named("message_stop", {"type": "message_stop"})


def _anthropic_block(index: int, part: Say | Think | Call, size: int) -> Iterator[str]:
    deltas: list[dict[str, str]]
    block: dict[str, Any]
    if isinstance(part, Say):
        block = {"type": "text", "text": ""}
        deltas = [{"type": "text_delta", "text": piece} for piece in _pieces(part.text, size)]
    elif isinstance(part, Think):
        block = {"type": "thinking", "thinking": "", "signature": ""}
        pieces = _pieces(part.text, size)
        deltas = [{"type": "thinking_delta", "thinking": piece} for piece in pieces]
        deltas.append({"type": "signature_delta", "signature": part.signature})
    else:
        block = {"type": "tool_use", "id": part.call_id, "name": part.tool, "input": {}}
        pieces = _pieces(part.arguments, size)
        deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in pieces]
    start = {"type": "content_block_start", "index": index, "content_block": block}
    yield _named("content_block_start", start)
    for delta in deltas:
        body = {"type": "content_block_delta", "index": index, "delta": delta}
        yield _named("content_block_delta", body)
    yield _named("content_block_stop", {"type": "content_block_stop", "index": index})


def _google(reply: Reply) -> Iterator[str]:
    def chunk(part: dict[str, Any] | None, finish: str | None = None) -> str:
        candidate: dict[str, Any] = {"index": 0}
        candidate["content"] = {"role": "model", "parts": [part] if part else []}
        if finish:
            candidate["finishReason"] = finish
        return _plain({"candidates": [candidate], "modelVersion": reply.model, **tail})

    tail = {
        "responseId": "response-1",
        "usageMetadata": {
            "promptTokenCount": reply.input_tokens,
            "candidatesTokenCount": reply.output_tokens - reply.thinking_tokens,
            "thoughtsTokenCount": reply.thinking_tokens,
            "cachedContentTokenCount": reply.cached_tokens,
            "totalTokenCount": reply.input_tokens + reply.output_tokens,
        },
    }
    for part in reply.parts:
        if isinstance(part, Say):
            yield from (chunk({"text": piece}) for piece in _pieces(part.text, reply.piece))
        elif isinstance(part, Think):
            for piece in _pieces(part.text, reply.piece):
                yield chunk({"text": piece, "thought": True})
        else:
            yield chunk({"functionCall": {"name": part.tool, "args": json.loads(part.arguments)}})
    yield chunk(None, "STOP")


_WRITERS = {
    Wire.CHAT: _chat,
    Wire.RESPONSES: responses_events,
    Wire.ANTHROPIC: _anthropic,
    Wire.GOOGLE: _google,
}
