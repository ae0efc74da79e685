"""The providers in use: built once per configuration, closed when replaced."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from types import ModuleType

from bamboo_desktop.clock import Clock
from bamboo_desktop.domain.errors import NotFoundError
from bamboo_desktop.domain.ids import ProviderId
from bamboo_desktop.domain.model import ProviderConfig, ProviderKind
from bamboo_desktop.identifiers import IdSource
from bamboo_desktop.late import late_import
from bamboo_desktop.providers.keys import KeyStore
from bamboo_desktop.providers.library_provider import LibraryProvider
from bamboo_desktop.providers.local_ports import LocalPorts
from bamboo_desktop.providers.port import Provider
from bamboo_desktop.providers.watchdog import StallLimits
from bamboo_desktop.tasks import TaskSet

_LOG = logging.getLogger(__name__)

Builder = Callable[[ProviderConfig], Provider]


class ProviderRegistry:
    """Hands out the provider of a configuration.

    Args:
        keys: where keys come from; a changed key takes effect with the next call.
        clock: for stall limits and Retry-After dates.
        ids: for tool calls whose server gave them no id.
        limits: how long a server may be silent.
        builders: providers of other kinds, or in place of the library's (playbooks, tests).
        ports: where local servers are looked for; the usual ports if None.
    """

    def __init__(
        self,
        *,
        keys: KeyStore,
        clock: Clock,
        ids: IdSource,
        limits: StallLimits | None = None,
        builders: Mapping[ProviderKind, Builder] | None = None,
        ports: LocalPorts | None = None,
    ) -> None:
        self._keys = keys
        self._clock = clock
        self._ids = ids
        self._limits = limits or StallLimits()
        self._builders = dict(builders or {})
        self._ports = ports
        self._providers: dict[ProviderId, tuple[ProviderConfig, Provider]] = {}
        self._apart: list[Provider] = []
        self._tasks = TaskSet("providers", _report)
        self._discovery: ModuleType | None = None

    def provider(self, config: ProviderConfig) -> Provider:
        """The provider of a configuration; a changed configuration replaces the former one.

        Calls under way on a replaced provider go on to their end.

        Raises:
            NotFoundError: no provider of that kind can be built.
        """
        known = self._providers.get(config.id)
        if known is not None and known[0] == config:
            return known[1]
        provider = self._build(config, self._keys)
        self.forget(config.id)
        self._providers[config.id] = (config, provider)
        return provider

    def apart(self, config: ProviderConfig, keys: KeyStore) -> Provider:
        """A provider of its own with keys of its own, until it is handed back to `leave`.

        Raises:
            NotFoundError: no provider of that kind can be built.
        """
        provider = self._build(config, keys)
        self._apart.append(provider)
        return provider

    def leave(self, provider: Provider) -> None:
        """Close a provider of `apart` and forget it."""
        if provider in self._apart:
            self._apart.remove(provider)
            self._tasks.spawn(provider.aclose(), name="close a provider with a key of its own")

    def forget(self, provider_id: ProviderId) -> None:
        """Close the provider of a configuration that was deleted or changed."""
        known = self._providers.pop(provider_id, None)
        if known is not None:
            self._tasks.spawn(known[1].aclose(), name=f"close provider {provider_id}")

    async def discover_local(self) -> tuple[ProviderConfig, ...]:
        """The model servers that answer on this machine, ready to be saved."""
        ports = await (self._ports or LocalPorts()).open_ones()
        if not ports.ports:
            return ()
        if self._discovery is None:
            (self._discovery,) = await late_import("bamboo_desktop.providers.discovery")
        found: tuple[ProviderConfig, ...] = await self._discovery.discover(ports)
        return found

    async def aclose(self) -> None:
        """Close all connections, each also after one that failed; safe to call twice."""
        providers = [*(provider for _, provider in self._providers.values()), *self._apart]
        self._providers.clear()
        self._apart.clear()
        closing = [
            self._tasks.spawn(provider.aclose(), name="close a provider") for provider in providers
        ]
        if closing:
            await asyncio.wait(closing)
        await self._tasks.close()

    def _build(self, config: ProviderConfig, keys: KeyStore) -> Provider:
        builder = self._builders.get(config.kind)
        if builder is not None:
            return builder(config)
        if config.kind is ProviderKind.PLAYBOOK:
            raise NotFoundError("Playbooks cannot be played here.")
        return LibraryProvider(
            config,
            keys=keys,
            clock=self._clock,
            ids=self._ids,
            tasks=self._tasks,
            limits=self._limits,
        )


def _report(name: str, error: BaseException) -> None:
    _LOG.error("%s failed", name, exc_info=error)
