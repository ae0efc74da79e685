"""TaskSet: every task has an owner, and no error is lost."""

from __future__ import annotations

import asyncio
import gc
from typing import NoReturn

import pytest

from bamboo_desktop.tasks import TaskSet, TaskSetClosedError
from tests.sim import settle


class Reports:
    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []

    def __call__(self, name: str, error: BaseException) -> None:
        self.seen.append((name, str(error)))


@pytest.fixture
def reports() -> Reports:
    return Reports()


async def fail(words: str) -> NoReturn:
    raise RuntimeError(words)


async def test_a_task_gives_its_result_and_leaves_the_set(reports: Reports) -> None:
    tasks = TaskSet("unit", reports)

    async def seven() -> int:
        return 7

    task = tasks.spawn(seven(), name="seven")
    assert len(tasks) == 1
    assert await task == 7
    await settle()
    assert len(tasks) == 0
    assert reports.seen == []


async def test_an_error_is_reported_exactly_once(reports: Reports) -> None:
    tasks = TaskSet("unit", reports)
    tasks.spawn(fail("lost?"), name="loser")
    await settle()
    gc.collect()
    assert reports.seen == [("loser", "lost?")]


async def test_an_error_that_is_also_awaited_is_reported_once(reports: Reports) -> None:
    tasks = TaskSet("unit", reports)
    with pytest.raises(RuntimeError, match="both"):
        await tasks.spawn(fail("both"), name="loser")
    await settle()
    assert reports.seen == [("loser", "both")]


async def test_a_cancelled_task_is_not_an_error(reports: Reports) -> None:
    tasks = TaskSet("unit", reports)
    tasks.spawn(asyncio.Event().wait(), name="waiter").cancel()
    await settle()
    assert (len(tasks), reports.seen) == (0, [])


async def test_close_cancels_and_waits_for_the_last_breath(reports: Reports) -> None:
    tasks = TaskSet("unit", reports)
    steps: list[str] = []

    async def slow_to_leave() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await settle()
            steps.append("left")

    tasks.spawn(slow_to_leave(), name="slow")
    await settle()
    await tasks.close()
    assert steps == ["left"]
    assert tasks.is_closed


async def test_an_error_while_closing_is_reported(reports: Reports) -> None:
    tasks = TaskSet("unit", reports)

    async def trips() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            raise RuntimeError("tripped")

    tasks.spawn(trips(), name="tripper")
    await settle()
    await tasks.close()
    await settle()
    assert reports.seen == [("tripper", "tripped")]


async def test_a_closed_set_refuses_and_closes_the_coroutine(reports: Reports) -> None:
    tasks = TaskSet("unit", reports)
    await tasks.close()
    coro = asyncio.Event().wait()
    with pytest.raises(TaskSetClosedError):
        tasks.spawn(coro, name="late")
    with pytest.raises(RuntimeError, match="cannot reuse"):
        await coro


async def test_a_task_may_close_its_own_set(reports: Reports) -> None:
    tasks = TaskSet("unit", reports)
    other = tasks.spawn(asyncio.Event().wait(), name="other")
    closer = tasks.spawn(tasks.close(), name="closer")
    await closer
    assert other.cancelled()


async def test_a_waiting_task_survives_the_garbage_collector(reports: Reports) -> None:
    tasks = TaskSet("unit", reports)
    doors: list[asyncio.Future[None]] = []
    came_back: list[bool] = []

    async def waits() -> None:
        door: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        doors.append(door)
        await door
        came_back.append(True)

    tasks.spawn(waits(), name="waits")
    await settle()
    gc.collect()
    assert len(tasks) == 1
    doors[0].set_result(None)
    await settle()
    assert came_back == [True]
