"""Models: the providers a person has set up, their keys, and the way to a model."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from bamboo_desktop.domain.errors import InvalidInputError, NotFoundError, UserError
from bamboo_desktop.domain.ids import ProviderId, QueuedId, RunId, SessionId
from bamboo_desktop.domain.model import (
    PLAYBOOK_PROVIDER,
    ModelInfo,
    ModelRef,
    ProviderConfig,
    ProviderKind,
)
from bamboo_desktop.engine.lent_keys import LentKeys
from bamboo_desktop.engine.playbook_folders import PlaybookFolders, playbook_info
from bamboo_desktop.engine.runs.services import ModelRoute
from bamboo_desktop.engine.runs.snapshot import DEFAULT_MODEL, model_text, parse_model
from bamboo_desktop.providers import prices
from bamboo_desktop.providers.keys import KeyStore
from bamboo_desktop.providers.late_keys import LateKeyStore
from bamboo_desktop.providers.playbook import PlaybookInfo
from bamboo_desktop.providers.port import ModelCallError
from bamboo_desktop.providers.registry import ProviderRegistry
from bamboo_desktop.store import preferences, provider_configs
from bamboo_desktop.store.database import Database

DEFAULT_WINDOW = 128_000
PLAYBOOKS = ProviderConfig(
    id=PLAYBOOK_PROVIDER, kind=ProviderKind.PLAYBOOK, label="Playbooks (no model)"
)


class Models:
    """Providers, keys, models and playbooks."""

    def __init__(
        self,
        database: Database,
        registry: ProviderRegistry,
        keys: KeyStore,
        folders: PlaybookFolders,
        lent: LentKeys,
    ) -> None:
        self._database = database
        self._registry = registry
        self._keys = keys
        self._folders = folders
        self._lent = lent
        self._windows: dict[ModelRef, int] = {}

    async def providers(self) -> tuple[ProviderConfig, ...]:
        """All providers, the playbooks first."""
        stored = await self._database.read(provider_configs.all)
        return (PLAYBOOKS, *(config for config in stored if config.id != PLAYBOOK_PROVIDER))

    async def provider(self, provider_id: ProviderId) -> ProviderConfig:
        """One provider.

        Raises:
            NotFoundError: it is not set up.
        """
        for config in await self.providers():
            if config.id == provider_id:
                return config
        raise NotFoundError(
            f"The provider '{provider_id}' is not set up any more; choose another model, or add "
            "it again in Settings."
        )

    async def save_provider(self, config: ProviderConfig) -> None:
        """Add a provider or change one.

        Raises:
            InvalidInputError: the address or the name cannot be used.
        """
        if config.id == PLAYBOOK_PROVIDER:
            raise InvalidInputError("The playbooks are always there and need no settings.")
        address = config.base_url.strip().rstrip("/")
        if address and not address.startswith(("http://", "https://")):
            raise InvalidInputError(
                f"The address {address!r} has to begin with http:// or https://."
            )
        cleaned = replace(config, base_url=address, label=config.label.strip() or config.id)
        await self._database.write(lambda tx: provider_configs.save(tx, cleaned))

    async def delete_provider(self, provider_id: ProviderId) -> None:
        """Forget a provider and its key."""
        await self._keys.delete(provider_id)
        await self._database.write(lambda tx: provider_configs.delete(tx, provider_id))
        self._registry.forget(provider_id)

    async def set_key(self, provider_id: ProviderId, key: str) -> None:
        """Keep a key in the key store; an empty one is forgotten.

        Raises:
            InvalidInputError: it is a mask, or has characters no key has.
        """
        if key.strip():
            await self._keys.set(provider_id, key)
        else:
            await self._keys.delete(provider_id)

    async def has_key(self, provider_id: ProviderId) -> bool:
        """True when a key is kept."""
        return bool(await self._keys.get(provider_id))

    async def ask_key_store(self) -> str:
        """`key_store_notice`, for sure: the system is asked for its keyring if nobody has yet."""
        if isinstance(self._keys, LateKeyStore):
            await self._keys.look()
        return self.key_store_notice()

    def key_store_notice(self) -> str:
        """Why keys last only as long as the program runs, as far as is known by now.

        Empty when they are kept, and until the first key was asked for.
        """
        return "" if self._keys.is_persistent else self._keys.reason

    async def lend_key(self, session_id: SessionId, provider_id: ProviderId, key: str) -> None:
        """Use a key for the next run of the session and no other; it is never stored.

        Raises:
            InvalidInputError: this cannot be a key.
            NotFoundError: there is no such provider.
        """
        self._lent.lend(session_id, await self.provider(provider_id), key)

    def take_key_back(self, session_id: SessionId) -> None:
        """Forget a lent key that no run has taken up."""
        self._lent.take_back(session_id)

    def keep_key_with(self, session_id: SessionId, queued_id: QueuedId) -> None:
        """A lent key that no run has taken up came with this message, which waits."""
        self._lent.wait_with(session_id, queued_id)

    def message_gone(self, queued_id: QueuedId) -> None:
        """No run will begin with this message: a key that came with it is forgotten."""
        self._lent.message_gone(queued_id)

    async def models(self, provider_id: ProviderId, *, key: str = "") -> tuple[ModelInfo, ...]:
        """The models a provider offers; for the playbooks, the playbooks.

        Args:
            provider_id: which one.
            key: asks with this key instead of the kept one, and forgets it.

        Raises:
            InvalidInputError: this cannot be a key.
            UserError: the provider could not be asked.
        """
        if provider_id == PLAYBOOK_PROVIDER:
            return tuple(
                ModelInfo(
                    ref=ModelRef(provider=PLAYBOOK_PROVIDER, model=str(info.path)),
                    label=info.title,
                )
                for info in await self.playbooks()
            )
        config = await self.provider(provider_id)
        try:
            if key:
                found = await self._lent.models(config, key)
            else:
                found = await self._registry.provider(config).list_models()
        except ModelCallError as error:
            raise UserError(error.sentence, details=error.details) from error
        for info in found:
            if info.context_window:
                self._windows[info.ref] = info.context_window
        return found

    async def test(self, provider_id: ProviderId) -> str:
        """Ask the provider for its models; a sentence that says how many answered.

        Raises:
            UserError: it could not be asked.
        """
        found = await self.models(provider_id)
        return f"It works: {len(found)} models." if len(found) != 1 else "It works: 1 model."

    async def discover_local(self) -> tuple[ProviderConfig, ...]:
        """The model servers that answer on this machine, on their usual ports."""
        return await self._registry.discover_local()

    async def default_model(self) -> ModelRef | None:
        """The model of sessions that name none."""
        return parse_model(await self._database.read(lambda tx: preferences.get(tx, DEFAULT_MODEL)))

    async def set_default_model(self, ref: ModelRef | None) -> None:
        """Choose the model of sessions that name none."""
        text = None if ref is None else model_text(ref)
        await self._database.write(lambda tx: preferences.put(tx, DEFAULT_MODEL, text))

    async def playbooks(self) -> tuple[PlaybookInfo, ...]:
        """The playbooks that can be played: the person's own, then the shipped ones."""
        return await asyncio.to_thread(self._folders.listed)

    async def check_playbook(self, path: Path) -> PlaybookInfo:
        """Look whether a file is a playbook.

        Raises:
            UserError: it is not; the sentence names the line.
        """
        return await asyncio.to_thread(playbook_info, path)

    async def route(self, ref: ModelRef, run_id: RunId) -> ModelRoute:
        """The way to a model, for one run: a key that was lent for it goes with it.

        Raises:
            UserError: its provider is not set up, or switched off.
        """
        config = await self.provider(ref.provider)
        if not config.is_enabled:
            raise UserError(
                f"{config.label} is switched off; switch it on in Settings or choose another model."
            )
        provider = self._lent.provider(run_id, config) or self._registry.provider(config)
        # The price list takes half a second to load when it is first asked.
        window = await asyncio.to_thread(self._window, config, ref)
        return ModelRoute(provider=provider, config=config, window=window)

    def _window(self, config: ProviderConfig, ref: ModelRef) -> int:
        if config.kind is ProviderKind.PLAYBOOK:
            return 0
        known = (
            config.context_window
            or self._windows.get(ref)
            or prices.context_window(ref.model, config.kind, base_url=config.base_url)
        )
        return known or DEFAULT_WINDOW
