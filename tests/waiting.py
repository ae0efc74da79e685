"""Waiting for a state in an async test, on any loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def until(predicate: Callable[[], T], *, within: float = 20.0, what: str = "") -> T:
    """Wait until the predicate is true and return what it gave.

    Use it, not `qtbot.waitUntil`, in `async def` tests: a nested Qt loop inside a task loses the
    wake-ups of all other tasks. The deadline only bounds a test that fails anyway.
    """
    deadline = time.monotonic() + within
    while not (found := predicate()):
        if time.monotonic() > deadline:
            raise AssertionError(f"still not so after {within:g} s: {what or predicate}")
        await asyncio.sleep(0.002)
    return found
