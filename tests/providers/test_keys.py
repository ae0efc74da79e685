"""Keys: what is one, where it lives, and where it never shows."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from keyring.backend import KeyringBackend
from typing_extensions import override

from bamboo_desktop.domain.errors import InvalidInputError
from bamboo_desktop.domain.ids import ProviderId
from bamboo_desktop.domain.model import ProviderConfig, ProviderKind
from bamboo_desktop.engine import EngineOptions
from bamboo_desktop.providers import keyring_store
from bamboo_desktop.providers.keyring_store import KeyringStore, is_accepted, open_key_store
from bamboo_desktop.providers.keys import KeyStoreError, MemoryKeys, clean_key
from bamboo_desktop.providers.library.models import Backend
from bamboo_desktop.providers.sentences import Where

ID = ProviderId("p")


class Cupboard(KeyringBackend):
    """A keyring in memory."""

    priority = 9

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], str] = {}
        self.threads: set[int] = set()
        self.error: Exception | None = None
        self.gate = threading.Event()
        self.gate.set()

    def _enter(self) -> None:
        self.threads.add(threading.get_ident())
        self.gate.wait(20)
        if self.error is not None:
            raise self.error

    @override
    def get_password(self, service: str, username: str) -> str | None:
        self._enter()
        return self.held.get((service, username))

    @override
    def set_password(self, service: str, username: str, password: str) -> None:
        self._enter()
        self.held[service, username] = password

    @override
    def delete_password(self, service: str, username: str) -> None:
        self._enter()
        del self.held[service, username]


@pytest.fixture
def all_keyrings(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Sets which back ends the system offers."""

    def offer(*backends: object) -> None:
        monkeypatch.setattr("keyring.backend.get_all_keyring", lambda: list(backends))

    return offer  # type: ignore[return-value]


@pytest.mark.parametrize("text", ["  sk-abc123 ", "sk-abc123\n", "\tsk-abc123"])
def test_the_blanks_that_copying_adds_are_taken_off(text: str) -> None:
    assert clean_key(text) == "sk-abc123"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "****",
        "...",
        "\u2022\u2022\u2022\u2022",
        "sk abc",
        "sk-\x00abc",
        "kl\u00fcssel",
        "a\nb",
        "x" * 9000,
    ],
)
def test_what_cannot_be_a_key_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        clean_key(text)
    assert caught.value.sentence.endswith((".", "again."))
    assert text.strip() == "" or text not in caught.value.sentence


def test_what_carries_a_key_does_not_show_it() -> None:
    where = Where(label="A", address="https://example.org", key="sk-one")
    backend = Backend(
        config=ProviderConfig(id=ID, kind=ProviderKind.OPENAI_CHAT, label="A"),
        key="sk-one",
        address="",
        client=cast("Any", None),
        provider=cast("Any", None),
    )
    options = EngineOptions(data_dir=Path(), on_bug=print, environ={"A_KEY": "sk-one"})
    for carrier in (where, backend, options):
        assert "sk-one" not in repr(carrier)


async def test_keys_in_memory_say_that_they_will_be_gone() -> None:
    seen: list[str] = []
    keys = MemoryKeys(on_secret=seen.append)
    await keys.set(ID, " sk-one ")
    assert await keys.get(ID) == "sk-one"
    assert (keys.is_persistent, seen) == (False, ["sk-one"])
    assert "quit" in keys.reason
    assert "sk-one" not in repr(keys)
    await keys.delete(ID)
    await keys.delete(ID)
    assert await keys.get(ID) is None


async def test_the_keyring_is_asked_in_a_thread_of_its_own_and_once_per_key() -> None:
    cupboard = Cupboard()
    cupboard.held["Bamboo Desktop", ID] = "sk-kept"
    seen: list[str] = []
    keys = KeyringStore(cupboard, on_secret=seen.append)
    assert await keys.get(ID) == "sk-kept"
    cupboard.held.clear()
    assert await keys.get(ID) == "sk-kept"
    assert seen == ["sk-kept"]
    assert threading.get_ident() not in cupboard.threads


async def test_a_key_set_and_deleted_is_gone_from_the_keyring() -> None:
    cupboard = Cupboard()
    keys = KeyringStore(cupboard)
    await keys.set(ID, "sk-new")
    assert list(cupboard.held.values()) == ["sk-new"]
    await keys.delete(ID)
    await keys.delete(ID)
    assert cupboard.held == {}
    assert await keys.get(ID) is None
    assert (keys.is_persistent, keys.reason) == (True, "")


async def test_a_keyring_that_refuses_is_a_sentence_without_the_key() -> None:
    cupboard = Cupboard()
    cupboard.error = RuntimeError("cannot store sk-secret-1")
    with pytest.raises(KeyStoreError) as caught:
        await KeyringStore(cupboard).set(ID, "sk-secret-1")
    assert "sk-secret-1" not in caught.value.sentence + caught.value.details
    assert caught.value.__suppress_context__


async def test_a_keyring_that_never_answers_holds_up_nothing() -> None:
    cupboard = Cupboard()
    cupboard.gate.clear()
    with pytest.raises(KeyStoreError, match="did not answer"):
        await KeyringStore(cupboard, seconds=0.01).get(ID)
    cupboard.gate.set()


async def test_only_keyrings_of_the_system_are_accepted(all_keyrings: Any) -> None:
    from keyring.backends import SecretService, chainer, fail, kwallet, libsecret, null

    real: list[Any] = [
        SecretService.Keyring,
        libsecret.Keyring,
        kwallet.DBusKeyring,
        kwallet.DBusKeyringKWallet4,
    ]
    other: list[Any] = [chainer.ChainerBackend, fail.Keyring, null.Keyring, Cupboard, object]
    accepted = [kind() for kind in real]
    refused = [kind() for kind in other]
    assert all(map(is_accepted, accepted))
    assert not any(map(is_accepted, refused))
    all_keyrings(*refused)
    keys = await open_key_store()
    assert isinstance(keys, MemoryKeys)
    assert "no keyring" in keys.reason


async def test_a_real_keyring_is_taken(all_keyrings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        keyring_store, "_ACCEPTED", frozenset({(Cupboard.__module__, Cupboard.__qualname__)})
    )
    all_keyrings(Cupboard())
    keys = await open_key_store()
    assert isinstance(keys, KeyringStore)


async def test_a_system_bus_that_hangs_leaves_keys_in_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gate = threading.Event()
    monkeypatch.setattr("keyring.backend.get_all_keyring", lambda: gate.wait(20) and [])
    keys = await open_key_store(seconds=0.01)
    gate.set()
    assert "does not answer" in keys.reason
