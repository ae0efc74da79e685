"""Streams of every wire format, over real sockets, as neutral values."""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import aclosing

import pytest

from bamboo_desktop.domain.message import TextPart, ThinkingPart, ToolCallPart
from bamboo_desktop.domain.model import ProviderKind
from bamboo_desktop.providers.library_provider import LibraryProvider
from bamboo_desktop.providers.port import Finished, TextDelta
from tests.providers.calling import KEY, call, calling, config_for, registry_with_key, request, user
from tests.providers.replies import Call, Refusal, Reply, Say, Think
from tests.providers.servers import Asked, ModelServer, Play
from tests.waiting import until

CHAT, RESPONSES = ProviderKind.OPENAI_CHAT, ProviderKind.OPENAI_RESPONSES
ANTHROPIC, GOOGLE = ProviderKind.ANTHROPIC, ProviderKind.GOOGLE
COMPATIBLE, OLLAMA = ProviderKind.OPENAI_COMPATIBLE, ProviderKind.OLLAMA
LM_STUDIO, LLAMA_CPP = ProviderKind.LM_STUDIO, ProviderKind.LLAMA_CPP
WIRES = (CHAT, RESPONSES, ANTHROPIC, GOOGLE)
EVERY = (*WIRES, COMPATIBLE, OLLAMA, LM_STUDIO, LLAMA_CPP)

FULL = Reply(
    parts=(
        Think("I should look at both files."),
        Say("Let me look at both."),
        Call("Read", '{"path":"a.txt"}', "call_a"),
        Call("Read", '{"path":"b.txt"}', "call_b"),
    )
)


@pytest.mark.parametrize("kind", EVERY)
async def test_every_kind_streams_its_text_and_ends_with_one_finished(kind: ProviderKind) -> None:
    reply = Reply(parts=(Say("Good morning to you."),))
    async with ModelServer([reply]) as server, calling(kind, server) as provider:
        outcome = await call(provider, request(kind))
    assert outcome.text == "Good morning to you."
    assert len(outcome.deltas) > 1
    assert outcome.finished.parts == (TextPart(text="Good morning to you."),)
    assert outcome.finished.finish_reason == "stop"
    assert outcome.finished.model == "served-model"


@pytest.mark.parametrize("kind", WIRES)
async def test_thinking_text_and_parallel_calls_come_in_the_order_of_the_model(
    kind: ProviderKind,
) -> None:
    async with ModelServer([FULL]) as server, calling(kind, server) as provider:
        outcome = await call(provider, request(kind))
    thinking, text, first, second = outcome.finished.parts
    assert isinstance(thinking, ThinkingPart)
    assert thinking.text == outcome.thinking == "I should look at both files."
    assert text == TextPart(text="Let me look at both.")
    assert isinstance(first, ToolCallPart)
    assert isinstance(second, ToolCallPart)
    assert [first.arguments, second.arguments] == ['{"path":"a.txt"}', '{"path":"b.txt"}']
    if kind is not GOOGLE:  # its calls carry no ids
        assert [first.call_id, second.call_id] == ["call_a", "call_b"]
    for part in (first, second):
        pieces = [piece for piece in outcome.call_deltas if piece.call_id == part.call_id]
        assert "".join(piece.arguments for piece in pieces) == part.arguments
        assert {piece.tool for piece in pieces} == {"Read"}


@pytest.mark.parametrize("kind", [RESPONSES, ANTHROPIC])
async def test_the_proof_of_thinking_is_kept(kind: ProviderKind) -> None:
    async with ModelServer([FULL]) as server, calling(kind, server) as provider:
        outcome = await call(provider, request(kind))
    thinking = outcome.finished.parts[0]
    assert isinstance(thinking, ThinkingPart)
    assert thinking.signature == "signature-of-the-server"


@pytest.mark.parametrize("kind", EVERY)
async def test_usage_counts_cache_and_thinking(kind: ProviderKind) -> None:
    async with ModelServer([FULL]) as server, calling(kind, server) as provider:
        usage = (await call(provider, request(kind))).finished.usage
    assert (usage.input_tokens, usage.output_tokens, usage.cache_read_tokens) == (11, 7, 3)
    if kind is not ANTHROPIC:  # it counts thinking as output only
        assert usage.thinking_tokens == 2
    if kind is COMPATIBLE:
        assert usage.cost_micros is None
    elif kind.is_local:
        assert usage.cost_micros == 0
    else:
        assert usage.cost_micros is not None
        assert usage.cost_micros > 0


@pytest.mark.parametrize("kind", EVERY)
async def test_closing_the_stream_hangs_up(kind: ProviderKind) -> None:
    reply = Reply(parts=(Say("one two three four five six"),), hold_after=4)
    async with ModelServer([reply]) as server, calling(kind, server) as provider:
        async with aclosing(provider.stream(request(kind))) as stream:
            async for delta in stream:
                assert isinstance(delta, TextDelta)
                await server.holding.wait()
                break
            assert not server.hung_up.is_set()
        await until(server.hung_up.is_set)


@pytest.mark.every_loop
@pytest.mark.parametrize("kind", WIRES)
async def test_a_cancelled_task_hangs_up_and_stays_cancelled(kind: ProviderKind) -> None:
    reply = Reply(parts=(Say("one two three four five six"),), hold_after=4)
    async with ModelServer([reply]) as server, calling(kind, server) as provider:
        task = asyncio.ensure_future(call(provider, request(kind)))
        await server.holding.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await until(server.hung_up.is_set)


@pytest.mark.every_loop
@pytest.mark.parametrize("kind", WIRES)
async def test_many_calls_at_once_keep_apart(kind: ProviderKind) -> None:
    def own(asked: Asked) -> Reply:
        number = re.findall(r"question (\d+)", asked.body.decode())[0]
        return Reply(parts=(Say(f"answer number {number}"),), piece=2)

    async with ModelServer(own) as server, calling(kind, server) as provider:
        questions = [request(kind, user(f"question {number}")) for number in range(12)]
        outcomes = await asyncio.gather(*(call(provider, asked) for asked in questions))
    assert [outcome.text for outcome in outcomes] == [f"answer number {n}" for n in range(12)]


@pytest.mark.parametrize("kind", WIRES)
async def test_a_second_call_works_after_one_was_closed(kind: ProviderKind) -> None:
    replies = [Reply(parts=(Say("one two three four five"),), hold_after=4), Reply()]
    async with ModelServer(replies) as server, calling(kind, server) as provider:
        async with aclosing(provider.stream(request(kind))) as stream:
            await anext(stream)
        assert (await call(provider, request(kind))).text == "Hello."


async def test_a_server_that_ends_in_good_order_without_a_reason_is_believed() -> None:
    async with ModelServer([Reply(says_why=False)]) as server, calling(OLLAMA, server) as provider:
        assert (await call(provider, request(OLLAMA))).text == "Hello."


async def test_broken_arguments_are_passed_on_as_they_are() -> None:
    reply = Reply(parts=(Call("Read", '{"path": "a', "call_a"),))
    async with ModelServer([reply]) as server, calling(CHAT, server) as provider:
        finished = (await call(provider, request(CHAT))).finished
    (part,) = finished.parts
    assert isinstance(part, ToolCallPart)
    assert part.arguments == '{"path": "a'


@pytest.mark.parametrize("kind", [CHAT, ANTHROPIC, OLLAMA])
async def test_a_call_without_arguments_has_an_empty_object(kind: ProviderKind) -> None:
    reply = Reply(parts=(Call("Now", "", "call_a"),))
    async with ModelServer([reply]) as server, calling(kind, server) as provider:
        (part,) = (await call(provider, request(kind))).finished.parts
    assert isinstance(part, ToolCallPart)
    assert part.arguments == "{}"


async def test_calls_without_an_id_or_with_the_same_one_get_ids_of_their_own() -> None:
    calls = (Call("Read", '{"path":"1"}', ""), Call("Read", '{"path":"2"}', "call_0"))
    reply = Reply(parts=(*calls, Call("Read", '{"path":"3"}', "call_0")))
    async with ModelServer([reply]) as server, calling(OLLAMA, server) as provider:
        outcome = await call(provider, request(OLLAMA))
    parts = [part for part in outcome.finished.parts if isinstance(part, ToolCallPart)]
    assert [part.arguments for part in parts] == ['{"path":"1"}', '{"path":"2"}', '{"path":"3"}']
    assert all(part.call_id for part in parts)
    assert len({part.call_id for part in parts}) == 3
    shown = [delta.call_id for delta in outcome.call_deltas]
    assert sorted(set(shown)) == sorted(part.call_id for part in parts)


@pytest.mark.parametrize("kind", EVERY)
async def test_tools_system_prompt_and_key_reach_the_server(kind: ProviderKind) -> None:
    async with ModelServer() as server, calling(kind, server) as provider:
        await call(provider, request(kind))
        (asked,) = server.asked
    sent = asked.body.decode()
    assert "You are helpful." in sent
    assert '"Read"' in sent
    assert '"path"' in sent
    assert KEY not in sent
    assert KEY not in asked.path
    assert any(KEY in value for value in asked.headers.values())


async def test_effort_is_asked_for_in_the_words_of_each_wire() -> None:
    async with ModelServer() as server, registry_with_key() as registry:
        bodies = {}
        for kind in WIRES:
            provider = registry.provider(config_for(kind, server.base_url))
            await call(provider, request(kind))
            bodies[kind] = server.asked[-1].json
    assert bodies[CHAT]["reasoning_effort"] == "high"
    assert bodies[RESPONSES]["reasoning"]["effort"] == "high"
    assert bodies[RESPONSES]["store"] is False
    assert bodies[ANTHROPIC]["output_config"]["effort"] == "high"
    assert bodies[GOOGLE]["generationConfig"]["thinkingConfig"]["include_thoughts"] is True


async def test_no_effort_asks_for_no_thinking() -> None:
    async with ModelServer() as server, calling(ANTHROPIC, server) as provider:
        await call(provider, request(ANTHROPIC, effort=None))
        assert "thinking" not in server.asked[0].json


async def test_an_account_that_may_not_see_thinking_gets_its_answers_without_it() -> None:
    error = {"message": "Verify your organization.", "param": "reasoning.summary", "code": "x"}
    refused = Refusal(status=400, body=json.dumps({"error": error}))
    replies: list[Play] = [refused, Reply(), Reply()]
    async with ModelServer(replies) as server, calling(RESPONSES, server) as provider:
        assert (await call(provider, request(RESPONSES))).text == "Hello."
        assert (await call(provider, request(RESPONSES))).text == "Hello."
        asked = [item.json["reasoning"] for item in server.asked]
    assert asked == [{"effort": "high", "summary": "auto"}, {"effort": "high"}, {"effort": "high"}]


async def test_anthropic_may_keep_the_beginning_of_the_conversation_in_its_cache() -> None:
    async with ModelServer() as server, calling(ANTHROPIC, server) as provider:
        await call(provider, request(ANTHROPIC))
        body = server.asked[0].json
    assert "cache_control" in body["system"][-1]
    assert "cache_control" in body["tools"][-1]


async def test_a_changed_key_is_used_by_the_next_call_and_a_live_one_goes_on() -> None:
    replies = [Reply(parts=(Say("a slow answer here"),), hold_after=3), Reply()]
    async with ModelServer(replies) as server, registry_with_key(CHAT) as registry:
        config = config_for(CHAT, server.base_url)
        provider = registry.provider(config)
        assert isinstance(provider, LibraryProvider)
        async with aclosing(provider.stream(request(CHAT))) as stream:
            text = [await anext(stream)]
            before = provider._backend
            await registry._keys.set(config.id, "sk-another-key")
            assert (await call(provider, request(CHAT))).text == "Hello."
            assert before is not None
            assert not before.client.is_closed
            server.let_go.set()
            text += [delta async for delta in stream]
        used = [asked.headers["authorization"] for asked in server.asked]
    assert used == [f"Bearer {KEY}", "Bearer sk-another-key"]
    assert isinstance(text[-1], Finished)
    assert before.client.is_closed


async def test_a_replaced_provider_ends_its_calls_in_peace() -> None:
    reply = Reply(parts=(Say("a slow answer here"),), hold_after=3)
    async with ModelServer([reply]) as server, registry_with_key(CHAT) as registry:
        old = registry.provider(config_for(CHAT, server.base_url))
        async with aclosing(old.stream(request(CHAT))) as stream:
            await anext(stream)
            new = registry.provider(config_for(CHAT, server.v1))
            assert new is not old
            assert registry.provider(config_for(CHAT, server.v1)) is new
            server.let_go.set()
            rest = [delta async for delta in stream]
    assert isinstance(rest[-1], Finished)
