"""A stored history goes back to a model whole, and to another model without foreign proofs."""

from __future__ import annotations

import dataclasses
import itertools
import json
from typing import Any

import pytest

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
from bamboo_desktop.domain.model import ProviderKind
from tests.providers.calling import call, calling, message, request, user
from tests.providers.replies import Call, Reply, Say, Think
from tests.providers.servers import ModelServer

CHAT, RESPONSES = ProviderKind.OPENAI_CHAT, ProviderKind.OPENAI_RESPONSES
ANTHROPIC, GOOGLE = ProviderKind.ANTHROPIC, ProviderKind.GOOGLE
WIRES = (CHAT, RESPONSES, ANTHROPIC, GOOGLE)
PROOF = "signature-of-the-server"
FULL = Reply(
    parts=(
        Think("I should look at both."),
        Say("Let me look."),
        Call("Read", '{"path":"a"}', "call_a"),
        Call("Read", '{"path":"b"}', "call_b"),
    )
)


async def stored_reply(kind: ProviderKind, *, model: str = "") -> Message:
    """An answer as the engine would store it."""
    async with ModelServer([FULL]) as server, calling(kind, server) as provider:
        finished = (await call(provider, request(kind, model=model))).finished
    return message(Role.ASSISTANT, *finished.parts, library_json=finished.library_json)


def results(reply: Message) -> Message:
    """One good and one failed result for the two calls of a reply."""
    first, second = reply.tool_calls
    return message(
        Role.TOOL,
        ToolResultPart(
            call_id=first.call_id, tool="Read", outcome=ToolOutcome.OK, content="text of a"
        ),
        ToolResultPart(
            call_id=second.call_id, tool="Read", outcome=ToolOutcome.ERROR, content="b is missing"
        ),
    )


async def sent(kind: ProviderKind, *messages: Message, model: str = "") -> Any:
    """What the server is sent for a history."""
    async with ModelServer() as server, calling(kind, server) as provider:
        await call(provider, request(kind, *messages, model=model))
        return server.asked[0].json


@pytest.mark.parametrize("kind", WIRES)
async def test_a_stored_history_goes_on_with_calls_and_results(kind: ProviderKind) -> None:
    reply = await stored_reply(kind)
    body = json.dumps(await sent(kind, user("Compare them."), reply, results(reply)))
    for word in ("Compare them.", "Let me look.", "text of a", "b is missing"):
        assert word in body
    if kind is not GOOGLE:
        assert body.count("call_a") == 2
        assert body.count("call_b") == 2


async def test_anthropic_gets_its_thinking_back_with_the_proof() -> None:
    reply = await stored_reply(ANTHROPIC)
    body = await sent(ANTHROPIC, user("Compare."), reply, results(reply))
    first, turn, back = body["messages"]
    assert first["role"] == "user"
    assert turn["content"][0] == {
        "type": "thinking",
        "thinking": "I should look at both.",
        "signature": PROOF,
    }
    good, bad = back["content"]
    assert (good["type"], good["tool_use_id"], good["is_error"]) == ("tool_result", "call_a", False)
    assert (bad["tool_use_id"], bad["is_error"]) == ("call_b", True)


async def test_openai_responses_gets_its_reasoning_back_sealed() -> None:
    reply = await stored_reply(RESPONSES)
    body = await sent(RESPONSES, user("Compare."), reply, results(reply))
    (reasoning,) = [item for item in body["input"] if item.get("type") == "reasoning"]
    assert reasoning["encrypted_content"] == PROOF
    outputs = [item for item in body["input"] if item.get("type") == "function_call_output"]
    assert [item["call_id"] for item in outputs] == ["call_a", "call_b"]


@pytest.mark.parametrize(("maker", "reader"), tuple(itertools.permutations(WIRES, 2)))
async def test_another_provider_gets_the_words_but_not_the_proof(
    maker: ProviderKind, reader: ProviderKind
) -> None:
    reply = await stored_reply(maker)
    body = json.dumps(await sent(reader, user("Compare."), reply, results(reply)))
    assert "Let me look." in body
    assert "text of a" in body
    assert PROOF not in body
    assert "I should look at both." not in body


async def test_another_model_of_the_same_provider_gets_no_proof() -> None:
    reply = await stored_reply(ANTHROPIC)
    history = (user("Compare."), reply, results(reply))
    body = await sent(ANTHROPIC, *history, model="claude-sonnet-5")
    assert PROOF not in json.dumps(body)
    # It would refuse to think on from a turn whose thinking it cannot see.
    assert "thinking" not in body


async def test_the_dated_name_of_a_model_is_the_same_model() -> None:
    reply = await stored_reply(ANTHROPIC)
    history = (user("Compare."), reply, results(reply))
    body = await sent(ANTHROPIC, *history, model="claude-opus-4-8-20260401")
    assert PROOF in json.dumps(body)


@pytest.mark.parametrize("damaged", [b"", b"not json", b"[]", b'[{"kind": "request"}]', b"\xff"])
async def test_an_unreadable_library_form_falls_back_to_the_neutral_parts(damaged: bytes) -> None:
    reply = dataclasses.replace(await stored_reply(ANTHROPIC), library_json=damaged)
    body = json.dumps(await sent(ANTHROPIC, user("Compare."), reply, results(reply)))
    assert "Let me look." in body
    assert body.count("call_a") == 2


async def test_a_form_of_another_version_still_gives_the_proof_from_the_neutral_parts() -> None:
    reply = await stored_reply(ANTHROPIC)
    assert reply.library_json is not None
    stored = json.loads(reply.library_json)
    stored[0]["parts"][0]["part_kind"] = "a kind nobody knows yet"
    reply = dataclasses.replace(reply, library_json=json.dumps(stored).encode())
    body = await sent(ANTHROPIC, user("Compare."), reply, results(reply))
    assert body["messages"][1]["content"][0]["signature"] == PROOF


async def test_calls_go_back_under_the_ids_their_results_carry() -> None:
    reply = await stored_reply(CHAT)
    renamed = [
        dataclasses.replace(part, call_id=ToolCallId(f"own-{part.call_id}"))
        if isinstance(part, ToolCallPart)
        else part
        for part in reply.parts
    ]
    reply = dataclasses.replace(reply, parts=tuple(renamed))
    body = await sent(CHAT, user("Compare."), reply, results(reply))
    (turn,) = [item for item in body["messages"] if item["role"] == "assistant"]
    assert [item["id"] for item in turn["tool_calls"]] == ["own-call_a", "own-call_b"]


async def test_a_partial_answer_and_a_typed_message_after_results_are_sent() -> None:
    partial = dataclasses.replace(
        message(Role.ASSISTANT, TextPart(text="I was about to"), number=2), is_partial=True
    )
    reply = await stored_reply(ANTHROPIC)
    history = (user("One."), partial, user("Two.", number=2), reply, results(reply))
    body = await sent(ANTHROPIC, *history, user("And quickly.", number=3))
    roles = [item["role"] for item in body["messages"]]
    assert roles == ["user", "assistant", "user", "assistant", "user"]
    assert body["messages"][-1]["content"][-1]["text"] == "And quickly."


async def test_an_id_of_the_history_is_not_given_to_a_new_call() -> None:
    reply = await stored_reply(CHAT)
    again = Reply(parts=(Call("Read", '{"path":"c"}', "call_a"),))
    async with ModelServer([again]) as server, calling(CHAT, server) as provider:
        asked = request(CHAT, user("Compare."), reply, results(reply))
        (part,) = (await call(provider, asked)).finished.parts
    assert isinstance(part, ToolCallPart)
    assert part.call_id
    assert part.call_id != "call_a"


async def test_strange_text_reaches_the_server_whole() -> None:
    text = "right to left: \u05e9\u05dc\u05d5\u05dd, four bytes: \U0001f9ea, end"
    for kind in WIRES:
        body = await sent(kind, user(text))
        assert text in json.dumps(body, ensure_ascii=False)


async def test_text_that_no_wire_can_carry_is_mended_and_sent() -> None:
    history = [user("lone \ud800 surrogate")]
    async with ModelServer() as server, calling(CHAT, server) as provider:
        await call(provider, request(CHAT, *history, system="NUL \x00 and \udfff"))
        sent_text = json.dumps(server.asked[0].json, ensure_ascii=False)
    assert "lone \ufffd surrogate" in sent_text
    assert "NUL \ufffd and \ufffd" in sent_text


async def test_thinking_without_words_is_kept_only_in_the_library_form() -> None:
    silent = Reply(parts=(Think(""), Say("Done.")))
    async with ModelServer([silent]) as server, calling(ANTHROPIC, server) as provider:
        finished = (await call(provider, request(ANTHROPIC))).finished
    assert not any(isinstance(part, ThinkingPart) for part in finished.parts)
    assert finished.library_json is not None
    assert PROOF.encode() in finished.library_json
