"""An open database for the tests of the store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bamboo_desktop.store import disk, sessions
from tests.sim import SimClock
from tests.store.making import World, a_session, opened


@pytest.fixture(autouse=True)
def roomy_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the machine's disk is like is no matter of these tests; `test_disk` has its own."""
    monkeypatch.setattr(disk, "notices", lambda _path: ())


@pytest.fixture
def clock() -> SimClock:
    return SimClock()


@pytest.fixture
async def world(data_dir: Path, clock: SimClock) -> AsyncIterator[World]:
    """A fresh database that holds one session, with nothing published yet."""
    async with opened(data_dir, clock=clock) as world:
        await world.db.write(lambda tx: sessions.insert(tx, a_session()))
        world.published.clear()
        world.batches.clear()
        yield world
