"""SimClock: sleepers wake in order, and only when time passes."""

from __future__ import annotations

import asyncio

import pytest

from bamboo_desktop.clock import Clock
from bamboo_desktop.tasks import TaskSet
from tests.sim import START, SimClock, settle


def raising(_: str, error: BaseException) -> None:
    raise error


async def test_sleepers_wake_in_order_of_their_time() -> None:
    clock, woken = SimClock(), list[tuple[str, float]]()
    tasks = TaskSet("sleepers", raising)

    async def sleeper(name: str, *naps: float) -> None:
        for nap in naps:
            await clock.sleep(nap)
            woken.append((name, clock.monotonic() - 1_000))

    tasks.spawn(sleeper("a", 30, 5), name="a")
    tasks.spawn(sleeper("b", 10, 10, 10), name="b")
    await clock.advance(9.5)
    assert woken == []
    await clock.advance(25.5)
    assert woken == [("b", 10), ("b", 20), ("a", 30), ("b", 30), ("a", 35)]
    assert (clock.now() - START).total_seconds() == 35


async def test_a_cancelled_sleep_is_passed_over() -> None:
    clock = SimClock()
    tasks = TaskSet("sleepers", raising)
    tasks.spawn(clock.sleep(5), name="nap")
    await settle()
    assert clock.sleeping == 1
    await tasks.close()
    assert clock.sleeping == 0
    await clock.advance(10)


async def test_a_suspended_machine_wakes_nobody() -> None:
    clock: SimClock = SimClock()
    as_clock: Clock = clock
    tasks = TaskSet("sleepers", raising)
    nap = tasks.spawn(as_clock.sleep(60), name="nap")
    clock.suspend(3_600)
    await settle()
    assert not nap.done()
    assert (as_clock.now() - START).total_seconds() == 3_600
    await clock.advance(60)
    await nap


async def test_no_sleep_at_all_still_lets_others_run() -> None:
    clock, ran = SimClock(), asyncio.Event()
    asyncio.get_running_loop().call_soon(ran.set)
    await clock.sleep(0)
    await settle(1)
    assert ran.is_set()


@pytest.mark.parametrize("seconds", [0.0, 1.5])
async def test_time_passes_without_sleepers(seconds: float) -> None:
    clock = SimClock()
    await clock.advance(seconds)
    assert clock.monotonic() == 1_000 + seconds
