"""Asking back ends for their models, and finding the servers of this machine."""

from __future__ import annotations

import dataclasses
import socket

import pytest

from bamboo_desktop.domain.model import ModelInfo, ProviderConfig, ProviderKind
from bamboo_desktop.identifiers import CountedIds
from bamboo_desktop.providers.keys import MemoryKeys
from bamboo_desktop.providers.local_ports import LocalPorts
from bamboo_desktop.providers.port import CallFault, ModelCallError
from bamboo_desktop.providers.registry import ProviderRegistry
from tests.providers.calling import KEY, calling, config_for, registry_with_key
from tests.providers.replies import Refusal
from tests.providers.servers import ModelServer
from tests.sim import SimClock

CHAT, RESPONSES = ProviderKind.OPENAI_CHAT, ProviderKind.OPENAI_RESPONSES
ANTHROPIC, GOOGLE = ProviderKind.ANTHROPIC, ProviderKind.GOOGLE
COMPATIBLE, OLLAMA = ProviderKind.OPENAI_COMPATIBLE, ProviderKind.OLLAMA
LM_STUDIO, LLAMA_CPP = ProviderKind.LM_STUDIO, ProviderKind.LLAMA_CPP

PAGES_OLLAMA = {
    "/api/version": {"version": "0.15.1"},
    "/api/tags": {"models": [{"name": "qwen3:8b"}]},
    "/api/show": {
        "capabilities": ["completion", "tools", "thinking"],
        "model_info": {"general.architecture": "qwen3", "qwen3.context_length": 40960},
    },
}
PAGES_LM_STUDIO = {
    "/api/v0/models": {
        "data": [
            {"id": "an-embedder", "type": "embeddings", "max_context_length": 2048},
            {"id": "gemma-3", "type": "vlm", "state": "not-loaded", "max_context_length": 131072},
            {
                "id": "qwen3-8b",
                "type": "llm",
                "state": "loaded",
                "max_context_length": 40960,
                "loaded_context_length": 8192,
            },
        ]
    },
    "/v1/models": {"data": [{"id": "qwen3-8b"}, {"id": "gemma-3"}]},
}
PAGES_LLAMA_CPP = {
    "/v1/models": {
        "data": [{"id": "m.gguf", "owned_by": "llamacpp", "meta": {"n_ctx_train": 131072}}]
    },
    "/props": {"default_generation_settings": {"n_ctx": 16384}},
}


async def listed(kind: ProviderKind, **pages: object) -> tuple[ModelInfo, ...]:
    async with ModelServer(pages=pages) as server, calling(kind, server) as provider:
        models = await provider.list_models()
        for asked in server.asked:
            assert KEY not in asked.path
    return models


def windows(models: tuple[ModelInfo, ...]) -> dict[str, int | None]:
    return {info.ref.model: info.context_window for info in models}


@pytest.mark.parametrize("kind", [CHAT, RESPONSES])
async def test_openai_models_get_their_window_from_the_price_list(kind: ProviderKind) -> None:
    models = await listed(kind, **{"/v1/models": {"data": [{"id": "gpt-5"}, {"id": "my-tune"}]}})
    assert windows(models) == {"gpt-5": 400_000, "my-tune": None}
    assert {info.ref.provider for info in models} == {f"the-{kind.value}"}


async def test_a_gateway_that_knows_the_window_is_believed() -> None:
    page = {"data": [{"id": "a", "context_length": 32_000}, {"id": "b", "max_model_len": 8_000}]}
    assert windows(await listed(COMPATIBLE, **{"/v1/models": page})) == {"a": 32_000, "b": 8_000}


async def test_anthropic_models_carry_label_window_and_thinking() -> None:
    row = {
        "id": "claude-opus-4-8",
        "display_name": "Claude Opus 4.8",
        "max_input_tokens": 1_000_000,
        "capabilities": {"thinking": {"supported": True}},
    }
    (info,) = await listed(ANTHROPIC, **{"/v1/models": {"data": [row], "has_more": False}})
    assert (info.label, info.context_window) == ("Claude Opus 4.8", 1_000_000)
    assert info.supports_reasoning


async def test_google_lists_only_models_that_can_talk() -> None:
    rows = [
        {
            "name": "models/gemini-2.5-pro",
            "displayName": "Gemini 2.5 Pro",
            "inputTokenLimit": 1_048_576,
            "supportedGenerationMethods": ["generateContent"],
            "thinking": True,
        },
        {"name": "models/embed", "supportedGenerationMethods": ["embedContent"]},
    ]
    (info,) = await listed(GOOGLE, **{"/v1beta/models": {"models": rows}})
    assert (info.ref.model, info.context_window) == ("gemini-2.5-pro", 1_048_576)
    assert info.supports_reasoning


async def test_ollama_tells_the_window_of_each_model() -> None:
    (info,) = await listed(OLLAMA, **PAGES_OLLAMA)
    assert (info.ref.model, info.context_window) == ("qwen3:8b", 40_960)
    assert info.supports_reasoning


async def test_an_ollama_model_that_cannot_be_described_is_listed_all_the_same() -> None:
    pages = {**PAGES_OLLAMA, "/api/show": Refusal(status=500, body="{}")}
    (info,) = await listed(OLLAMA, **pages)
    assert (info.ref.model, info.context_window) == ("qwen3:8b", None)


async def test_lm_studio_tells_the_window_a_model_was_loaded_with() -> None:
    assert windows(await listed(LM_STUDIO, **PAGES_LM_STUDIO)) == {
        "gemma-3": 131_072,
        "qwen3-8b": 8_192,
    }


async def test_an_old_lm_studio_lists_its_models_in_the_common_format() -> None:
    pages = {"/v1/models": PAGES_LM_STUDIO["/v1/models"]}
    assert windows(await listed(LM_STUDIO, **pages)) == {"qwen3-8b": None, "gemma-3": None}


async def test_llama_cpp_tells_the_size_it_was_started_with() -> None:
    assert windows(await listed(LLAMA_CPP, **PAGES_LLAMA_CPP)) == {"m.gguf": 16_384}


async def test_a_window_the_person_set_counts_more() -> None:
    async with ModelServer(pages=PAGES_LLAMA_CPP) as server, registry_with_key() as registry:
        config = config_for(LLAMA_CPP, server.base_url)
        config = dataclasses.replace(config, context_window=4_096)
        assert windows(await registry.provider(config).list_models()) == {"m.gguf": 4_096}


@pytest.mark.parametrize("kind", [CHAT, ANTHROPIC, GOOGLE, OLLAMA, LLAMA_CPP])
@pytest.mark.parametrize(
    ("status", "body", "fault"),
    [
        (401, f'{{"error": "bad key {KEY}"}}', CallFault.AUTHENTICATION),
        (404, "nothing here", CallFault.BAD_REPLY),
        (200, "<html>", CallFault.BAD_REPLY),
        (200, "[1, 2]", CallFault.BAD_REPLY),
        (200, '{"data": 5, "models": 5}', CallFault.BAD_REPLY),
        (503, "busy", CallFault.OVERLOADED),
    ],
)
async def test_a_list_that_fails_has_a_kind_and_a_sentence(
    kind: ProviderKind, status: int, body: str, fault: CallFault
) -> None:
    page = Refusal(status=status, body=body)
    paths = ("/v1/models", "/v1beta/models", "/api/tags")
    with pytest.raises(ModelCallError) as caught:
        await listed(kind, **dict.fromkeys(paths, page))
    assert caught.value.fault is fault
    assert KEY not in caught.value.sentence + caught.value.details


async def test_a_list_from_nowhere_says_so() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        async with registry_with_key() as registry:
            with pytest.raises(ModelCallError) as caught:
                await registry.provider(config_for(OLLAMA, address)).list_models()
    assert caught.value.fault is CallFault.UNREACHABLE
    assert "start it" in caught.value.sentence


async def found(ports: dict[ProviderKind, int]) -> dict[ProviderKind, ProviderConfig]:
    registry = ProviderRegistry(
        keys=MemoryKeys(), clock=SimClock(), ids=CountedIds(), ports=LocalPorts(ports=ports)
    )
    configs = await registry.discover_local()
    await registry.aclose()
    return {config.kind: config for config in configs}


async def test_local_servers_are_found_with_a_model_to_start_with() -> None:
    async with (
        ModelServer(pages=PAGES_OLLAMA) as ollama,
        ModelServer(pages=PAGES_LM_STUDIO) as studio,
        ModelServer(pages=PAGES_LLAMA_CPP) as llama,
    ):
        ports = {OLLAMA: ollama.port, LM_STUDIO: studio.port, LLAMA_CPP: llama.port}
        configs = await found(ports)
    assert {kind: config.default_model for kind, config in configs.items()} == {
        OLLAMA: "qwen3:8b",
        LM_STUDIO: "qwen3-8b",
        LLAMA_CPP: "m.gguf",
    }
    assert configs[OLLAMA].base_url == f"http://127.0.0.1:{ollama.port}/v1"


async def test_a_server_of_another_kind_on_the_port_is_not_taken_for_it() -> None:
    web = {"/": "hello", "/v1/models": {"data": [{"id": "x", "owned_by": "somebody"}]}}
    async with ModelServer(pages=web) as other, ModelServer(pages=PAGES_OLLAMA) as ollama:
        ports = {OLLAMA: other.port, LM_STUDIO: ollama.port, LLAMA_CPP: other.port}
        assert await found(ports) == {}


async def test_no_server_at_all_is_an_empty_answer() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        assert await found({OLLAMA: port, LM_STUDIO: port, LLAMA_CPP: port}) == {}


async def test_a_found_server_can_be_called() -> None:
    from tests.providers.calling import call, request

    async with ModelServer(pages=PAGES_OLLAMA) as ollama:
        config = (await found({OLLAMA: ollama.port}))[OLLAMA]
        async with registry_with_key() as registry:
            outcome = await call(registry.provider(config), request(OLLAMA, effort=None))
    assert outcome.text == "Hello."
