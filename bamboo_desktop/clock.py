"""Clock: the only place that asks the time, handed in everywhere else."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Wall time, monotonic time and waiting, behind one seam."""

    def now(self) -> datetime:
        """The wall clock as an aware UTC instant."""
        ...

    def monotonic(self) -> float:
        """Seconds of a clock that is never set; for durations only."""
        ...

    def uptime(self) -> float:
        """Seconds of a clock that is never set and counts the machine's sleep, where it can."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait at least that many seconds of monotonic time."""
        ...


class SystemClock:
    """The machine's clocks."""

    def now(self) -> datetime:
        """The wall clock as an aware UTC instant."""
        return datetime.now(tz=UTC)

    def monotonic(self) -> float:
        """Seconds of the machine's monotonic clock."""
        return time.monotonic()

    def uptime(self) -> float:
        """Seconds with the machine's sleep, on Linux; elsewhere those of the monotonic clock."""
        if sys.platform == "linux":
            return time.clock_gettime(time.CLOCK_BOOTTIME)
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait at least that long, also where the loop's own timers wake early."""
        import asyncio  # much of what a start would import before there is any loop

        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:  # noqa: ASYNC110 - it waits for time
            await asyncio.sleep(left)  # a loop may wake before the time
