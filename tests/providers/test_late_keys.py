"""The keyring is looked for once, and only when somebody needs it."""

from __future__ import annotations

import asyncio

from bamboo_desktop.domain.ids import ProviderId
from bamboo_desktop.providers.keys import KeyStore, MemoryKeys, SecretSink
from bamboo_desktop.providers.late_keys import LateKeyStore

OPENAI = ProviderId("openai")


class Finder:
    """Finds a store in memory and counts how often it was asked to."""

    def __init__(self) -> None:
        self.times = 0
        self.sink: SecretSink | None = None

    async def __call__(self, *, on_secret: SecretSink | None) -> KeyStore:
        self.times += 1
        self.sink = on_secret
        await asyncio.sleep(0)
        return MemoryKeys(reason="No keyring here.", on_secret=on_secret)


async def test_nothing_is_looked_for_or_said_until_a_key_is_needed() -> None:
    finder = Finder()
    keys = LateKeyStore(find=finder)
    assert (keys.is_persistent, keys.reason, finder.times) == (True, "", 0)
    assert await keys.get(OPENAI) is None
    assert (keys.is_persistent, keys.reason, finder.times) == (False, "No keyring here.", 1)


async def test_two_that_need_it_at_once_share_one_store() -> None:
    finder, seen = Finder(), list[str]()
    keys = LateKeyStore(find=finder, on_secret=seen.append)
    await asyncio.gather(keys.set(OPENAI, "sk-one"), keys.get(ProviderId("other")), keys.look())
    assert finder.times == 1
    assert await keys.get(OPENAI) == "sk-one"
    assert seen == ["sk-one"]
    await keys.delete(OPENAI)
    assert await keys.get(OPENAI) is None
