"""Where keys live: the system's keyring, or the memory of this session; never anywhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from typing_extensions import override

from bamboo_desktop.domain.errors import InvalidInputError, UserError
from bamboo_desktop.domain.ids import ProviderId

SecretSink = Callable[[str], None]
"""Told of every key that passes, so that logs can hide it (`Redactor.add`)."""

_LONGEST_KEY = 8_192
_MASK_CHARACTERS = frozenset("*•●…. ")


class KeyStoreError(UserError):
    """The system's keyring refused, or did not answer in time."""


class KeyStore(Protocol):
    """Keys by provider id."""

    @property
    def is_persistent(self) -> bool:
        """True when keys outlive the program."""
        ...

    @property
    def reason(self) -> str:
        """Why keys are not kept, one sentence for a banner; empty when they are."""
        ...

    async def get(self, provider_id: ProviderId) -> str | None:
        """The key, or None.

        Raises:
            KeyStoreError: the keyring is locked or silent.
        """
        ...

    async def set(self, provider_id: ProviderId, key: str) -> None:
        """Keep a key in place of the former one.

        Raises:
            InvalidInputError: this cannot be a key.
            KeyStoreError: the keyring is locked or silent.
        """
        ...

    async def delete(self, provider_id: ProviderId) -> None:
        """Forget a key; nothing happens when there is none.

        Raises:
            KeyStoreError: the keyring is locked or silent.
        """
        ...


def clean_key(text: str) -> str:
    """A key as it was meant: without the blanks that copying adds.

    Raises:
        InvalidInputError: it is empty, a mask, or holds what no key holds.
    """
    key = text.strip()
    if not key:
        raise InvalidInputError("The key is empty: paste it again.")
    if all(character in _MASK_CHARACTERS for character in key):
        raise InvalidInputError("That is the mask of a key, not the key: paste the key itself.")
    if not key.isascii() or not all(" " < character < "\x7f" for character in key):
        raise InvalidInputError(
            "A key has only plain letters, digits and signs, without spaces or line breaks: "
            "copy it again."
        )
    if len(key) > _LONGEST_KEY:
        raise InvalidInputError("That is too long to be a key: copy only the key itself.")
    return key


class MemoryKeys:
    """Keys that last as long as the program runs.

    Args:
        reason: why the system's keyring is not used, one sentence for a banner.
        on_secret: told of every key.
    """

    def __init__(self, *, reason: str = "", on_secret: SecretSink | None = None) -> None:
        self._keys: dict[ProviderId, str] = {}
        self._reason = reason or "Keys are kept until you quit, then they are gone."
        self._on_secret = on_secret

    @override
    def __repr__(self) -> str:
        return f"<MemoryKeys with {len(self._keys)} keys>"

    @property
    def is_persistent(self) -> bool:
        """False: the keys are gone with the program."""
        return False

    @property
    def reason(self) -> str:
        """Why keys are not kept."""
        return self._reason

    async def get(self, provider_id: ProviderId) -> str | None:
        """The key, or None."""
        return self._keys.get(provider_id)

    async def set(self, provider_id: ProviderId, key: str) -> None:
        """Keep a key in place of the former one.

        Raises:
            InvalidInputError: this cannot be a key.
        """
        cleaned = clean_key(key)
        if self._on_secret is not None:
            self._on_secret(cleaned)
        self._keys[provider_id] = cleaned

    async def delete(self, provider_id: ProviderId) -> None:
        """Forget a key."""
        self._keys.pop(provider_id, None)


class OneKey:
    """One key for whichever provider is asked about, in memory only; nothing else is kept."""

    is_persistent = False
    reason = "The key was lent."

    def __init__(self, key: str) -> None:
        self._key = key

    @override
    def __repr__(self) -> str:
        return "<OneKey>"

    async def get(self, provider_id: ProviderId) -> str | None:  # noqa: ARG002
        """The key."""
        return self._key

    async def set(self, provider_id: ProviderId, key: str) -> None:  # noqa: ARG002
        """Keep another key instead."""
        self._key = clean_key(key)

    async def delete(self, provider_id: ProviderId) -> None:  # noqa: ARG002
        """Forget the key."""
        self._key = ""
