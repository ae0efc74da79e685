"""Looks: what blocks for as long as a disk likes, each in a thread of its own.

A folder of a network that is gone answers never. The threads that all others share would fill up
with such looks, and no claim would get one any more.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress


class UnansweredError(Exception):
    """The last look at this place has not come back."""


class Looks:
    """Looks at places; at one that has not answered not again before it does."""

    def __init__(self) -> None:
        self._stuck: set[str] = set()

    async def at(self, place: str, look: Callable[[], object], *, seconds: float) -> None:
        """Wait for a look; what it raises is raised.

        Raises:
            UnansweredError: it did not come back in time, or an earlier one has not yet.
        """
        if place in self._stuck:
            raise UnansweredError(place)
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()

        def settle(error: Exception | None) -> None:
            self._stuck.discard(place)
            if done.done():
                return
            if error is None:
                done.set_result(None)
            else:
                done.set_exception(error)

        def work() -> None:
            error: Exception | None = None
            try:
                look()
            except Exception as caught:  # noqa: BLE001 - handed to who asked as it is
                error = caught
            # The program may have ended before the disk answered.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(settle, error)

        threading.Thread(target=work, name="look", daemon=True).start()
        try:
            await asyncio.wait_for(done, seconds)
        except TimeoutError:
            self._stuck.add(place)
            raise UnansweredError(place) from None
