"""The stall watchdog: one per model call, so that a silent server does not hold a run for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bamboo_desktop.clock import Clock
from bamboo_desktop.domain.errors import BambooError, InvalidInputError

_BUSY_CHECK_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class StallLimits:
    """How long a server may be silent, in seconds from 1 to 86,400 each.

    Attributes:
        transport: without a single byte, keep-alive bytes included.
        first_delta: from the call to the first text, thinking or tool call.
        between_deltas: from one of those to the next.
    """

    transport: float = 120.0
    first_delta: float = 600.0
    between_deltas: float = 600.0

    def __post_init__(self) -> None:
        """Refuse limits that would end every call at once or never."""
        for seconds in (self.transport, self.first_delta, self.between_deltas):
            if not 1 <= seconds <= 86_400:
                raise InvalidInputError("A time limit of a model call is 1 to 86,400 seconds.")


class StalledError(BambooError):
    """The server was silent for too long: without any byte, or with nothing of substance."""

    def __init__(self, seconds: float, *, is_transport: bool) -> None:
        super().__init__(f"silent for {seconds:g} s")
        self.seconds = seconds
        self.is_transport = is_transport


class StallWatchdog:
    """Ends a call whose server is silent; time the caller itself takes does not count.

    The caller wraps each wait for the server in `waiting()` and reports `byte()` and `delta()`;
    `watch()` is the watchdog's one task.
    """

    def __init__(self, *, clock: Clock, limits: StallLimits) -> None:
        self._clock = clock
        self._limits = limits
        self._last_byte = self._last_delta = self._left_at = clock.monotonic()
        self._delta_limit = limits.first_delta
        self._waiter: asyncio.Task[object] | None = None
        self._stalled: StalledError | None = None

    def byte(self) -> None:
        """Something came over the wire."""
        self._last_byte = self._clock.monotonic()

    def delta(self) -> None:
        """Something came that a person would call progress."""
        self._last_delta = self._clock.monotonic()
        self._delta_limit = self._limits.between_deltas

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Around each wait for the server.

        Raises:
            StalledError: the server was silent for too long.
        """
        task = asyncio.current_task()
        assert task is not None, "a model call runs in a task"
        away = self._clock.monotonic() - self._left_at
        self._last_byte += away
        self._last_delta += away
        cancels = task.cancelling()
        self._waiter = task
        try:
            yield
        except asyncio.CancelledError:
            # Only our own cancel becomes a stall; one from outside as well stays a cancel.
            if self._stalled is not None and task.uncancel() <= cancels:
                raise self._stalled from None
            raise
        else:
            if self._stalled is not None:
                # Something below swallowed the cancel; the task must not keep the mark of it.
                task.uncancel()
                raise self._stalled
        finally:
            self._waiter = None
            self._left_at = self._clock.monotonic()

    async def watch(self) -> None:
        """Sleep until a limit would be reached, look again, and end the wait when it was."""
        while (stalled := self._judge()) is None or self._waiter is None:
            left = _BUSY_CHECK_SECONDS if stalled is not None else self._seconds_left()
            await self._clock.sleep(left)
        self._stalled = stalled
        self._waiter.cancel("the server is silent")

    def _seconds_left(self) -> float:
        transport = self._last_byte + self._limits.transport
        return min(transport, self._last_delta + self._delta_limit) - self._clock.monotonic()

    def _judge(self) -> StalledError | None:
        now = self._clock.monotonic()
        if now - self._last_byte >= self._limits.transport:
            return StalledError(self._limits.transport, is_transport=True)
        if now - self._last_delta >= self._delta_limit:
            return StalledError(self._delta_limit, is_transport=False)
        return None
