"""Storms in which the clock jumps, the disk gives way, and people change their minds."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from typing_extensions import override

from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.work import QueueMode
from bamboo_desktop.store.faults import FaultPoints
from bamboo_desktop.store.transaction import Tx
from tests.faults.aftermath import damage
from tests.faults.gusts import Storm

PART = 20


class WeakDisk(FaultPoints):
    """A disk that refuses every commit while it is broken."""

    def __init__(self) -> None:
        self.is_broken = False

    @override
    def reached(self, name: str) -> None:
        if name == "write.before_commit" and self.is_broken:
            error = sqlite3.OperationalError("the disk refuses")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR
            raise error


class WildStorm(Storm):
    """A storm with hands that also set the clock, take messages back and delete for good."""

    def __init__(self, path: Path, seed: int) -> None:
        super().__init__(path, seed)
        self.disk = WeakDisk()
        self.faults = self.disk
        self.taken_back: set[str] = set()
        self.purged: set[SessionId] = set()
        self._desk = asyncio.Lock()
        self._steps += [self.jump, self.jump, self.remove, self.edit, self.turn, self.purge]

    async def jump(self, session_id: SessionId) -> None:
        """Somebody sets the clock, or the machine's time service does."""
        self.clock.shift = timedelta(hours=self.dice.uniform(-100, 100))

    async def remove(self, session_id: SessionId) -> None:
        async with self._desk:
            for item in (await self.engine.runs.queued(session_id))[:1]:
                if await self.engine.runs.remove_queued(session_id, item.id):
                    self.taken_back.add(item.text)

    async def edit(self, session_id: SessionId) -> None:
        async with self._desk:  # of two edits at once nobody can say what was there between them
            for item in (await self.engine.runs.queued(session_id))[-1:]:
                self._number += 1
                text = f"better {self._number}"
                if await self.engine.runs.edit_queued(session_id, item.id, text):
                    self.taken_back.add(item.text)
                    self.accepted[session_id].append(text)

    async def turn(self, session_id: SessionId) -> None:
        for item in await self.engine.runs.queued(session_id):
            mode = self.dice.choice(list(QueueMode))
            await self.engine.runs.set_queued_mode(session_id, item.id, mode)

    async def purge(self, session_id: SessionId) -> None:
        if len(self.sessions) > 1 and session_id in self.sessions:
            self.sessions.remove(session_id)
            self.purged.add(session_id)
            await self.engine.sessions.purge(session_id)

    async def crash(self) -> None:
        """The disk gives way, the program ends, and both come back."""
        self.disk.is_broken = True
        await self.engine.close()
        await self.landed()
        self.disk.is_broken = False
        self.bugs.clear()
        self.stopped.clear()
        await self.open()

    def forget(self) -> None:
        """Leave out of account what was taken back or deleted for good."""
        for session_id, texts in self.accepted.items():
            self.accepted[session_id] = [text for text in texts if text not in self.taken_back]
        self.published = [e for e in self.published if e.session_id not in self.purged]


async def weather(path: Path, seeds: range) -> list[str]:
    found: list[str] = []
    storm = WildStorm(path, seeds[0])
    await storm.open()
    try:
        for seed in seeds:
            found += [f"storm {seed}: {line}" for line in await _one(storm, seed)]
    finally:
        await storm.engine.close()
    return found


async def _one(storm: WildStorm, seed: int) -> list[str]:
    storm.purged.clear()
    storm.taken_back.clear()
    await storm.calls_for(seed)
    await storm.begin()
    await storm.rage(12)
    if random.Random(seed).random() < 0.2:
        await storm.restart()
        await storm.restart()
        await storm.rage(6)
    await storm.settle()
    storm.forget()
    found = await damage(storm)
    await storm.clear_up()
    storm.forget()
    found += await damage(storm)
    return found + await storm.engine._services.database.read(lambda tx: _left(tx, storm))


def _left(tx: Tx, storm: WildStorm) -> list[str]:
    """What is still there of sessions that were deleted for good."""
    found = []
    for session_id in storm.purged:
        for table in ("session", "purge", "run", "work_item", "entry", "message", "tool_call"):
            key = "id" if table == "session" else "session_id"
            rows = tx.connection.exec_driver_sql(
                f"SELECT count(*) FROM {table} WHERE {key} = ?", (session_id,)
            )
            if count := rows.scalar():
                found.append(f"{count} rows of {table} are left of {session_id}")
    return found


@pytest.mark.parametrize("part", range(2))
async def test_a_hundred_wild_storms_break_nothing(part: int, tmp_path: Path) -> None:
    assert await weather(tmp_path, range(part * PART, (part + 1) * PART)) == []


@pytest.mark.usefixtures("expects_log")
@pytest.mark.parametrize("seed", range(4))
async def test_a_storm_the_disk_gives_way_in_twice_ends_like_any_other(
    seed: int, tmp_path: Path
) -> None:
    storm = WildStorm(tmp_path, seed)
    await storm.open()
    try:
        await storm.calls_for(seed)
        await storm.begin()
        for _ in range(2):
            await storm.rage(10)
            await storm.crash()
        await storm.rage(6)
        await storm.settle()
        await storm.clear_up()
        storm.forget()
        assert [line for line in await damage(storm) if " began " not in line] == []
    finally:
        await storm.engine.close()


@pytest.mark.long
@pytest.mark.parametrize("part", range(20))
async def test_four_thousand_wild_storms_break_nothing(part: int, tmp_path: Path) -> None:
    assert await weather(tmp_path, range(1_000 + part * 200, 1_200 + part * 200)) == []
