"""Keys in the keyring of the operating system, through back ends that are one and no other."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from typing_extensions import override

from bamboo_desktop.domain.ids import ProviderId
from bamboo_desktop.providers.keys import (
    KeyStore,
    KeyStoreError,
    MemoryKeys,
    SecretSink,
    clean_key,
)

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

SERVICE = "Bamboo Desktop"
# Long enough for a person to type the password that unlocks the keyring.
_CALL_SECONDS = 90.0
_OPEN_SECONDS = 10.0
_NO_KEYRING = (
    "This system offers no keyring, so keys are kept in memory and are gone when you quit: "
    "install one (for instance gnome-keyring or KWallet) to keep them."
)
_SILENT_KEYRING = (
    "The system's keyring does not answer, so keys are kept in memory and are gone when you quit."
)
# By class, not by priority or by the user's keyring file: those also offer plain-text files.
_ACCEPTED = frozenset(
    {
        ("keyring.backends.macOS", "Keyring"),
        ("keyring.backends.Windows", "WinVaultKeyring"),
        ("keyring.backends.SecretService", "Keyring"),
        ("keyring.backends.libsecret", "Keyring"),
        ("keyring.backends.kwallet", "DBusKeyring"),
        ("keyring.backends.kwallet", "DBusKeyringKWallet4"),
    }
)


class KeyringStore:
    """Keys in the system's keyring; what was read once is remembered for this session."""

    def __init__(
        self,
        backend: KeyringBackend,
        *,
        on_secret: SecretSink | None = None,
        seconds: float = _CALL_SECONDS,
    ) -> None:
        self._backend = backend
        self._on_secret = on_secret
        self._seconds = seconds
        self._known: dict[ProviderId, str | None] = {}

    @override
    def __repr__(self) -> str:
        return f"<KeyringStore in {type(self._backend).__module__}>"

    @property
    def is_persistent(self) -> bool:
        """True: the system keeps the keys."""
        return True

    @property
    def reason(self) -> str:
        """Empty: there is nothing to warn of."""
        return ""

    async def get(self, provider_id: ProviderId) -> str | None:
        """The key, or None.

        Raises:
            KeyStoreError: the keyring is locked or silent.
        """
        if provider_id not in self._known:
            key = await self._ask(lambda: self._backend.get_password(SERVICE, provider_id))
            self._note(key)
            self._known[provider_id] = key
        return self._known[provider_id]

    async def set(self, provider_id: ProviderId, key: str) -> None:
        """Keep a key in place of the former one.

        Raises:
            InvalidInputError: this cannot be a key.
            KeyStoreError: the keyring is locked or silent.
        """
        cleaned = clean_key(key)
        self._note(cleaned)
        await self._ask(lambda: self._backend.set_password(SERVICE, provider_id, cleaned))
        self._known[provider_id] = cleaned

    async def delete(self, provider_id: ProviderId) -> None:
        """Forget a key; nothing happens when there is none.

        Raises:
            KeyStoreError: the keyring is locked or silent.
        """
        if await self.get(provider_id) is not None:
            await self._ask(lambda: self._backend.delete_password(SERVICE, provider_id))
        self._known[provider_id] = None

    def _note(self, key: str | None) -> None:
        if key and self._on_secret is not None:
            self._on_secret(key)

    async def _ask(self, call: Callable[[], T]) -> T:
        try:
            return await _in_daemon_thread(call, seconds=self._seconds)
        except TimeoutError:
            raise KeyStoreError(
                "The system's keyring did not answer: unlock it and try again."
            ) from None
        except Exception as error:  # noqa: BLE001 - see below
            # Back ends raise whatever their bus or system call raises; the chain is cut, since
            # such errors may carry the key among their arguments.
            raise KeyStoreError(
                "The system's keyring refused: unlock it and try again.",
                details=type(error).__name__,
            ) from None


async def open_key_store(
    *, on_secret: SecretSink | None = None, seconds: float = _OPEN_SECONDS
) -> KeyStore:
    """The system's keyring if it has an accepted one that answers, else memory with a reason."""
    try:
        backend = await _in_daemon_thread(_best_backend, seconds=seconds)
    except TimeoutError:
        return MemoryKeys(reason=_SILENT_KEYRING, on_secret=on_secret)
    if backend is None:
        return MemoryKeys(reason=_NO_KEYRING, on_secret=on_secret)
    return KeyringStore(backend, on_secret=on_secret)


def is_accepted(backend: object) -> bool:
    """True for the keyrings of the operating systems themselves."""
    kind = type(backend)
    return (kind.__module__, kind.__qualname__) in _ACCEPTED


def _best_backend() -> KeyringBackend | None:
    from keyring.backend import by_priority, get_all_keyring

    usable = [backend for backend in get_all_keyring() if is_accepted(backend)]
    return max(usable, key=by_priority, default=None)


async def _in_daemon_thread(call: Callable[[], T], *, seconds: float) -> T:
    """Run a blocking call; one that never returns holds up neither the loop nor the quitting."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: Exception | None) -> None:
        if done.done():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type]

    def work() -> None:
        result: T | None = None
        error: Exception | None = None
        try:
            result = call()
        except Exception as caught:  # noqa: BLE001 - handed to the caller as it is
            error = caught
        # The loop may have been closed while the keyring waited for a password.
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=work, name="keyring", daemon=True).start()
    async with asyncio.timeout(seconds):
        return await done
