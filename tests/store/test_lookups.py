"""What is looked up often costs the same however much is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from bamboo_desktop.domain.ids import RunId, ToolCallId
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.store import calls, run_waits, runs, work
from bamboo_desktop.store.transaction import Tx
from tests.store.making import S1, World, a_call, a_run

MANY = 500


@contextmanager
def counted(tx: Tx) -> Iterator[list[int]]:
    """Counts the steps of SQLite's machine."""
    steps = [0]

    def step() -> int:
        steps[0] += 1
        return 0

    tx._raw.set_progress_handler(step, 1)
    try:
        yield steps
    finally:
        tx._raw.set_progress_handler(None, 0)


async def cost(world: World, work: Callable[[Tx], object]) -> int:
    def measured(tx: Tx) -> int:
        with counted(tx) as steps:
            work(tx)
        return steps[0]

    return await world.db.write(measured)


def calls_numbered(first: int, count: int) -> list[Any]:
    return [a_call(ToolCallId(f"c{number}")) for number in range(first, first + count)]


async def test_a_call_is_planned_as_quickly_after_a_thousand_others(world: World) -> None:
    await world.db.write(lambda tx: calls.plan(tx, calls_numbered(0, 10)))
    few = await cost(world, lambda tx: calls.plan(tx, calls_numbered(10, 1)))
    await world.db.write(lambda tx: calls.plan(tx, calls_numbered(11, 1_000)))
    many = await cost(world, lambda tx: calls.plan(tx, calls_numbered(2_000, 1)))
    assert many < 1.5 * few
    listed = await world.db.read(lambda tx: calls.unfinished(tx, S1))
    assert [call.call_id for call in listed[-2:]] == ["c1010", "c2000"]


def past_runs(tx: Tx, first: int, count: int) -> None:
    for number in range(first, first + count):
        run_id = RunId(f"r{number}")
        runs.insert(tx, a_run(run_id, boot_id=tx.boot_id))
        runs.settle(tx, run_id, status=AgentStatus.COMPLETED, rounds=1, usage=Usage())


@pytest.mark.parametrize(
    "lookup", [run_waits.interrupted_sessions, runs.stale, work.sessions_with_open]
)
async def test_the_start_looks_for_what_is_left_over_and_not_through_everything(
    world: World, lookup: Callable[[Tx], object]
) -> None:
    await world.db.write(lambda tx: past_runs(tx, 0, 10))
    few = await cost(world, lookup)
    await world.db.write(lambda tx: past_runs(tx, 10, MANY))
    assert await cost(world, lookup) < 1.5 * few


async def test_what_the_start_finds_is_the_newest_run_that_was_cut_off(world: World) -> None:
    def cut_off(tx: Tx, run_id: RunId) -> None:
        runs.insert(tx, a_run(run_id, boot_id=tx.boot_id))
        runs.settle(tx, run_id, status=AgentStatus.INTERRUPTED, rounds=1, usage=Usage())

    await world.db.write(lambda tx: cut_off(tx, RunId("cut")))
    assert await world.db.read(run_waits.interrupted_sessions) == (S1,)
    await world.db.write(lambda tx: past_runs(tx, 0, 1))
    assert await world.db.read(run_waits.interrupted_sessions) == ()
