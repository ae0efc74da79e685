"""LateKeyStore: the system's keyring, looked for when a key is first asked for."""

from __future__ import annotations

import asyncio
from typing import Protocol

from typing_extensions import override

from bamboo_desktop.domain.ids import ProviderId
from bamboo_desktop.providers.keyring_store import open_key_store
from bamboo_desktop.providers.keys import KeyStore, SecretSink


class FindStore(Protocol):
    """Finds the key store of this system."""

    async def __call__(self, *, on_secret: SecretSink | None) -> KeyStore:
        """The store, whichever there is."""
        ...


class LateKeyStore:
    """The store that `open_key_store` finds, looked for when a key is first asked for.

    A keyring brings half a hundred modules and the desktop's bus with it; a program that only
    plays playbooks needs neither. Until then nothing is said against the store.

    Args:
        on_secret: told of every key.
        find: finds the store.
    """

    def __init__(
        self,
        *,
        on_secret: SecretSink | None = None,
        find: FindStore = open_key_store,
    ) -> None:
        self._on_secret = on_secret
        self._find = find
        self._found: KeyStore | None = None
        self._looking = asyncio.Lock()

    @override
    def __repr__(self) -> str:
        return f"<LateKeyStore of {self._found}>"

    @property
    def is_persistent(self) -> bool:
        """Whether keys outlive the program, as far as is known."""
        return self._found is None or self._found.is_persistent

    @property
    def reason(self) -> str:
        """Why keys are not kept, once that is known."""
        return "" if self._found is None else self._found.reason

    async def get(self, provider_id: ProviderId) -> str | None:
        """The key, or None.

        Raises:
            KeyStoreError: the keyring is locked or silent.
        """
        return await (await self._store()).get(provider_id)

    async def set(self, provider_id: ProviderId, key: str) -> None:
        """Keep a key in place of the former one.

        Raises:
            InvalidInputError: this cannot be a key.
            KeyStoreError: the keyring is locked or silent.
        """
        await (await self._store()).set(provider_id, key)

    async def delete(self, provider_id: ProviderId) -> None:
        """Forget a key; nothing happens when there is none.

        Raises:
            KeyStoreError: the keyring is locked or silent.
        """
        await (await self._store()).delete(provider_id)

    async def look(self) -> None:
        """Find out which store there is, without asking it for anything."""
        await self._store()

    async def _store(self) -> KeyStore:
        async with self._looking:
            if self._found is None:
                self._found = await self._find(on_secret=self._on_secret)
            return self._found
