"""The real store functions on one SQLite file in memory, without threads and without a loop.

Everything that is awaited in the engine's schedules ends at once here, so that a coroutine can be
run to its end by hand, thousands of times a second.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

from sqlalchemy import Connection

from bamboo_desktop.clock import Clock
from bamboo_desktop.domain.errors import StorageError
from bamboo_desktop.domain.ids import BootId
from bamboo_desktop.store.connection import READ_TEXT, wrap
from bamboo_desktop.store.failures import translated
from bamboo_desktop.store.faults import FaultPoints
from bamboo_desktop.store.migrations import migrate
from bamboo_desktop.store.transaction import Fact, Tx

T = TypeVar("T")


def run_now(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never really waits."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        value: T = end.value
        return value
    coroutine.close()
    raise AssertionError(f"{coroutine} waits for something")


@contextmanager
def threads_inline() -> Iterator[None]:
    """What would be computed in a thread is computed where it is asked for."""

    async def inline(work: Callable[..., T], *args: Any, **named: Any) -> T:
        return work(*args, **named)

    async def without_limit(work: Awaitable[T], _seconds: float) -> T:
        return await work

    with (
        patch.object(asyncio, "to_thread", inline),
        patch.object(asyncio, "wait_for", without_limit),
    ):
        yield


@cache
def empty() -> bytes:
    """A migrated database without content."""
    raw = sqlite3.connect(":memory:", isolation_level=None)
    migrate(raw, now_micros=0, faults=FaultPoints())
    return raw.serialize()


class MemoryFile:
    """A database in memory; what was committed outlives every start of the program."""

    def __init__(self) -> None:
        self.raw = sqlite3.connect(
            ":memory:", isolation_level=None, check_same_thread=False, cached_statements=512
        )
        self.raw.text_factory = READ_TEXT
        self.raw.execute("PRAGMA foreign_keys=ON")
        self.connection: Connection = wrap(self.raw)

    def wipe(self) -> None:
        """Begin anew; the statements stay compiled."""
        if self.raw.in_transaction:
            self.raw.execute("ROLLBACK")
        self.raw.deserialize(empty())


class InlineDatabase:
    """What the engine calls `Database`, for one start of the program.

    Attributes:
        is_full: every write is refused.
    """

    def __init__(
        self,
        file: MemoryFile,
        *,
        clock: Clock,
        boot_id: BootId,
        faults: FaultPoints,
        on_committed: Callable[[tuple[Fact, ...]], None],
    ) -> None:
        self.boot_id = boot_id
        self.is_full = False
        self._file = file
        self._clock = clock
        self._faults = faults
        self._on_committed = on_committed

    async def read(self, work: Callable[[Tx], T]) -> T:
        return work(self._tx(is_writing=False))

    async def write(self, work: Callable[[Tx], T]) -> T:
        if self.is_full:
            raise StorageError("The disk is full.")
        raw = self._file.raw
        tx = self._tx(is_writing=True)
        raw.execute("BEGIN IMMEDIATE")
        try:
            result = work(tx)
            self._faults.reached("write.before_commit")
            raw.execute("COMMIT")
        except BaseException as error:
            raw.execute("ROLLBACK")
            known = translated(error, folder=Path("/"))
            if known is error:
                raise
            raise known from error
        self._on_committed(tx.facts)
        return result

    def _tx(self, *, is_writing: bool) -> Tx:
        return Tx(
            raw=self._file.raw,
            connection=self._file.connection,
            now=self._clock.now(),
            boot_id=self.boot_id,
            faults=self._faults,
            is_writing=is_writing,
        )
