"""Runs and their work: one live run a session, one end a run, each work item taken once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bamboo_desktop.domain.errors import Bug, ConflictError, FencedError, NotFoundError
from bamboo_desktop.domain.ids import BootId, QueuedId, RunId
from bamboo_desktop.domain.run import AgentStatus, RunCause
from bamboo_desktop.domain.transcript import EntryKind
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.domain.work import QueuedMessage, QueueMode, WorkItem
from bamboo_desktop.store import queue, runs, sessions, transcript, usage, work
from bamboo_desktop.store.transaction import Tx
from tests.sim import START, SimClock
from tests.store.making import R1, R2, S1, S2, World, a_run, a_session, opened, some_work


def end(tx: Tx, run_id: RunId = R1, status: AgentStatus = AgentStatus.COMPLETED) -> bool:
    return runs.settle(tx, run_id, status=status, rounds=2, usage=Usage(input_tokens=1))


async def begin(world: World, run_id: RunId = R1) -> None:
    await world.db.write(lambda tx: runs.insert(tx, a_run(run_id, boot_id=tx.boot_id)))


async def test_a_run_comes_back_as_it_was(world: World) -> None:
    run = a_run(boot_id=world.db.boot_id)
    await world.db.write(lambda tx: runs.insert(tx, run))
    assert await world.db.read(lambda tx: runs.get(tx, R1)) == run
    assert await world.db.read(lambda tx: runs.latest(tx, S1)) == run
    assert await world.db.read(lambda tx: runs.get(tx, R2)) is None
    assert await world.db.read(lambda tx: runs.latest(tx, S2)) is None


async def test_a_session_has_one_live_run(world: World) -> None:
    await begin(world)
    with pytest.raises(ConflictError):
        await begin(world, R2)
    await world.db.write(end)
    await begin(world, R2)
    found = await world.db.read(lambda tx: runs.of_session(tx, S1))
    assert [run.id for run in found] == [R1, R2]
    latest = await world.db.read(lambda tx: runs.latest(tx, S1))
    assert latest is not None
    assert latest.id == R2


async def test_a_run_ends_once(world: World, clock: SimClock) -> None:
    await begin(world)
    await clock.advance(3)
    assert await world.db.write(end) is True
    assert await world.db.write(lambda tx: end(tx, status=AgentStatus.ERROR)) is False
    run = await world.db.read(lambda tx: runs.get(tx, R1))
    assert run is not None
    assert (run.status, run.round_count) == (AgentStatus.COMPLETED, 2)
    assert run.completed_at == START + timedelta(seconds=3)
    entries = await world.db.read(lambda tx: transcript.page(tx, S1, first=0, count=9))
    assert [entry.kind for entry in entries] == [EntryKind.RUN_END]
    assert world.published == []


async def test_two_ends_at_once_make_one(world: World) -> None:
    await begin(world)
    ends = await asyncio.gather(*(world.db.write(end) for _ in range(20)))
    assert ends.count(True) == 1
    assert await world.db.read(lambda tx: transcript.length(tx, S1)) == 1


async def test_a_late_run_writes_nothing(world: World) -> None:
    await begin(world)
    await world.db.write(lambda tx: runs.require_live(tx, R1))
    await world.db.write(lambda tx: runs.progress(tx, R1, rounds=1, usage=Usage()))
    await world.db.write(end)
    for late in (
        lambda tx: runs.require_live(tx, R1),
        lambda tx: runs.require_live(tx, R2),
        lambda tx: runs.progress(tx, R1, rounds=9, usage=Usage()),
    ):
        with pytest.raises(FencedError):
            await world.db.write(late)


async def test_progress_is_kept_and_no_end(world: World) -> None:
    await begin(world)
    used = Usage(input_tokens=4, cost_micros=2)
    await world.db.write(
        lambda tx: runs.progress(tx, R1, rounds=3, usage=used, status=AgentStatus.STOPPING)
    )
    run = await world.db.read(lambda tx: runs.get(tx, R1))
    assert run is not None
    assert (run.round_count, run.usage, run.status) == (3, used, AgentStatus.STOPPING)
    with pytest.raises(Bug):
        await world.db.write(
            lambda tx: runs.progress(tx, R1, rounds=3, usage=used, status=AgentStatus.COMPLETED)
        )
    with pytest.raises(Bug):
        await world.db.write(lambda tx: end(tx, status=AgentStatus.RUNNING))
    with pytest.raises(Bug):
        await world.db.write(lambda tx: end(tx, R2))


async def test_runs_of_an_earlier_start_are_stale_and_fenced(data_dir: Path) -> None:
    async with opened(data_dir) as world:
        await world.db.write(lambda tx: sessions.insert(tx, a_session()))
        await begin(world)
        assert await world.db.read(runs.stale) == ()
    async with opened(data_dir) as world:
        stale = await world.db.read(runs.stale)
        assert [run.id for run in stale] == [R1]
        with pytest.raises(FencedError):
            await world.db.write(lambda tx: runs.require_live(tx, R1))
        assert await world.db.write(lambda tx: end(tx, status=AgentStatus.INTERRUPTED)) is True
        assert await world.db.read(runs.stale) == ()


async def test_a_run_of_no_session_is_refused(world: World) -> None:
    run = replace(a_run(boot_id=BootId("b")), session_id=S2)
    with pytest.raises(NotFoundError):
        await world.db.write(lambda tx: runs.insert(tx, run))


async def test_work_is_taken_by_one_run_in_order(world: World) -> None:
    items = some_work(["w1", "w2", "w3"])
    for item in items:
        await world.db.write(lambda tx, i=item: work.add(tx, i))  # type: ignore[misc]
    assert await world.db.read(lambda tx: work.open(tx, S1)) == tuple(items)
    assert await world.db.read(work.sessions_with_open) == (S1,)
    taken = await asyncio.gather(
        *(
            world.db.write(lambda tx, r=run_id: work.consume(tx, S1, r))  # type: ignore[misc]
            for run_id in (R1, R2)
        )
    )
    assert [[item.id for item in each] for each in taken] == [["w1", "w2", "w3"], []]
    assert {item.consumed_by for item in taken[0]} == {R1}
    assert await world.db.read(lambda tx: work.open(tx, S1)) == ()
    assert await world.db.read(work.sessions_with_open) == ()
    await world.db.write(lambda tx: work.add(tx, some_work(["w4"])[0]))
    later = await world.db.write(lambda tx: work.consume(tx, S1, R2))
    assert [item.id for item in later] == ["w4"]
    owners = "SELECT id, consumed_by FROM work_item ORDER BY number"
    rows = await world.db.read(lambda tx: tx.connection.exec_driver_sql(owners).all())
    assert [tuple(row) for row in rows] == [("w1", R1), ("w2", R1), ("w3", R1), ("w4", R2)]


@pytest.mark.parametrize("cause", [RunCause.SCHEDULED, RunCause.CHILD_FINISHED])
async def test_what_comes_by_itself_brings_a_session_once(world: World, cause: RunCause) -> None:
    def about(name: str, ref: str) -> WorkItem:
        return replace(some_work([name])[0], cause=cause, ref=ref)

    await world.db.write(lambda tx: work.add(tx, about("w1", "once")))
    await world.db.write(lambda tx: work.consume(tx, S1, R1))
    with pytest.raises(ConflictError):
        await world.db.write(lambda tx: work.add(tx, about("w2", "once")))
    for item in (about("w3", "twice"), about("w4", ""), about("w5", "")):
        await world.db.write(lambda tx, i=item: work.add(tx, i))  # type: ignore[misc]
    assert len(await world.db.read(lambda tx: work.open(tx, S1))) == 3


async def test_dropped_work_and_work_in_the_bin_wake_nobody(world: World) -> None:
    await world.db.write(lambda tx: work.add(tx, some_work(["w1"])[0]))
    with pytest.raises(ConflictError):
        await world.db.write(lambda tx: work.add(tx, some_work(["w1"])[0]))
    await world.db.write(lambda tx: sessions.trash(tx, S1))
    assert await world.db.read(work.sessions_with_open) == ()
    await world.db.write(lambda tx: sessions.restore(tx, S1))
    assert await world.db.read(work.sessions_with_open) == (S1,)
    await world.db.write(lambda tx: work.drop(tx, S1))
    assert await world.db.read(work.sessions_with_open) == ()


def queued(name: str, mode: QueueMode = QueueMode.QUEUE) -> QueuedMessage:
    return QueuedMessage(id=QueuedId(name), session_id=S1, text=name, mode=mode, created_at=START)


async def test_queued_messages_wait_are_changed_and_are_taken_once(world: World) -> None:
    def fill(tx: Tx) -> None:
        for message in (queued("a"), queued("b", QueueMode.STEER), queued("c"), queued("d")):
            queue.add(tx, message)

    await world.db.write(fill)
    b, c, d = QueuedId("b"), QueuedId("c"), QueuedId("d")
    assert await world.db.write(lambda tx: queue.edit(tx, c, "C!")) is True
    assert await world.db.write(lambda tx: queue.set_mode(tx, d, QueueMode.STEER)) is True
    assert await world.db.write(lambda tx: queue.remove(tx, QueuedId("a"))) is True
    steer = await world.db.write(lambda tx: queue.take(tx, S1, QueueMode.STEER))
    assert [message.id for message in steer] == [b, d]
    assert await world.db.write(lambda tx: queue.take(tx, S1, QueueMode.STEER)) == ()
    for late in (
        lambda tx: queue.edit(tx, b, "x"),
        lambda tx: queue.remove(tx, b),
        lambda tx: queue.set_mode(tx, b, QueueMode.QUEUE),
    ):
        assert await world.db.write(late) is False
    rest = await world.db.write(lambda tx: queue.take(tx, S1, None))
    assert [message.text for message in rest] == ["C!"]
    assert await world.db.read(lambda tx: queue.listed(tx, S1)) == ()


async def test_usage_adds_up_by_session_run_and_day(world: World, clock: SimClock) -> None:
    one = Usage(input_tokens=10, output_tokens=3, cache_read_tokens=1, thinking_tokens=2)
    await world.db.write(lambda tx: usage.add(tx, S1, R1, round=1, model="m", usage=one))
    await clock.advance(3_600)
    later = clock.now()
    two = Usage(input_tokens=5, cache_write_tokens=4, cost_micros=9)
    await world.db.write(lambda tx: usage.add(tx, S1, R2, round=1, model="m", usage=two))
    assert await world.db.read(lambda tx: usage.of_session(tx, S1)) == one + two
    assert await world.db.read(lambda tx: usage.of_run(tx, R1)) == one
    assert await world.db.read(lambda tx: usage.of_run(tx, R1)) == one
    assert await world.db.read(lambda tx: usage.since(tx, later)) == two
    assert await world.db.read(lambda tx: usage.of_session(tx, S2)) == Usage()
