"""Writing: many callers in one commit, each with its own fate; told only when it is kept."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from pathlib import Path

import pytest
from typing_extensions import override

from bamboo_desktop.domain.errors import (
    Bug,
    ConflictError,
    NotFoundError,
    StorageError,
)
from bamboo_desktop.domain.events import RunnerProgress, SessionCleared
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.store import events, messages, preferences, sessions
from bamboo_desktop.store.faults import FaultPoints
from bamboo_desktop.store.transaction import Tx
from tests.store.making import S1, S2, World, a_message, a_session, opened


class Gate(FaultPoints):
    """Holds the writer before a commit until it is let go; counts the commits."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.open.set()
        self.waiting = threading.Event()
        self.commits = 0

    @override
    def reached(self, name: str) -> None:
        if name == "write.before_commit":
            self.commits += 1
            self.waiting.set()
            assert self.open.wait(20)


def clear(tx: Tx, session_id: SessionId = S1) -> None:
    tx.emit(session_id, None, SessionCleared())


async def test_work_of_many_callers_shares_a_commit(data_dir: Path) -> None:
    gate = Gate()
    async with opened(data_dir, faults=gate) as world:
        gate.open.clear()
        gate.waiting.clear()
        first = asyncio.ensure_future(world.db.write(clear))
        await asyncio.to_thread(gate.waiting.wait, 20)
        before = gate.commits
        others = [asyncio.ensure_future(world.db.write(clear)) for _ in range(50)]
        await asyncio.sleep(0)
        gate.open.set()
        await asyncio.gather(first, *others)
        assert gate.commits == before + 1
        assert [len(batch) for batch in world.batches] == [1, 50]


async def test_a_batch_has_at_most_64_items(data_dir: Path) -> None:
    gate = Gate()
    async with opened(data_dir, faults=gate) as world:
        gate.open.clear()
        first = asyncio.ensure_future(world.db.write(clear))
        await asyncio.to_thread(gate.waiting.wait, 20)
        others = [asyncio.ensure_future(world.db.write(clear)) for _ in range(130)]
        await asyncio.sleep(0)
        gate.open.set()
        await asyncio.gather(first, *others)
        assert max(len(batch) for batch in world.batches) == 64
        assert sum(len(batch) for batch in world.batches) == 131


async def test_one_failing_item_fails_only_its_caller(data_dir: Path) -> None:
    gate = Gate()
    async with opened(data_dir, faults=gate) as world:
        gate.open.clear()
        blocker = asyncio.ensure_future(world.db.write(clear))
        await asyncio.to_thread(gate.waiting.wait, 20)

        def failing(tx: Tx) -> None:
            clear(tx)
            preferences.put(tx, "left", "behind")
            raise ValueError("mine alone")

        good = [asyncio.ensure_future(world.db.write(clear)) for _ in range(3)]
        bad = asyncio.ensure_future(world.db.write(failing))
        more = [asyncio.ensure_future(world.db.write(clear)) for _ in range(3)]
        await asyncio.sleep(0)
        gate.open.set()
        with pytest.raises(ValueError, match="mine alone"):
            await bad
        await asyncio.gather(blocker, *good, *more)
        assert await world.db.read(lambda tx: preferences.get(tx, "left")) is None
        assert [envelope.sequence for envelope in world.published] == list(range(1, 8))
        stored = await world.db.read(lambda tx: events.since(tx, 0, 100))
        assert [event.sequence for event in stored] == list(range(1, 8))
        assert [event.account_sequence for event in stored] == [
            envelope.account_sequence for envelope in world.published
        ]


async def test_events_are_published_after_the_commit_and_before_the_answer(world: World) -> None:
    order: list[str] = []

    async def caller() -> None:
        await world.db.write(clear)
        assert world.published, "the answer came before the event"
        order.append("answered")

    await caller()
    outside = sqlite3.connect(f"file:{world.folder.database_path}?mode=ro", uri=True)
    assert outside.execute("SELECT count(*) FROM event").fetchone() == (2,)
    outside.close()
    assert order == ["answered"]


async def test_nothing_is_published_of_work_that_failed(world: World) -> None:
    def failing(tx: Tx) -> None:
        clear(tx)
        raise ConflictError("no")

    with pytest.raises(ConflictError):
        await world.db.write(failing)
    assert world.published == []


async def test_events_are_handed_over_on_the_loop_thread(data_dir: Path) -> None:
    threads: list[threading.Thread] = []
    async with opened(data_dir) as world:
        world._keep = lambda facts: threads.append(threading.current_thread())  # type: ignore[method-assign]
        world.db._writer._on_committed = world._keep
        await world.db.write(clear)
    assert threads == [threading.main_thread()]


async def test_a_cancelled_caller_does_not_undo_its_write(data_dir: Path) -> None:
    gate = Gate()
    async with opened(data_dir, faults=gate) as world:
        gate.open.clear()
        waiting = asyncio.ensure_future(
            world.db.write(lambda tx: preferences.put(tx, "kept", "yes"))
        )
        await asyncio.to_thread(gate.waiting.wait, 20)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        gate.open.set()
        await world.db.write(lambda tx: preferences.put(tx, "next", "too"))
        assert await world.db.read(preferences.all) == {"kept": "yes", "next": "too"}


async def test_a_failing_listener_does_not_fail_the_write(
    world: World, expects_log: list[object]
) -> None:
    def broken(_envelopes: object) -> None:
        raise RuntimeError("listener")

    world.db._writer._on_committed = broken
    await world.db.write(clear)
    assert await world.db.read(events.last) == 2
    assert len(expects_log) == 1


async def test_a_full_disk_is_one_sentence_and_passes(world: World) -> None:
    await world.db.write(
        lambda tx: tx.connection.exec_driver_sql("PRAGMA max_page_count=1").scalar()
    )
    big = "x" * 3_000_000
    with pytest.raises(StorageError, match="The disk is full"):
        await world.db.write(lambda tx: preferences.put(tx, "big", big))
    with pytest.raises(StorageError, match="The disk is full"):
        await world.db.write(lambda tx: messages.append(tx, a_message(big), ()))
    assert await world.db.read(preferences.all) == {}
    await world.db.write(
        lambda tx: tx.connection.exec_driver_sql("PRAGMA max_page_count=1000000").scalar()
    )
    await world.db.write(lambda tx: preferences.put(tx, "big", big))
    assert await world.db.read(lambda tx: preferences.get(tx, "big")) == big


async def test_a_full_disk_fails_only_what_does_not_fit(data_dir: Path) -> None:
    gate = Gate()
    async with opened(data_dir, faults=gate) as world:
        await world.db.write(lambda tx: sessions.insert(tx, a_session()))
        await world.db.write(
            lambda tx: tx.connection.exec_driver_sql("PRAGMA max_page_count=120").scalar()
        )
        gate.open.clear()
        gate.waiting.clear()
        blocker = asyncio.ensure_future(world.db.write(clear))
        await asyncio.to_thread(gate.waiting.wait, 20)
        small = [asyncio.ensure_future(world.db.write(clear)) for _ in range(5)]
        big = asyncio.ensure_future(
            world.db.write(lambda tx: preferences.put(tx, "big", "x" * 3_000_000))
        )
        last = asyncio.ensure_future(world.db.write(clear))
        await asyncio.sleep(0)
        gate.open.set()
        with pytest.raises(StorageError, match="The disk is full"):
            await big
        await asyncio.gather(blocker, *small, last)
        stored = await world.db.read(lambda tx: events.since(tx, 0, 100, S1))
        assert [event.sequence for event in stored] == list(range(1, 9))
        assert [envelope.sequence for envelope in world.published] == list(range(1, 9))


class FailingCommit(FaultPoints):
    """Undoes the transaction under the writer's feet, as SQLite does after an I/O error."""

    def __init__(self) -> None:
        self.left = 0
        self.world: World | None = None

    @override
    def reached(self, name: str) -> None:
        if name == "write.before_commit" and self.left and self.world is not None:
            self.left -= 1
            self.world.db._writer._raw.execute("ROLLBACK")


async def test_after_a_lost_transaction_the_work_is_done_again(data_dir: Path) -> None:
    faults = FailingCommit()
    async with opened(data_dir, faults=faults) as world:
        faults.world, faults.left = world, 1
        await world.db.write(clear)
        await world.db.write(clear)
        assert [envelope.sequence for envelope in world.published] == [1, 2]
        stored = await world.db.read(lambda tx: events.since(tx, 0, 10))
        assert [event.sequence for event in stored] == [1, 2]


async def test_a_disk_that_refuses_even_the_undoing_leaves_nobody_waiting(
    world: World, expects_log: list[object]
) -> None:
    raw = world.db._writer._raw

    def refuse(action: int, word: str | None, *_: object) -> int:
        is_end = action == sqlite3.SQLITE_TRANSACTION and word in {"COMMIT", "ROLLBACK"}
        return sqlite3.SQLITE_DENY if is_end else sqlite3.SQLITE_OK

    raw.set_authorizer(refuse)
    async with asyncio.timeout(20):
        with pytest.raises(Bug):
            await world.db.write(clear)
        raw.set_authorizer(None)
        await world.db.write(clear)
    stored = await world.db.read(lambda tx: events.since(tx, 0, 10, S1))
    assert [event.sequence for event in stored] == [1, 2]
    assert expects_log


async def test_readers_cannot_write(world: World) -> None:
    with pytest.raises(StorageError, match="cannot be written"):
        await world.db.read(lambda tx: preferences.put(tx, "a", "b"))
    with pytest.raises(Bug):
        await world.db.read(clear)


async def test_a_reader_that_takes_too_long_is_stopped(data_dir: Path) -> None:
    class Hurried:
        """Each look at the clock is ten seconds later."""

        def __init__(self) -> None:
            self.at = 0.0

        def now(self):  # type: ignore[no-untyped-def]
            from tests.sim import START

            return START

        def monotonic(self) -> float:
            self.at += 10
            return self.at

        def uptime(self) -> float:
            return self.at

        async def sleep(self, seconds: float) -> None:
            raise AssertionError(seconds)

    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    async with opened(data_dir, clock=Hurried()) as world:
        with pytest.raises(StorageError, match="took too long"):
            await world.db.read(lambda tx: tx.connection.exec_driver_sql(endless).scalar())
        assert await world.db.read(events.last) == 0


async def test_a_reader_sees_what_was_written_before(world: World) -> None:
    for number in range(50):
        await world.db.write(lambda tx, n=number: preferences.put(tx, "n", str(n)))  # type: ignore[misc]
        assert await world.db.read(lambda tx: preferences.get(tx, "n")) == str(number)


async def test_a_transient_event_is_refused(world: World) -> None:
    with pytest.raises(Bug):
        await world.db.write(lambda tx: tx.emit(S1, None, RunnerProgress(round_count=1)))


async def test_what_is_missing_or_taken_is_said_so(world: World) -> None:
    with pytest.raises(NotFoundError):
        await world.db.write(lambda tx: messages.append(tx, a_message(session_id=S2), ()))
    with pytest.raises(ConflictError):
        await world.db.write(lambda tx: sessions.insert(tx, a_session()))


async def test_a_closed_database_says_so(data_dir: Path) -> None:
    async with opened(data_dir) as world:
        await world.db.close()
        with pytest.raises(StorageError, match="closing"):
            await world.db.write(clear)
        with pytest.raises(StorageError, match="closing"):
            await world.db.read(events.last)


async def test_who_closes_what_is_closing_waits_for_the_same_end(data_dir: Path) -> None:
    gate = Gate()
    async with opened(data_dir, faults=gate) as world:
        gate.open.clear()
        gate.waiting.clear()
        last = asyncio.ensure_future(world.db.write(clear))
        await asyncio.to_thread(gate.waiting.wait, 20)
        first, second = (asyncio.ensure_future(world.db.close()) for _ in range(2))
        await asyncio.wait({second}, timeout=0.05)
        assert not second.done()
        gate.open.set()
        await asyncio.gather(last, first, second)


async def test_work_queued_at_the_end_is_still_done(data_dir: Path) -> None:
    async with opened(data_dir) as world:
        waiting = [asyncio.ensure_future(world.db.write(clear)) for _ in range(20)]
        await asyncio.sleep(0)
        await world.db.close()
        await asyncio.gather(*waiting)
        assert len(world.published) == 20


def test_it_works_on_one_loop_after_another(data_dir: Path) -> None:
    async def once(world: World) -> None:
        await world.db.write(clear)

    async def all_of_it() -> None:
        async with opened(data_dir) as world:
            await asyncio.gather(*(asyncio.to_thread(asyncio.run, once(world)) for _ in range(3)))
            assert await world.db.read(events.last) == 3

    asyncio.run(all_of_it())


@pytest.mark.every_loop
async def test_it_works_on_every_loop(data_dir: Path) -> None:
    async with opened(data_dir) as world:
        await asyncio.gather(*(world.db.write(clear) for _ in range(200)))
        assert [envelope.sequence for envelope in world.published] == list(range(1, 201))
        assert await world.db.read(events.last) == 200
        await world.db.backup_now()


async def test_the_settings_that_keep_promises_are_on(world: World) -> None:
    def settings(tx: Tx) -> dict[str, object]:
        names = (
            "journal_mode", "synchronous", "foreign_keys", "busy_timeout", "mmap_size",
            "trusted_schema", "cell_size_check", "query_only", "wal_autocheckpoint",
        )  # fmt: skip
        return {name: tx.connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names}

    shared = {
        "journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 5000, "mmap_size": 0,
        "trusted_schema": 0, "cell_size_check": 1,
    }  # fmt: skip
    writer = {**shared, "synchronous": 2, "query_only": 0, "wal_autocheckpoint": 1000}
    reader = {**shared, "synchronous": 2, "query_only": 1, "wal_autocheckpoint": 0}
    assert await world.db.write(settings) == writer
    assert await world.db.read(settings) == reader
