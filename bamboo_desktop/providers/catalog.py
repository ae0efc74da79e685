"""Which models a back end offers, asked over plain HTTP: one way for each kind."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from bamboo_desktop.domain.model import ModelInfo, ModelRef, ProviderConfig, ProviderKind
from bamboo_desktop.providers import prices
from bamboo_desktop.providers.addresses import address_of, root_of
from bamboo_desktop.providers.port import CallFault, ModelCallError
from bamboo_desktop.providers.reader import Reader, open_reader
from bamboo_desktop.providers.sentences import Reason, Where

_MOST_PAGES = 20
_AT_ONCE = 4


async def list_models(
    config: ProviderConfig, where: Where, *, now: datetime
) -> tuple[ModelInfo, ...]:
    """The models a back end offers, in its own order.

    Raises:
        ModelCallError: it could not be asked, or answered with something else.
    """
    async with open_reader(config.kind, where, now=now) as reader:
        ask = _ASK.get(config.kind, _openai)
        try:
            return await ask(config, reader)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            # The reply is JSON of another shape: the address belongs to something else.
            raise where.failure(
                CallFault.BAD_REPLY, Reason.NOT_AN_API, details=repr(error)
            ) from None


def _info(
    config: ProviderConfig,
    name: str,
    *,
    label: str = "",
    window: int | None = None,
    reasons: bool = False,
) -> ModelInfo:
    listed = prices.context_window(name, config.kind, base_url=address_of(config))
    return ModelInfo(
        ref=ModelRef(provider=config.id, model=name),
        label=label or name,
        context_window=config.context_window or window or listed,
        supports_reasoning=reasons,
    )


async def _openai(config: ProviderConfig, reader: Reader) -> tuple[ModelInfo, ...]:
    reply = await reader.get(f"{address_of(config)}/models")
    # Gateways add the window under one of these names; OpenAI itself says nothing.
    rows = [(row["id"], _count(row, "context_length", "max_model_len")) for row in reply["data"]]
    return await asyncio.to_thread(
        lambda: tuple(_info(config, name, window=window) for name, window in rows)
    )


async def _anthropic(config: ProviderConfig, reader: Reader) -> tuple[ModelInfo, ...]:
    rows: list[Any] = []
    params = {"limit": "1000"}
    for _ in range(_MOST_PAGES):
        reply = await reader.get(f"{address_of(config)}/v1/models", **params)
        rows += reply["data"]
        if not reply.get("has_more"):
            break
        params["after_id"] = reply["last_id"]
    return await asyncio.to_thread(
        lambda: tuple(
            _info(
                config,
                row["id"],
                label=row.get("display_name", ""),
                window=_count(row, "max_input_tokens"),
                reasons=_can(row, "thinking"),
            )
            for row in rows
        )
    )


async def _google(config: ProviderConfig, reader: Reader) -> tuple[ModelInfo, ...]:
    rows: list[Any] = []
    params = {"pageSize": "1000"}
    for _ in range(_MOST_PAGES):
        reply = await reader.get(f"{address_of(config)}/v1beta/models", **params)
        rows += reply["models"]
        if not reply.get("nextPageToken"):
            break
        params["pageToken"] = reply["nextPageToken"]
    talking = [
        row for row in rows if "generateContent" in row.get("supportedGenerationMethods", ())
    ]
    return await asyncio.to_thread(
        lambda: tuple(
            _info(
                config,
                row["name"].removeprefix("models/"),
                label=row.get("displayName", ""),
                window=_count(row, "inputTokenLimit"),
                reasons=row.get("thinking") is True,
            )
            for row in talking
        )
    )


async def _ollama(config: ProviderConfig, reader: Reader) -> tuple[ModelInfo, ...]:
    root = root_of(config)
    names = [row["name"] for row in (await reader.get(f"{root}/api/tags"))["models"]]
    few = asyncio.Semaphore(_AT_ONCE)

    async def describe(name: str) -> ModelInfo | None:
        try:
            async with few:
                shown = await reader.post(f"{root}/api/show", {"model": name})
        except ModelCallError:
            shown = {}  # the list is worth showing without this model's window
        able = shown.get("capabilities", ["completion"])
        if "completion" not in able:
            return None
        details = shown.get("model_info", {})
        windows = [n for key, n in details.items() if key.endswith(".context_length")]
        window = windows[0] if windows and isinstance(windows[0], int) else None
        return _info(config, name, window=window, reasons="thinking" in able)

    found = await asyncio.gather(*(describe(name) for name in names))
    return tuple(info for info in found if info is not None)


async def _lm_studio(config: ProviderConfig, reader: Reader) -> tuple[ModelInfo, ...]:
    try:
        reply = await reader.get(f"{root_of(config)}/api/v0/models")
        rows = [row for row in reply["data"] if row.get("type") in {"llm", "vlm"}]
    except ModelCallError as error:
        if error.fault is not CallFault.BAD_REPLY:
            raise
        return await _openai(config, reader)  # an older server without its own interface
    return tuple(
        _info(
            config,
            row["id"],
            window=_count(row, "loaded_context_length", "max_context_length"),
        )
        for row in rows
    )


async def _llama_cpp(config: ProviderConfig, reader: Reader) -> tuple[ModelInfo, ...]:
    reply = await reader.get(f"{address_of(config)}/models")
    try:
        settings = (await reader.get(f"{root_of(config)}/props"))["default_generation_settings"]
    except (ModelCallError, KeyError):
        settings = {}
    # The size it was started with, not the one the model was trained with, is what fits.
    window = _count(settings, "n_ctx")
    return tuple(
        _info(config, row["id"], window=window or _count(row.get("meta") or {}, "n_ctx_train"))
        for row in reply["data"]
    )


def _count(row: Mapping[str, Any], *names: str) -> int | None:
    for name in names:
        value = row.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return value
    return None


def _can(row: Mapping[str, Any], ability: str) -> bool:
    stated = (row.get("capabilities") or {}).get(ability)
    return isinstance(stated, Mapping) and stated.get("supported") is True


_ASK: dict[ProviderKind, Callable[[ProviderConfig, Reader], Awaitable[tuple[ModelInfo, ...]]]] = {
    ProviderKind.ANTHROPIC: _anthropic,
    ProviderKind.GOOGLE: _google,
    ProviderKind.OLLAMA: _ollama,
    ProviderKind.LM_STUDIO: _lm_studio,
    ProviderKind.LLAMA_CPP: _llama_cpp,
}
