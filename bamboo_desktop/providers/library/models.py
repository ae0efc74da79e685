"""The library's models and clients for each of our kinds; called in a thread, imports included."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import httpx2
from pydantic_ai.models import Model
from pydantic_ai.settings import ModelSettings

from bamboo_desktop.domain.model import ProviderConfig, ProviderKind, ReasoningEffort
from bamboo_desktop.providers import prices
from bamboo_desktop.providers.addresses import address_of, is_loopback
from bamboo_desktop.providers.library.history import History
from bamboo_desktop.providers.library.stamp import Stamp
from bamboo_desktop.providers.library.transport import open_client

if TYPE_CHECKING:
    from pydantic_ai.providers import Provider

_NO_KEY_NEEDED = "no-key-needed"
_NO_TIMEOUT = httpx2.Timeout(None)


@dataclass(kw_only=True)
class Backend:
    """One provider under one key: its HTTP client, and its models as they are asked for.

    `unsummarised` are the models whose thinking this account may not see summed up.
    """

    config: ProviderConfig
    key: str = field(repr=False)
    address: str
    client: httpx2.AsyncClient
    provider: Provider[Any]
    unsummarised: set[str] = field(default_factory=set)
    _models: dict[str, tuple[Model[Any], History]] = field(default_factory=dict)

    def model(self, name: str) -> tuple[Model[Any], History]:
        """The library's model of that name, with what it has read of histories."""
        if name not in self._models:
            stamp = Stamp.of(self.config.kind, self.config.id, name)
            history = History(stamp=stamp, maker=self.provider.name)
            self._models[name] = (_model(self.config.kind, name, self.provider), history)
        return self._models[name]


def connect(config: ProviderConfig, key: str, model: str) -> Backend:
    """Open a back end and build its first model. Takes seconds the first time.

    Raises:
        InvalidInputError: the address cannot be used.
    """
    address = address_of(config)
    client = open_client(is_loopback=is_loopback(address))
    provider = _provider(config, address, key or _NO_KEY_NEEDED, client)
    backend = Backend(config=config, key=key, address=address, client=client, provider=provider)
    backend.model(model)
    prices.warm()
    return backend


def settings(
    kind: ProviderKind, effort: ReasoningEffort | None, *, with_summary: bool
) -> ModelSettings:
    """What every call of a kind asks for besides its messages and tools."""
    chosen: dict[str, Any] = {"max_retries": 0}
    if effort is not None:
        chosen["thinking"] = effort.value
    if kind is ProviderKind.ANTHROPIC:
        chosen["cache"] = True
    if kind is ProviderKind.OPENAI_RESPONSES:
        # The conversation is kept here and sent whole; the server need not keep a copy.
        chosen["openai_store"] = False
        if effort is not None and with_summary:
            chosen["openai_reasoning_summary"] = "auto"
    return cast("ModelSettings", chosen)


def _provider(
    config: ProviderConfig, address: str, key: str, client: httpx2.AsyncClient
) -> Provider[Any]:
    if config.kind is ProviderKind.ANTHROPIC:
        return _anthropic(address, key, client)
    if config.kind is ProviderKind.GOOGLE:
        return _google(address, key, client)
    return _openai(config, address, key, client)


def _anthropic(address: str, key: str, client: httpx2.AsyncClient) -> Provider[Any]:
    from anthropic import AsyncAnthropic
    from pydantic_ai.providers.anthropic import AnthropicProvider

    sdk = AsyncAnthropic(
        api_key=key, base_url=address, http_client=client, max_retries=0, timeout=_NO_TIMEOUT
    )
    return AnthropicProvider(anthropic_client=sdk)


def _google(address: str, key: str, client: httpx2.AsyncClient) -> Provider[Any]:
    from pydantic_ai.providers.google import GoogleProvider

    provider = GoogleProvider(api_key=key, base_url=address, http_client=client)
    # The HTTP client is ours to close. The SDK's finalisers would start tasks that nobody owns on
    # whatever loop runs when they are collected; without a coroutine they give up quietly.
    for part in (provider.client.aio, provider.client.aio._api_client):  # noqa: SLF001
        part.aclose = _nothing  # type: ignore[method-assign]
    return provider


def _nothing() -> Any:
    return None


def _openai(
    config: ProviderConfig, address: str, key: str, client: httpx2.AsyncClient
) -> Provider[Any]:
    from openai import AsyncOpenAI
    from pydantic_ai.providers.ollama import OllamaProvider
    from pydantic_ai.providers.openai import OpenAIProvider
    from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

    sdk = AsyncOpenAI(
        api_key=key, base_url=address, http_client=client, max_retries=0, timeout=_NO_TIMEOUT
    )
    if config.kind in {ProviderKind.OPENAI_CHAT, ProviderKind.OPENAI_RESPONSES}:
        return OpenAIProvider(openai_client=sdk)
    if config.kind is ProviderKind.OLLAMA:
        return OllamaProvider(openai_client=sdk)
    return OpenAICompatibleProvider(config.id, openai_client=sdk)


def _model(kind: ProviderKind, name: str, provider: Provider[Any]) -> Model[Any]:
    if kind is ProviderKind.ANTHROPIC:
        from pydantic_ai.models.anthropic import AnthropicModel

        return AnthropicModel(name, provider=provider)
    if kind is ProviderKind.GOOGLE:
        from pydantic_ai.models.google import GoogleModel

        return GoogleModel(name, provider=provider)
    from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel

    if kind is ProviderKind.OPENAI_RESPONSES:
        return OpenAIResponsesModel(name, provider=provider)
    return OpenAIChatModel(name, provider=provider)
