"""PassingKeys: a key for this process only, in front of the system's keyring."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from typing_extensions import override

from bamboo_desktop.domain.ids import ProviderId
from bamboo_desktop.providers.keys import KeyStore, SecretSink, clean_key

OpenStore = Callable[[], Awaitable[KeyStore]]


class PassingKeys:
    """Lent keys live in memory and go nowhere else; all others come from the store behind.

    The store behind is opened with the first key that is not lent: a keyring takes its time.

    Args:
        open_store: opens the store behind.
        on_secret: told of every lent key, so that logs can hide it.
    """

    def __init__(self, open_store: OpenStore, *, on_secret: SecretSink) -> None:
        self._open_store = open_store
        self._on_secret = on_secret
        self._lent: dict[ProviderId, str] = {}
        self._behind: KeyStore | None = None

    @override
    def __repr__(self) -> str:
        return f"<PassingKeys with {len(self._lent)} keys>"

    @property
    def is_persistent(self) -> bool:
        """What the store behind says; True while nobody has needed it."""
        return self._behind is None or self._behind.is_persistent

    @property
    def reason(self) -> str:
        """Why keys are not kept; empty when they are, or while nobody has needed them."""
        return "" if self._behind is None else self._behind.reason

    def lend(self, provider_id: ProviderId, key: str) -> None:
        """Use this key for the provider as long as the process runs.

        Raises:
            InvalidInputError: this cannot be a key.
        """
        cleaned = clean_key(key)
        self._on_secret(cleaned)
        self._lent[provider_id] = cleaned

    async def get(self, provider_id: ProviderId) -> str | None:
        """The key, or None.

        Raises:
            KeyStoreError: the keyring is locked or silent.
        """
        return self._lent.get(provider_id) or await (await self._store()).get(provider_id)

    async def set(self, provider_id: ProviderId, key: str) -> None:
        """Keep a key in the store behind.

        Raises:
            InvalidInputError: this cannot be a key.
            KeyStoreError: the keyring is locked or silent.
        """
        await (await self._store()).set(provider_id, key)

    async def delete(self, provider_id: ProviderId) -> None:
        """Forget a key, lent or kept.

        Raises:
            KeyStoreError: the keyring is locked or silent.
        """
        self._lent.pop(provider_id, None)
        await (await self._store()).delete(provider_id)

    async def _store(self) -> KeyStore:
        if self._behind is None:
            self._behind = await self._open_store()
        return self._behind
