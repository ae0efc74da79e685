"""Backups: whole, checked, of seven days, and in nobody's way."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from typing_extensions import override

from bamboo_desktop.domain.errors import StorageError
from bamboo_desktop.store import backups, keeper, preferences, sessions
from bamboo_desktop.store.faults import FaultPoints
from bamboo_desktop.store.integrity import is_sound
from tests.sim import SimClock
from tests.store.killed import Case, run_until_killed
from tests.store.making import S1, World, a_session, opened
from tests.waiting import until


async def test_a_copy_made_while_others_write_is_whole(world: World) -> None:
    stop = asyncio.Event()

    async def scribble(name: str) -> None:
        while not stop.is_set():
            await world.db.write(lambda tx: preferences.put(tx, name, "x" * 5_000))

    writers = [asyncio.ensure_future(scribble(f"w{n}")) for n in range(5)]
    copies = [await world.db.backup_now() for _ in range(5)]
    stop.set()
    await asyncio.gather(*writers)
    for copy in copies:
        assert is_sound(copy, is_thorough=True)
        with closing(sqlite3.connect(f"file:{copy}?mode=ro", uri=True)) as raw:
            assert raw.execute("SELECT id FROM session").fetchall() == [(S1,)]
        assert not copy.with_name(copy.name + "-wal").exists()


async def copy_of_each_day(world: World, clock: SimClock, *, days: int) -> list[Path]:
    made = []
    for _ in range(days):
        made.append(await world.db.backup_now())
        clock.set_wall(clock.now() + timedelta(days=1))
    return made


def lying(world: World) -> set[Path]:
    return set(world.folder.backups.iterdir())


async def test_copies_of_seven_days_are_kept(world: World, clock: SimClock) -> None:
    made = await copy_of_each_day(world, clock, days=10)
    kept = [backup.path for backup in backups.listed(world.folder.backups)]
    assert kept == made[:-8:-1]
    assert lying(world) == set(kept)


async def test_many_copies_of_one_day_push_out_no_other_day(world: World, clock: SimClock) -> None:
    made = await copy_of_each_day(world, clock, days=7)
    for _ in range(8):
        made.append(await world.db.backup_now())
        await clock.advance(60)
    assert lying(world) == {*made[1:7], made[-1]}


async def test_a_day_without_a_copy_takes_the_place_of_none(world: World, clock: SimClock) -> None:
    made = await copy_of_each_day(world, clock, days=3)
    clock.set_wall(clock.now() + timedelta(days=60))
    made += await copy_of_each_day(world, clock, days=4)
    assert lying(world) == set(made)


async def test_a_copy_before_a_migration_is_no_copy_of_its_day(
    world: World, clock: SimClock
) -> None:
    made = await copy_of_each_day(world, clock, days=6)
    made.append(
        backups.make(
            world.folder.database_path,
            world.folder.backups,
            at=clock.now(),
            faults=FaultPoints(),
            before="m002_search",
        )
    )
    await clock.advance(60)
    made.append(await world.db.backup_now())
    assert lying(world) == set(made)
    clock.set_wall(clock.now() + timedelta(days=1))
    later = await copy_of_each_day(world, clock, days=7)
    assert lying(world) == {made[6], *later}


async def test_a_copy_just_made_stays_though_others_are_dated_into_the_future(
    world: World, clock: SimClock
) -> None:
    made = await copy_of_each_day(world, clock, days=7)
    clock.set_wall(clock.now() - timedelta(days=30))
    assert (newest := await world.db.backup_now()) in lying(world)
    assert lying(world) == {*made, newest}


async def test_the_first_session_ends_with_a_checked_copy(data_dir: Path, clock: SimClock) -> None:
    async with opened(data_dir, clock=clock) as world:
        await world.db.write(lambda tx: sessions.insert(tx, a_session()))
        await clock.advance(1_380)
    (copy,) = backups.listed(data_dir / "backups")
    assert is_sound(copy.path, is_thorough=True)
    with closing(sqlite3.connect(f"file:{copy.path}?mode=ro", uri=True)) as raw:
        assert raw.execute("SELECT id FROM session").fetchall() == [(S1,)]
    async with opened(data_dir, clock=clock) as world:
        assert world.db.notices == ()
        await clock.advance(600)
        await world.db.write(lambda tx: preferences.put(tx, "a", "b"))
    assert backups.listed(data_dir / "backups") == (copy,), "one a day"


async def test_settings_alone_are_not_worth_the_copy_of_the_day(data_dir: Path) -> None:
    async with opened(data_dir) as world:
        await world.db.write(lambda tx: preferences.put(tx, "a", "b"))
    assert backups.listed(data_dir / "backups") == ()


async def test_each_day_has_a_copy_at_its_first_chance(data_dir: Path, clock: SimClock) -> None:
    async def copies() -> int:
        async with opened(data_dir, clock=clock) as world:
            await world.db.write(lambda tx: preferences.put(tx, "a", "b"))
        return len(backups.listed(data_dir / "backups"))

    async with opened(data_dir, clock=clock) as world:
        await world.db.write(lambda tx: sessions.insert(tx, a_session()))
    assert await copies() == 1
    clock.set_wall(clock.now().replace(hour=23, minute=59))
    assert await copies() == 1
    clock.set_wall(clock.now() + timedelta(minutes=2))
    assert await copies() == 2


async def test_the_copy_of_the_day_is_made_soon_after_the_start(
    data_dir: Path, clock: SimClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(data_dir, clock=clock) as world:
        await world.db.write(lambda tx: sessions.insert(tx, a_session()))
    clock.set_wall(clock.now() + timedelta(days=1))
    monkeypatch.setattr(keeper, "FIRST_LOOK_SECONDS", 0.0)
    async with opened(data_dir, clock=clock):
        await until(lambda: len(backups.listed(data_dir / "backups")) == 2)


async def test_a_copy_of_today_that_was_cut_is_made_again(data_dir: Path, clock: SimClock) -> None:
    async with opened(data_dir, clock=clock) as world:
        await world.db.write(lambda tx: sessions.insert(tx, a_session()))
        copy = await world.db.backup_now()
        await clock.advance(60)
    copy.write_bytes(b"")
    async with opened(data_dir, clock=clock) as world:
        assert world.db._keeper.is_due()
    (made,) = backups.listed(data_dir / "backups")
    assert is_sound(made.path, is_thorough=True)


async def test_the_end_does_not_wait_for_the_copy_of_a_large_database(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "LAST_BELOW", 4096)
    async with opened(data_dir) as world:
        await world.db.write(lambda tx: sessions.insert(tx, a_session()))
    assert list((data_dir / "backups").iterdir()) == []


async def test_a_copy_that_takes_too_long_at_the_end_is_given_up_and_leaves_no_litter(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "LAST_SECONDS", -1.0)
    async with opened(data_dir) as world:
        await world.db.write(lambda tx: sessions.insert(tx, a_session()))
    assert list((data_dir / "backups").iterdir()) == []
    async with opened(data_dir) as world:
        assert world.db.notices == ()


async def test_damage_met_by_the_copy_at_the_end_is_mended_at_the_next_start(
    data_dir: Path, clock: SimClock, monkeypatch: pytest.MonkeyPatch, expects_log: list[object]
) -> None:
    async with opened(data_dir, clock=clock) as world:
        await world.db.write(lambda tx: sessions.insert(tx, a_session()))
        with monkeypatch.context() as patch:
            patch.setattr(backups, "is_sound", lambda *_arguments, **_more: False)
            await world.db.close()
    assert (data_dir / "clean.json").read_text() == '{"suspect": true}'
    assert expects_log


async def test_a_damaged_database_gives_no_copy_and_loses_none(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, expects_log: list[object]
) -> None:
    async with opened(data_dir) as world:
        first = await world.db.backup_now()
        monkeypatch.setattr(backups, "is_sound", lambda *_arguments, **_more: False)
        with pytest.raises(StorageError, match="damaged"):
            await world.db.backup_now()
        assert list(world.folder.backups.iterdir()) == [first]
    assert expects_log


async def test_a_copy_that_cannot_be_made_is_said_so_and_the_program_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(backups, "touch_private", full)
        with pytest.raises(StorageError, match="the disk is full"):
            await world.db.backup_now()
    await world.db.write(lambda tx: preferences.put(tx, "a", "b"))


class Raising(FaultPoints):
    """The disk fails at a named point, as often as it is told to."""

    def __init__(self, name: str, times: int) -> None:
        self._name = name
        self._left = times

    @override
    def reached(self, name: str) -> None:
        if name == self._name and self._left:
            self._left -= 1
            raise OSError(28, "No space left on device")


async def test_a_copy_that_fails_gives_its_room_back(data_dir: Path) -> None:
    async with opened(data_dir, faults=Raising("backup.before_rename", 1)) as world:
        with pytest.raises(StorageError, match="the disk is full"):
            await world.db.backup_now()
        assert list(world.folder.backups.iterdir()) == []
        await world.db.backup_now()


async def test_a_copy_that_keeps_failing_is_told_once_and_no_more_once_one_was_made(
    data_dir: Path,
    clock: SimClock,
    monkeypatch: pytest.MonkeyPatch,
    expects_log: list[object],
) -> None:
    async with opened(data_dir, clock=clock) as world:
        await world.db.write(lambda tx: sessions.insert(tx, a_session()))
    clock.set_wall(clock.now() + timedelta(days=2))
    monkeypatch.setattr(keeper, "FIRST_LOOK_SECONDS", 0.0)
    monkeypatch.setattr(keeper, "LOOK_SECONDS", 0.01)
    told: list[int] = []

    def has_failed_often() -> bool:
        told.append(len(world.db.notices))
        return len(expects_log) == 5

    async with opened(data_dir, clock=clock, faults=Raising("backup.before_rename", 5)) as world:
        await until(has_failed_often)
        await until(lambda: len(backups.listed(world.folder.backups)) == 2)
        await until(lambda: world.db.notices == ())
    assert max(told) == 1


async def test_a_failed_daily_copy_is_a_notice(
    data_dir: Path,
    clock: SimClock,
    monkeypatch: pytest.MonkeyPatch,
    expects_log: list[object],
) -> None:
    async with opened(data_dir, clock=clock) as world:
        await world.db.write(lambda tx: sessions.insert(tx, a_session()))
    clock.set_wall(clock.now() + timedelta(days=2))

    def full(*_arguments: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backups, "touch_private", full)
    monkeypatch.setattr(keeper, "FIRST_LOOK_SECONDS", 0.0)
    async with opened(data_dir, clock=clock) as world:
        (notice,) = await until(lambda: world.db.notices)
        assert "the disk is full" in getattr(notice, "sentence")  # noqa: B009
    assert expects_log


class StopAt(FaultPoints):
    """Calls something at a named point."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.seen: list[set[str]] = []
        self.folder: Path | None = None

    @override
    def reached(self, name: str) -> None:
        if name == self._name and self.folder is not None:
            self.seen.append({path.name for path in self.folder.iterdir()})


async def test_a_copy_has_its_name_only_when_it_is_finished(data_dir: Path) -> None:
    faults = StopAt("backup.before_rename")
    async with opened(data_dir, faults=faults) as world:
        faults.folder = world.folder.backups
        copy = await world.db.backup_now()
    assert faults.seen == [{"unfinished.db"}]
    assert {path.name for path in (data_dir / "backups").iterdir()} == {copy.name}


def test_a_kill_before_the_rename_leaves_no_copy_and_no_litter(data_dir: Path) -> None:
    assert run_until_killed(Case(path=data_dir, point="backup.before_rename")) == [True]
    assert backups.listed(data_dir / "backups") == ()
    assert run_until_killed(Case(path=data_dir, point="never")) == [False]
    (copy,) = backups.listed(data_dir / "backups")
    assert is_sound(copy.path, is_thorough=True)
    assert [path.name for path in (data_dir / "backups").iterdir()] == [copy.path.name]


@pytest.mark.parametrize("point", ["write.before_commit", "write.after_commit"])
async def test_a_kill_around_a_commit_keeps_what_was_answered(tmp_path: Path, point: str) -> None:
    cases = [Case(path=tmp_path / f"data{n}", point=point, times=n) for n in (1, 2, 3)]
    assert await asyncio.to_thread(run_until_killed, *cases) == [True] * 3
    for case in cases:
        async with opened(case.path) as world:
            assert world.db.notices == ()
            stored = await world.db.read(preferences.all)
        kept = case.times if point == "write.after_commit" else case.times - 1
        assert stored == {f"k{n}": "kept" for n in range(kept)}


async def test_an_end_during_a_copy_waits_for_nothing(world: World) -> None:
    copy = asyncio.ensure_future(world.db.backup_now())
    await asyncio.sleep(0)
    await world.db.close()
    try:
        await copy
    except (StorageError, asyncio.CancelledError):
        # The end makes the copy of the day itself, of the quiet database.
        assert len(backups.listed(world.folder.backups)) == 1
        assert len(list(world.folder.backups.iterdir())) == 1
