"""Model servers on this machine, found on their usual ports and known by what they answer."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from bamboo_desktop.domain.ids import ProviderId
from bamboo_desktop.domain.model import ProviderConfig, ProviderKind
from bamboo_desktop.providers.local_ports import LocalPorts

_TIMEOUT = httpx.Timeout(1.5, connect=0.7)
_LABELS = {
    ProviderKind.OLLAMA: "Ollama",
    ProviderKind.LM_STUDIO: "LM Studio",
    ProviderKind.LLAMA_CPP: "llama.cpp",
}


async def discover(where: LocalPorts) -> tuple[ProviderConfig, ...]:
    """A configuration for each local server that answers and is what its port suggests."""
    async with httpx.AsyncClient(timeout=_TIMEOUT, trust_env=False) as client:
        found = await asyncio.gather(
            *(_look(client, kind, port) for kind, port in where.ports.items())
        )
    return tuple(config for config in found if config is not None)


async def _look(client: httpx.AsyncClient, kind: ProviderKind, port: int) -> ProviderConfig | None:
    root = f"http://127.0.0.1:{port}"
    try:
        models = await _CHECKS[kind](client, root)
    except (httpx.HTTPError, OSError, ValueError, KeyError, TypeError, AttributeError):
        return None  # nothing there, or something else
    if models is None:
        return None
    return ProviderConfig(
        id=ProviderId(kind.value),
        kind=kind,
        label=_LABELS[kind],
        base_url=f"{root}/v1",
        default_model=models[0] if models else "",
    )


async def _json(client: httpx.AsyncClient, url: str) -> Any:
    response = await client.get(url)
    response.raise_for_status()
    return response.json()


async def _is_ollama(client: httpx.AsyncClient, root: str) -> list[str] | None:
    if not isinstance((await _json(client, f"{root}/api/version"))["version"], str):
        return None
    return [str(row["name"]) for row in (await _json(client, f"{root}/api/tags"))["models"]]


async def _is_lm_studio(client: httpx.AsyncClient, root: str) -> list[str] | None:
    # Its own interface tells it from any other server with the same wire format.
    rows = (await _json(client, f"{root}/api/v0/models"))["data"]
    talking = [row for row in rows if row.get("type") in {"llm", "vlm"}]
    talking.sort(key=lambda row: row.get("state") != "loaded")
    return [str(row["id"]) for row in talking]


async def _is_llama_cpp(client: httpx.AsyncClient, root: str) -> list[str] | None:
    rows = (await _json(client, f"{root}/v1/models"))["data"]
    if not any(row.get("owned_by") == "llamacpp" for row in rows):
        return None
    return [str(row["id"]) for row in rows]


_CHECKS = {
    ProviderKind.OLLAMA: _is_ollama,
    ProviderKind.LM_STUDIO: _is_lm_studio,
    ProviderKind.LLAMA_CPP: _is_llama_cpp,
}
