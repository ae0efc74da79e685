"""What is looked up often costs the same however much is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from bamboo_desktop.domain.ids import RunId, SessionId, ToolCallId
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.store import calls, erasing, messages, run_waits, runs, sessions, work
from bamboo_desktop.store.transaction import Tx
from tests.store.making import S1, World, a_call, a_message, a_run, a_session, an_entry

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


async def cost_of_erasing(world: World, session_id: SessionId, *, messages_left: int) -> int:
    def fill(tx: Tx) -> None:
        sessions.insert(tx, a_session(session_id))
        for number in range(messages_left):
            message = a_message(message_id=f"{session_id}-{number}", session_id=session_id)
            messages.append(tx, message, [an_entry()])

    await world.db.write(fill)
    await world.db.write(lambda tx: sessions.purge_one(tx, session_id))
    most = 0
    while True:
        spent = await cost(world, lambda tx: erasing.step(tx, rows=20))
        most = max(most, spent)
        if not await world.db.read(lambda tx: erasing.is_gone(tx, session_id)):
            return most


async def test_a_piece_of_a_long_history_is_erased_as_quickly_as_one_of_a_short_one(
    world: World,
) -> None:
    short = await cost_of_erasing(world, SessionId("short"), messages_left=60)
    assert await cost_of_erasing(world, SessionId("long"), messages_left=1_500) < 2 * short
