"""Damage: noticed, set aside, put right from the newest good copy, and said plainly."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from typing_extensions import override

from bamboo_desktop.domain.errors import NewerDatabaseError, StorageError
from bamboo_desktop.domain.storage import Restored, StartedFresh
from bamboo_desktop.store import backups, events, messages, preferences, recovery, search, sessions
from bamboo_desktop.store.faults import FaultPoints
from bamboo_desktop.store.folder import DataFolder
from bamboo_desktop.store.transaction import Tx
from tests.sim import START, SimClock
from tests.store.making import S1, World, a_message, a_session, an_entry, opened


async def fill(world: World, *, start: int = 0, count: int = 60) -> None:
    def work(tx: Tx) -> None:
        for number in range(start, start + count):
            text = f"message {number} " + "bamboo " * 40
            messages.append(tx, a_message(text, message_id=f"m{number}"), [an_entry(text)])

    await world.db.write(work)


async def stored(world: World) -> int:
    return await world.db.read(lambda tx: messages.count(tx, S1))


async def a_folder_with_a_copy(data_dir: Path, clock: SimClock) -> None:
    """60 messages in the copy, 60 more after it."""
    async with opened(data_dir, clock=clock) as world:
        await world.db.write(lambda tx: sessions.insert(tx, a_session()))
        await fill(world)
        await world.db.backup_now()
        await clock.advance(7_200)
        await fill(world, start=60)


def flip(path: Path, dice: random.Random, count: int = 16) -> None:
    content = bytearray(path.read_bytes())
    for _ in range(count):
        content[dice.randrange(len(content))] ^= dice.randrange(1, 256)
    path.write_bytes(content)


@pytest.mark.parametrize(
    "how", ["header", "no database", "cut in half", "cut to nothing", "one page", "gone"]
)
async def test_a_damaged_file_gives_way_to_the_newest_copy(
    data_dir: Path, clock: SimClock, how: str
) -> None:
    await a_folder_with_a_copy(data_dir, clock)
    path = data_dir / "bamboo.db"
    content = path.read_bytes()
    damaged = {
        "header": b"\x00" * 100 + content[100:],
        "no database": b"This is no database. " * 500,
        "cut in half": content[: len(content) // 2],
        "cut to nothing": b"",
        "one page": content[:4096],
    }
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(damaged[how])
    async with opened(data_dir, clock=clock) as world:
        (notice,) = world.db.notices
        assert isinstance(notice, Restored)
        assert notice.backup_at == notice.lost_from == START
        assert await stored(world) == 60
        aside = Path(notice.set_aside)
        assert aside.parent == data_dir / "damaged"
        if how != "gone":
            assert (aside / "bamboo.db").read_bytes() == damaged[how]
        await fill(world, start=200)
    async with opened(data_dir, clock=clock) as world:
        assert world.db.notices == ()
        assert await stored(world) == 120


async def test_without_a_copy_a_fresh_start_says_where_the_old_one_is(data_dir: Path) -> None:
    async with opened(data_dir) as world:
        await world.db.write(lambda tx: sessions.insert(tx, a_session()))
    for copy in (data_dir / "backups").iterdir():
        copy.unlink()
    (data_dir / "bamboo.db").write_bytes(b"nothing of the kind" * 999)
    async with opened(data_dir) as world:
        (notice,) = world.db.notices
        assert isinstance(notice, StartedFresh)
        assert (Path(notice.set_aside) / "bamboo.db").read_bytes().startswith(b"nothing of")
        assert await world.db.read(lambda tx: sessions.get(tx, S1)) is None
        await world.db.write(lambda tx: sessions.insert(tx, a_session()))


async def test_a_damaged_copy_is_passed_over(data_dir: Path, clock: SimClock) -> None:
    await a_folder_with_a_copy(data_dir, clock)
    clock.set_wall(clock.now() + timedelta(days=1))
    async with opened(data_dir, clock=clock) as world:
        newer = await world.db.backup_now()
    newer.write_bytes(newer.read_bytes()[:5_000])
    (data_dir / "bamboo.db").write_bytes(b"x" * 9_000)
    async with opened(data_dir, clock=clock) as world:
        (notice,) = world.db.notices
        assert isinstance(notice, Restored)
        assert notice.backup_at == START
        assert await stored(world) == 60


async def test_a_copy_of_a_newer_program_is_passed_over(data_dir: Path, clock: SimClock) -> None:
    await a_folder_with_a_copy(data_dir, clock)
    clock.set_wall(clock.now() + timedelta(days=1))
    async with opened(data_dir, clock=clock) as world:
        newer = await world.db.backup_now()
    with closing(sqlite3.connect(newer)) as raw:
        raw.execute("INSERT INTO migration VALUES ('m999_later', 0)")
        raw.execute("PRAGMA user_version=3")
        raw.commit()
    (data_dir / "bamboo.db").write_bytes(b"x" * 9_000)
    async with opened(data_dir, clock=clock) as world:
        (notice,) = world.db.notices
        assert isinstance(notice, Restored)
        assert notice.backup_at == START


@pytest.mark.parametrize("is_clean", [True, False])
async def test_a_file_of_a_later_version_is_never_touched_whatever_it_lists(
    data_dir: Path, *, is_clean: bool
) -> None:
    async with opened(data_dir) as world:
        await world.db.write(lambda tx: sessions.insert(tx, a_session()))
    path = data_dir / "bamboo.db"
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA user_version=99")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    if is_clean:
        folder = DataFolder.claim(data_dir)
        recovery.mark_clean(folder)
        folder.release()
    before = path.read_bytes()
    for _ in range(2):
        with pytest.raises(NewerDatabaseError):
            async with opened(data_dir):
                pass
    assert path.read_bytes() == before
    assert not (data_dir / "damaged").exists()


@pytest.mark.parametrize(
    "how", ["PRAGMA user_version=1", "DROP TABLE migration", "DELETE FROM migration"]
)
async def test_a_whole_file_never_gives_way_to_an_empty_one(data_dir: Path, how: str) -> None:
    async with opened(data_dir) as world:
        await world.db.write(lambda tx: sessions.insert(tx, a_session()))
    for copy in (data_dir / "backups").iterdir():
        copy.unlink()
    path = data_dir / "bamboo.db"
    with closing(sqlite3.connect(path)) as raw:
        raw.execute(how)
        raw.commit()
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = path.read_bytes()
    with pytest.raises(StorageError, match="left untouched"):
        async with opened(data_dir):
            pass
    assert path.read_bytes() == before
    assert not (data_dir / "damaged").exists()


async def crash_image(world: World, target: Path) -> None:
    """The folder as a power cut would leave it: with its log, without a clean end."""
    target.mkdir()
    for path in world.folder.path.iterdir():
        if path.is_file():
            (target / path.name).write_bytes(path.read_bytes())
    (target / "backups").mkdir()
    for path in world.folder.backups.iterdir():
        (target / "backups" / path.name).write_bytes(path.read_bytes())


async def test_an_unclean_end_loses_nothing(world: World, tmp_path: Path) -> None:
    await fill(world)
    await crash_image(world, tmp_path / "crashed")
    assert (tmp_path / "crashed" / "bamboo.db-wal").stat().st_size > 0
    async with opened(tmp_path / "crashed") as after:
        assert after.db.notices == ()
        assert await stored(after) == 60


async def test_the_log_is_set_aside_with_its_file(
    data_dir: Path, clock: SimClock, tmp_path: Path
) -> None:
    await a_folder_with_a_copy(data_dir, clock)
    crashed = tmp_path / "crashed"
    async with opened(data_dir, clock=clock) as world:
        await world.db.write(lambda tx: preferences.put(tx, "in", "the log"))
        await crash_image(world, crashed)
    log = (crashed / "bamboo.db-wal").read_bytes()
    (crashed / "bamboo.db").write_bytes(b"x" * 50_000)
    async with opened(crashed) as after:
        (notice,) = after.db.notices
        assert isinstance(notice, Restored)
        assert (Path(notice.set_aside) / "bamboo.db-wal").read_bytes() == log
        assert await stored(after) == 60


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.usefixtures("expects_log")
async def test_flipped_bytes_end_in_a_whole_store_or_a_sentence(
    data_dir: Path, clock: SimClock, seed: int
) -> None:
    """Noticed at the start: restored. Not noticed, since only a text changed: readable or said."""
    await a_folder_with_a_copy(data_dir, clock)
    flip(data_dir / "bamboo.db", random.Random(seed))
    async with opened(data_dir, clock=clock) as world:
        if world.db.notices:
            assert isinstance(world.db.notices[0], Restored)
            assert await stored(world) == 60
        else:
            assert await stored(world) == 120
        try:
            history = await world.db.read(lambda tx: messages.history(tx, S1))
            assert len(history) == await stored(world)
        except StorageError as error:
            assert "damaged" in error.sentence  # noqa: PT017
        await fill(world, start=500)
        assert await world.db.read(lambda tx: search.find(tx, "bamboo", limit=5))


async def test_a_damaged_search_index_is_made_anew_and_costs_nothing(
    data_dir: Path, clock: SimClock
) -> None:
    await a_folder_with_a_copy(data_dir, clock)
    with closing(sqlite3.connect(data_dir / "bamboo.db")) as raw:
        raw.execute("UPDATE entry_words_data SET block = x'00' WHERE id > 10")
        raw.commit()
    async with opened(data_dir, clock=clock) as world:
        assert world.db.notices == ()
        assert await stored(world) == 120
        hits = await world.db.read(lambda tx: search.find(tx, "message 77", limit=5))
        assert [hit.position for hit in hits] == [77]


@pytest.mark.parametrize("seed", range(10))
async def test_a_flipped_log_loses_its_end_at_most(world: World, tmp_path: Path, seed: int) -> None:
    for start in range(0, 60, 10):
        await fill(world, start=start, count=10)
    crashed = tmp_path / "crashed"
    await crash_image(world, crashed)
    flip(crashed / "bamboo.db-wal", random.Random(seed), 1)
    async with opened(crashed) as after:
        if await after.db.read(lambda tx: sessions.get(tx, S1)) is not None:
            history = await after.db.read(lambda tx: messages.history(tx, S1))
            expected = [f"m{n}" for n in range(len(history))]
            assert [message.id for message in history] == expected
            assert len(history) % 10 == 0


async def test_damage_met_at_run_time_is_put_right_at_the_next_start(
    data_dir: Path, clock: SimClock, expects_log: list[object]
) -> None:
    await a_folder_with_a_copy(data_dir, clock)
    async with opened(data_dir, clock=clock) as world:
        with pytest.raises(StorageError, match="start the program again"):
            await world.db.read(_corrupt)
    async with opened(data_dir, clock=clock) as world:
        assert world.db.notices == (), "the file is sound after all"
    assert expects_log


async def test_damage_found_by_the_daily_copy_is_put_right_at_the_next_start(
    data_dir: Path, clock: SimClock, expects_log: list[object]
) -> None:
    await a_folder_with_a_copy(data_dir, clock)
    async with opened(data_dir, clock=clock) as world:
        assert world.db.notices == ()
        await stored(world)
        with (data_dir / "bamboo.db").open("r+b") as file:
            file.seek(4096 * 5)
            file.write(b"\xff" * 4096 * 3)
        with pytest.raises(StorageError, match="damaged"):
            await world.db.backup_now()
    async with opened(data_dir, clock=clock) as world:
        assert isinstance(world.db.notices[0], Restored)
        assert await stored(world) == 60
    assert expects_log


async def test_numbers_of_lost_events_are_not_given_again(data_dir: Path, clock: SimClock) -> None:
    await a_folder_with_a_copy(data_dir, clock)
    async with opened(data_dir, clock=clock) as world:
        told = await world.db.read(events.last)
    (data_dir / "bamboo.db").write_bytes(b"x" * 9_000)
    async with opened(data_dir, clock=clock) as world:
        assert await world.db.read(events.last) < told
        await fill(world, start=300, count=1)
        (new,) = await world.db.read(lambda tx: events.since(tx, told, 10))
        assert new.account_sequence > told
        of_session = await world.db.read(lambda tx: events.since(tx, 0, 1_000, S1))
        assert [event.sequence for event in of_session] == list(range(1, len(of_session) + 1))


def _corrupt(_tx: Tx) -> None:
    error = sqlite3.DatabaseError("made up")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    raise error


class Once(FaultPoints):
    """Stops the program dead at the n-th arrival at a point."""

    def __init__(self, name: str, times: int) -> None:
        self._name = name
        self._left = times

    @override
    def reached(self, name: str) -> None:
        if name == self._name:
            self._left -= 1
            if self._left == 0:
                raise KeyboardInterrupt


@pytest.mark.parametrize("times", [1, 2, 3, 4])
async def test_a_restore_that_was_cut_off_is_finished_by_the_next_start(
    data_dir: Path, clock: SimClock, times: int
) -> None:
    await a_folder_with_a_copy(data_dir, clock)
    content = b"x" * 50_000
    (data_dir / "bamboo.db").write_bytes(content)
    folder = DataFolder.claim(data_dir)
    with pytest.raises(KeyboardInterrupt):
        recovery.prepare(folder, now=clock.now(), faults=Once("restore.set_aside", times))
    folder.release()
    async with opened(data_dir, clock=clock) as world:
        (notice,) = world.db.notices
        assert isinstance(notice, Restored)
        assert notice.lost_until - timedelta(days=365 * 50) < notice.lost_from
        assert (Path(notice.set_aside) / "bamboo.db").read_bytes() == content
        assert await stored(world) == 60
        await world.db.write(lambda tx: preferences.put(tx, "a", "b"))
    assert len(list((data_dir / "damaged").iterdir())) == 1


async def test_a_plan_that_cannot_be_read_is_made_anew(data_dir: Path, clock: SimClock) -> None:
    await a_folder_with_a_copy(data_dir, clock)
    (data_dir / "bamboo.db").unlink()
    (data_dir / "restore.json").write_text('{"backup": ')
    async with opened(data_dir, clock=clock) as world:
        assert isinstance(world.db.notices[0], Restored)
        assert await stored(world) == 60
    assert not (data_dir / "restore.json").exists()


async def test_a_first_start_is_silent(data_dir: Path) -> None:
    for _ in range(3):
        async with opened(data_dir) as world:
            assert world.db.notices == ()
    assert not (data_dir / "damaged").exists()
    assert backups.listed(data_dir / "backups") == ()
