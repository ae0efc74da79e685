"""Simulated surroundings: a clock that only moves when a test says so."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


async def settle(turns: int = 25) -> None:
    """Let the loop run what is ready; not a wait for threads, sockets or processes."""
    for _ in range(turns):
        await asyncio.sleep(0)


class SimClock:
    """A `Clock` whose time passes only in `advance`, `suspend` and `set_wall`."""

    def __init__(self, start: datetime = START) -> None:
        self._wall = start
        self._monotonic = 1_000.0
        self._slept = 0.0
        self._order = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._wall

    def monotonic(self) -> float:
        return self._monotonic

    def uptime(self) -> float:
        return self._monotonic + self._slept

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._monotonic + seconds, next(self._order), woken))
        await woken

    @property
    def sleeping(self) -> int:
        """How many sleeps are under way."""
        return sum(1 for _, _, woken in self._sleepers if not woken.done())

    async def advance(self, seconds: float) -> None:
        """Let time pass; each sleeper wakes at its own instant, in order, and runs before the next.

        A sleep that a woken one starts is served too when it ends within the same stretch.
        """
        until = self._monotonic + seconds
        await settle()
        while self._sleepers and self._sleepers[0][0] <= until:
            due, _, woken = heapq.heappop(self._sleepers)
            if woken.done():
                continue
            self._pass(due - self._monotonic)
            woken.set_result(None)
            await settle()
        self._pass(until - self._monotonic)
        await settle()

    def suspend(self, seconds: float) -> None:
        """The machine sleeps: the wall clock goes on, the monotonic clock stands still."""
        self._wall += timedelta(seconds=seconds)
        self._slept += seconds

    def set_wall(self, at: datetime) -> None:
        """Somebody sets the wall clock."""
        self._wall = at

    def _pass(self, seconds: float) -> None:
        self._monotonic += seconds
        self._wall += timedelta(seconds=seconds)
