"""What one turn of the event loop costs: ours beside plain asyncio, stock qasync in the note."""

from __future__ import annotations

import asyncio
import gc
import os
import time
from collections.abc import Awaitable, Callable, Iterator

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from bamboo_desktop.loop import new_loop
from bamboo_desktop.settings import LoopKind
from tests.benchmarks.figure import Figure, best_of

Work = Callable[[int], Awaitable[None]]


async def chained(count: int) -> None:
    """Each callback queues the next."""
    loop, done, left = asyncio.get_running_loop(), asyncio.Event(), count

    def step() -> None:
        nonlocal left
        left -= 1
        if left:
            loop.call_soon(step)
        else:
            done.set()

    loop.call_soon(step)
    await done.wait()


async def burst(count: int) -> None:
    """All callbacks are queued at once."""
    loop, done, left = asyncio.get_running_loop(), asyncio.Event(), count

    def step() -> None:
        nonlocal left
        left -= 1
        if not left:
            done.set()

    for _ in range(count):
        loop.call_soon(step)
    await done.wait()


async def yielding(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def queue_hops(count: int) -> None:
    there: asyncio.Queue[int] = asyncio.Queue()
    back: asyncio.Queue[int] = asyncio.Queue()

    async def echo() -> None:
        for _ in range(count // 2):
            back.put_nowait(await there.get())

    task = asyncio.ensure_future(echo())
    for number in range(count // 2):
        there.put_nowait(number)
        await back.get()
    await task


async def timers(count: int) -> None:
    """Timers that fire."""
    loop, done, left = asyncio.get_running_loop(), asyncio.Event(), count

    def fired() -> None:
        nonlocal left
        left -= 1
        if not left:
            done.set()

    for _ in range(count):
        loop.call_later(0.001, fired)
    await done.wait()


async def cancelled_timers(count: int) -> None:
    """What each socket read of an HTTP client does to its time-out."""
    loop = asyncio.get_running_loop()
    for _ in range(count):
        loop.call_later(600, print).cancel()
    await asyncio.sleep(0)


async def from_threads(count: int) -> None:
    loop, done, left = asyncio.get_running_loop(), asyncio.Event(), count

    def step() -> None:
        nonlocal left
        left -= 1
        if not left:
            done.set()

    def hand_in() -> None:
        for _ in range(count):
            loop.call_soon_threadsafe(step)

    await asyncio.to_thread(hand_in)
    await done.wait()


async def beside_dead_timers(count: int) -> None:
    """Chained callbacks with 30,000 cancelled time-outs about."""
    loop = asyncio.get_running_loop()
    if not getattr(loop, "has_dead_timers", False):
        for _ in range(30_000):
            loop.call_later(600, print).cancel()
        loop.has_dead_timers = True  # type: ignore[attr-defined]
    await chained(count)


WORK: tuple[tuple[str, Work, int], ...] = (
    ("call_soon, chained", chained, 20_000),
    ("call_soon, burst of 20,000", burst, 20_000),
    ("sleep(0)", yielding, 20_000),
    ("queue hop", queue_hops, 20_000),
    ("call_later until fired", timers, 5_000),
    ("call_later(600), cancelled", cancelled_timers, 5_000),
    ("call_soon_threadsafe", from_threads, 10_000),
    ("call_soon with 30,000 cancelled timers", beside_dead_timers, 3_000),
)


def microseconds(make: Callable[[], asyncio.AbstractEventLoop], work: Work, count: int) -> float:
    """CPU time of one turn, the best of several."""

    async def once() -> float:
        gc.collect()
        started = time.process_time()
        await work(count)
        return (time.process_time() - started) / count * 1e6

    with asyncio.Runner(loop_factory=make) as runner:
        return best_of(lambda: runner.run(once()), times=4)


def figures() -> Iterator[Figure]:
    app = QApplication.instance() or QApplication([])
    for what, work, count in WORK:
        plain = microseconds(asyncio.new_event_loop, work, count)
        ours = microseconds(lambda: new_loop(app, kind=LoopKind.BAMBOO), work, count)
        stock = microseconds(lambda: new_loop(app, kind=LoopKind.QASYNC), work, count)
        yield Figure(
            what=what,
            value=ours,
            unit="µs",
            beside=plain,
            beside_what="asyncio",
            note=f"stock qasync {stock:.3g} µs, ratio {stock / plain:.2f}",
        )
