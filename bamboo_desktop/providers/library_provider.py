"""The provider for every kind that the model library speaks; light until its first call."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

from bamboo_desktop.clock import Clock
from bamboo_desktop.domain.errors import InvalidInputError
from bamboo_desktop.domain.model import ModelInfo, ProviderConfig, ProviderKind
from bamboo_desktop.identifiers import IdSource
from bamboo_desktop.late import late_import
from bamboo_desktop.providers.addresses import address_of
from bamboo_desktop.providers.keys import KeyStore
from bamboo_desktop.providers.port import (
    CallFault,
    ModelCallError,
    ModelDelta,
    ModelRequest,
)
from bamboo_desktop.providers.sentences import Reason, Where
from bamboo_desktop.providers.watchdog import StallLimits, StallWatchdog
from bamboo_desktop.tasks import TaskSet

if TYPE_CHECKING:
    from bamboo_desktop.providers.library.models import Backend
    from bamboo_desktop.providers.library.transport import Wiretap

_PACKAGE = "bamboo_desktop.providers.library"
_PRICES = "genai_prices.data_snapshot"
_OPENAI = (
    "pydantic_ai.models.openai",
    "pydantic_ai.providers.ollama",
    "pydantic_ai.providers.openai",
    "pydantic_ai.providers.openai_compatible",
)
_SDKS = {
    ProviderKind.ANTHROPIC: (
        "pydantic_ai.models.anthropic",
        "pydantic_ai.providers.anthropic",
    ),
    ProviderKind.GOOGLE: ("pydantic_ai.models.google", "pydantic_ai.providers.google"),
}


class _Library(NamedTuple):
    call: ModuleType
    failures: ModuleType
    models: ModuleType
    transport: ModuleType


class LibraryProvider:
    """One configured back end behind the port.

    A changed key opens new connections; those of calls under way end with their calls.
    """

    def __init__(
        self,
        config: ProviderConfig,
        *,
        keys: KeyStore,
        clock: Clock,
        ids: IdSource,
        tasks: TaskSet,
        limits: StallLimits,
    ) -> None:
        self._config = config
        self._keys = keys
        self._clock = clock
        self._ids = ids
        self._tasks = tasks
        self._limits = limits
        self._lock = asyncio.Lock()
        self._backend: Backend | None = None
        self._library: _Library | None = None
        self._catalog: ModuleType | None = None
        self._in_use: dict[int, int] = {}

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelDelta, None]:
        """Call the model; see the port.

        Raises:
            ModelCallError: the call failed, before or in the middle of the answer.
        """
        where = await self._where(request.model.model)
        library = await self._load()
        backend = await self._acquire(library, where)
        watchdog = StallWatchdog(clock=self._clock, limits=self._limits)
        tap = library.transport.Wiretap(watchdog.byte)
        call = library.call.Call(
            request=request,
            backend=backend,
            where=where,
            watchdog=watchdog,
            tap=tap,
            ids=self._ids,
        )
        try:
            async with self._watched(watchdog), aclosing(call.deltas()) as deltas:
                async for delta in deltas:
                    yield delta
        except ModelCallError:
            raise
        except Exception as error:  # noqa: BLE001 - every one is translated
            # The chain is cut: an SDK's error holds the request, and the request holds the key.
            raise self._failure(library, error, where, tap) from None
        finally:
            await self._release(backend)

    async def list_models(self) -> tuple[ModelInfo, ...]:
        """The models on offer.

        Raises:
            ModelCallError: the back end could not be asked.
        """
        where = await self._where("")
        if self._catalog is None:
            (self._catalog,) = await late_import("bamboo_desktop.providers.catalog")
        listed: tuple[ModelInfo, ...] = await self._catalog.list_models(
            self._config, where, now=self._clock.now()
        )
        return listed

    async def aclose(self) -> None:
        """Close connections; those of calls under way are closed when the calls end."""
        async with self._lock:
            backend, self._backend = self._backend, None
            if backend is not None and id(backend) not in self._in_use:
                await backend.client.aclose()

    async def _where(self, model: str) -> Where:
        config = self._config
        try:
            address = address_of(config)
        except InvalidInputError as error:
            raise ModelCallError(CallFault.UNREACHABLE, error.sentence) from None
        key = await self._keys.get(config.id) or ""
        where = Where(
            label=config.label,
            address=address,
            model=model,
            is_local=config.kind.is_local,
            key=key,
        )
        if config.kind.needs_key and not key:
            raise where.failure(CallFault.AUTHENTICATION, Reason.NO_KEY)
        return where

    async def _load(self) -> _Library:
        # Loaded once per provider: each late import freezes what the collector could free.
        if self._library is None:
            os.environ.setdefault("PYDANTIC_AI_NO_BANNER", "1")
            own = (f"{_PACKAGE}.{name}" for name in ("call", "failures", "models", "transport"))
            sdk = _SDKS.get(self._config.kind, _OPENAI)
            call, failures, models, transport, *_ = await late_import(*own, *sdk, _PRICES)
            self._library = _Library(call, failures, models, transport)
        return self._library

    async def _acquire(self, library: _Library, where: Where) -> Backend:
        async with self._lock:
            backend = self._backend
            if backend is None or backend.key != where.key:
                fresh: Backend = await asyncio.to_thread(
                    library.models.connect, self._config, where.key, where.model
                )
                self._backend = fresh
                if backend is not None and id(backend) not in self._in_use:
                    await backend.client.aclose()
                backend = fresh
            self._in_use[id(backend)] = self._in_use.get(id(backend), 0) + 1
            return backend

    async def _release(self, backend: Backend) -> None:
        left = self._in_use.pop(id(backend)) - 1
        if left:
            self._in_use[id(backend)] = left
        elif backend is not self._backend:
            await backend.client.aclose()

    @asynccontextmanager
    async def _watched(self, watchdog: StallWatchdog) -> AsyncGenerator[None, None]:
        watching = self._tasks.spawn(watchdog.watch(), name="stall watchdog")
        try:
            yield
        finally:
            watching.cancel()
            await asyncio.wait((watching,))

    def _failure(
        self, library: _Library, error: Exception, where: Where, tap: Wiretap
    ) -> ModelCallError:
        failure: ModelCallError = library.failures.translate(
            error, where, has_answered=tap.has_answered, now=self._clock.now()
        )
        return failure
