"""Every way a call can fail has its kind and a sentence that helps, and never shows the key."""

from __future__ import annotations

import asyncio
import json
import socket
import traceback
from datetime import timedelta
from email.utils import format_datetime

import pytest

from bamboo_desktop.domain.ids import ProviderId
from bamboo_desktop.domain.model import ProviderConfig, ProviderKind
from bamboo_desktop.identifiers import CountedIds
from bamboo_desktop.providers.keys import MemoryKeys
from bamboo_desktop.providers.port import CallFault, ModelCallError
from bamboo_desktop.providers.registry import ProviderRegistry
from tests.providers.calling import KEY, call, calling, config_for, registry_with_key, request
from tests.providers.replies import Call, Refusal, Reply, Say
from tests.providers.servers import ModelServer, Play
from tests.sim import SimClock

CHAT, RESPONSES = ProviderKind.OPENAI_CHAT, ProviderKind.OPENAI_RESPONSES
ANTHROPIC, GOOGLE = ProviderKind.ANTHROPIC, ProviderKind.GOOGLE
OLLAMA = ProviderKind.OLLAMA
WIRES = (CHAT, RESPONSES, ANTHROPIC, GOOGLE)
LONG = Reply(parts=(Say("one two three four five six seven eight nine ten"),))


async def failure(
    kind: ProviderKind, play: Play, *, clock: SimClock | None = None
) -> ModelCallError:
    """The error of a call that the server answers like this."""
    async with ModelServer([play]) as server, calling(kind, server, clock=clock) as provider:
        with pytest.raises(ModelCallError) as caught:
            await call(provider, request(kind))
        assert len(server.asked) == 1, "only the engine tries again"
    error = caught.value
    shown = "".join(traceback.format_exception(error)) + error.sentence + error.details
    assert KEY not in shown
    assert error.sentence.endswith((".", "!"))
    return error


def said(
    status: int, message: str, *, code: str | None = None, error_type: str = "invalid_request_error"
) -> Refusal:
    error = {"message": message, "type": error_type, "code": code, "status": code}
    return Refusal(status=status, body=json.dumps({"type": "error", "error": error}))


@pytest.mark.parametrize("kind", WIRES)
@pytest.mark.parametrize("status", [401, 403])
async def test_a_wrong_key_is_told_without_showing_it(kind: ProviderKind, status: int) -> None:
    error = await failure(kind, said(status, f"Incorrect API key provided: {KEY}."))
    assert error.fault is CallFault.AUTHENTICATION
    assert "did not accept the key" in error.sentence
    assert "[key]" in error.details
    assert not error.fault.is_retryable


@pytest.mark.parametrize("kind", WIRES)
async def test_an_unknown_model_is_named(kind: ProviderKind) -> None:
    error = await failure(kind, said(404, "no such model", code="model_not_found"))
    assert error.fault is CallFault.MODEL_NOT_FOUND
    assert request(kind).model.model in error.sentence


@pytest.mark.parametrize("kind", WIRES)
async def test_an_invalid_request_keeps_the_words_of_the_server(kind: ProviderKind) -> None:
    error = await failure(kind, said(400, "the temperature is off", code="INVALID_ARGUMENT"))
    assert error.fault is CallFault.INVALID_REQUEST
    assert "the temperature is off" in error.details


async def test_an_overflow_of_the_context_is_known_by_its_code() -> None:
    refusal = said(400, "too long", code="context_length_exceeded")
    assert (await failure(CHAT, refusal)).fault is CallFault.CONTEXT_OVERFLOW
    assert (await failure(RESPONSES, refusal)).fault is CallFault.CONTEXT_OVERFLOW
    anthropic = said(400, "prompt is too long: 210000 tokens > 200000 maximum")
    assert (await failure(ANTHROPIC, anthropic)).fault is CallFault.CONTEXT_OVERFLOW


async def test_an_empty_account_is_no_matter_of_waiting() -> None:
    refusal = said(429, "You exceeded your quota", code="insufficient_quota")
    error = await failure(CHAT, refusal)
    assert error.fault is CallFault.OUT_OF_CREDIT
    assert not error.fault.is_retryable


@pytest.mark.parametrize("kind", WIRES)
async def test_a_rate_limit_says_how_long_to_wait(kind: ProviderKind) -> None:
    refusal = Refusal(status=429, body="{}", headers=(("Retry-After", "17"),))
    error = await failure(kind, refusal)
    assert (error.fault, error.retry_after) == (CallFault.RATE_LIMITED, 17.0)


@pytest.mark.parametrize("kind", [CHAT, ANTHROPIC])
async def test_a_rate_limit_may_name_an_instant(kind: ProviderKind) -> None:
    clock = SimClock()
    at = format_datetime(clock.now() + timedelta(seconds=90), usegmt=True)
    refusal = Refusal(status=429, body="{}", headers=(("Retry-After", at),))
    error = await failure(kind, refusal, clock=clock)
    assert error.retry_after == 90.0


@pytest.mark.parametrize("wait", ["soon", "Wed, 21 Oct 99999999999999999999 07:28:00 GMT"])
async def test_a_rate_limit_without_a_sensible_wait_has_none(wait: str) -> None:
    refusal = Refusal(status=429, body="{}", headers=(("Retry-After", wait),))
    error = await failure(CHAT, refusal)
    assert (error.fault, error.retry_after) == (CallFault.RATE_LIMITED, None)


@pytest.mark.parametrize("kind", WIRES)
@pytest.mark.parametrize("status", [500, 502, 503, 529])
async def test_a_fault_of_the_server_is_worth_another_try(kind: ProviderKind, status: int) -> None:
    page = Refusal(status=status, body="<html>bad gateway</html>", content_type="text/html")
    error = await failure(kind, page)
    assert error.fault is CallFault.OVERLOADED
    assert error.fault.is_retryable


@pytest.mark.parametrize("kind", WIRES)
@pytest.mark.parametrize("status", [200, 404])
async def test_a_web_page_means_a_wrong_address(kind: ProviderKind, status: int) -> None:
    page = Refusal(status=status, body="<html>Welcome</html>", content_type="text/html; charset=x")
    error = await failure(kind, page)
    assert error.fault is CallFault.BAD_REPLY
    assert "web page" in error.sentence
    assert "127.0.0.1" in error.sentence


@pytest.mark.parametrize("kind", [CHAT, ANTHROPIC])
async def test_a_redirect_is_not_followed_with_the_key(kind: ProviderKind) -> None:
    moved = Refusal(status=302, body="", headers=(("Location", "http://127.0.0.1:9/elsewhere"),))
    error = await failure(kind, moved)
    assert error.fault is CallFault.BAD_REPLY
    assert "another address" in error.sentence


@pytest.mark.parametrize("kind", [CHAT, RESPONSES, ANTHROPIC])
async def test_a_reply_that_is_no_stream_is_a_bad_reply(kind: ProviderKind) -> None:
    error = await failure(kind, Refusal(status=200, body='{"hello": "world"}'))
    assert error.fault in {CallFault.BAD_REPLY, CallFault.STREAM_CUT}


@pytest.mark.parametrize("kind", WIRES)
async def test_a_stream_cut_in_the_middle_is_told_as_such(kind: ProviderKind) -> None:
    error = await failure(kind, Reply(parts=LONG.parts, cut_after=4))
    assert error.fault is CallFault.STREAM_CUT
    assert error.fault.is_retryable


@pytest.mark.parametrize("kind", WIRES)
async def test_a_stream_that_ends_without_its_end_is_not_taken_for_whole(
    kind: ProviderKind,
) -> None:
    error = await failure(kind, Reply(parts=LONG.parts, end_after=4))
    assert error.fault is CallFault.STREAM_CUT
    assert "ended its answer in the middle" in error.sentence


async def test_a_half_written_tool_call_is_never_handed_on() -> None:
    reply = Reply(parts=(Call("Read", '{"path": "some/long/path"}', "call_a"),), end_after=3)
    for kind in (CHAT, RESPONSES, ANTHROPIC):
        assert (await failure(kind, reply)).fault is CallFault.STREAM_CUT


@pytest.mark.parametrize("kind", [CHAT, RESPONSES, ANTHROPIC])
async def test_an_error_inside_a_stream_is_heard(kind: ProviderKind) -> None:
    error = await failure(kind, Reply(parts=LONG.parts, error_after=4))
    assert error.fault is CallFault.OVERLOADED


async def test_a_refused_connection_names_the_address() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        async with registry_with_key() as registry:
            for kind in (CHAT, ANTHROPIC, GOOGLE, OLLAMA):
                provider = registry.provider(config_for(kind, address))
                with pytest.raises(ModelCallError) as caught:
                    await call(provider, request(kind))
                assert caught.value.fault is CallFault.UNREACHABLE
                assert address in caught.value.sentence
                wanted = "start it" if kind is OLLAMA else "refuses connections"
                assert wanted in caught.value.sentence


async def test_a_name_nobody_has_is_called_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    async def unknown(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    async with registry_with_key() as registry:
        provider = registry.provider(config_for(CHAT, "http://no-such-host.invalid/v1"))
        with pytest.raises(ModelCallError) as caught:
            await call(provider, request(CHAT))
    assert caught.value.fault is CallFault.UNREACHABLE
    assert "was not found" in caught.value.sentence


async def test_without_a_key_a_hosted_provider_is_not_even_asked() -> None:
    keys = MemoryKeys()
    registry = ProviderRegistry(keys=keys, clock=SimClock(), ids=CountedIds())
    async with ModelServer() as server:
        provider = registry.provider(config_for(ANTHROPIC, server.base_url))
        with pytest.raises(ModelCallError) as caught:
            await call(provider, request(ANTHROPIC))
        assert server.asked == []
    await registry.aclose()
    assert caught.value.fault is CallFault.AUTHENTICATION
    assert "has no key yet" in caught.value.sentence


async def test_an_address_that_is_none_is_told_before_anything_is_sent() -> None:
    config = ProviderConfig(
        id=ProviderId("x"), kind=ProviderKind.OPENAI_COMPATIBLE, label="Mine", base_url="ftp://x"
    )
    registry = ProviderRegistry(keys=MemoryKeys(), clock=SimClock(), ids=CountedIds())
    with pytest.raises(ModelCallError, match="address of Mine"):
        await call(registry.provider(config), request(ProviderKind.OPENAI_COMPATIBLE))
    await registry.aclose()
