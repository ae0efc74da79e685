"""Reading what nobody owns: no trace is left, and nobody becomes the owner meanwhile."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from bamboo_desktop.domain.errors import InstanceRunningError
from bamboo_desktop.store import sessions
from bamboo_desktop.store.folder import DataFolder
from bamboo_desktop.store.reading import StillDatabase
from tests.sim import SimClock
from tests.store.making import S1, a_session, opened


def lying(place: Path) -> dict[str, tuple[int, bytes]]:
    return {
        str(path.relative_to(place)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in place.rglob("*")
        if path.is_file()
    }


async def left_in_order(place: Path) -> None:
    async with opened(place) as world:
        await world.db.write(lambda tx: sessions.insert(tx, a_session()))


def still(place: Path) -> StillDatabase | None:
    return StillDatabase.open_in_order(place, clock=SimClock())


async def test_what_was_left_in_order_is_read_without_a_trace(data_dir: Path) -> None:
    await left_in_order(data_dir)
    before = lying(data_dir)
    first, second = still(data_dir), still(data_dir)
    assert first is not None
    assert second is not None, "readers do not wait for each other"
    for one in (first, second):
        found = await one.read(lambda tx: sessions.get(tx, S1))
        assert found is not None
    first.close()
    with pytest.raises(InstanceRunningError):
        DataFolder.claim(data_dir)
    second.close()
    DataFolder.claim(data_dir).release()
    after = lying(data_dir)
    assert {name: text for name, text in after.items() if name != "lock"} == {
        name: text for name, text in before.items() if name != "lock"
    }


async def test_who_reads_waits_for_an_owner(data_dir: Path) -> None:
    await left_in_order(data_dir)
    owner = DataFolder.claim(data_dir)
    for open_it in (StillDatabase.open_in_order, StillDatabase.open_as_it_is):
        with pytest.raises(InstanceRunningError):
            open_it(data_dir, clock=SimClock())
    owner.release()


@pytest.mark.parametrize("spoiled", ["mark", "log", "shape", "file", "lock", "plan"])
async def test_what_has_to_be_brought_in_order_first_is_left_to_an_owner(
    data_dir: Path, spoiled: str
) -> None:
    await left_in_order(data_dir)
    database = data_dir / "bamboo.db"
    match spoiled:
        case "mark":
            (data_dir / "clean.json").unlink()
        case "log":
            (data_dir / "bamboo.db-wal").write_bytes(b"something")
        case "shape":
            raw = sqlite3.connect(database)
            raw.execute("PRAGMA user_version=1")
            raw.close()
        case "file":
            database.write_bytes(b"")
        case "lock":
            (data_dir / "lock").unlink()
        case _:
            (data_dir / "restore.json").write_text("{}")
    assert still(data_dir) is None
    DataFolder.claim(data_dir).release()


async def test_a_folder_that_is_not_there_is_not_made(data_dir: Path) -> None:
    assert still(data_dir) is None
    assert not data_dir.exists()
