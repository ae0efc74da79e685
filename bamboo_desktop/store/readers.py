"""The reader threads: each its own connection, which cannot write, with a time limit."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from bamboo_desktop.clock import Clock
from bamboo_desktop.domain.ids import BootId
from bamboo_desktop.store.connection import open_reader, watch, wrap
from bamboo_desktop.store.failures import translated
from bamboo_desktop.store.faults import FaultPoints
from bamboo_desktop.store.transaction import Tx

T = TypeVar("T")

THREADS = 3
LIMIT_SECONDS = 20.0


class Readers:
    """A few threads that answer questions from one snapshot each."""

    def __init__(
        self,
        *,
        path: Path,
        clock: Clock,
        boot_id: BootId,
        on_failure: Callable[[BaseException], None],
        connect: Callable[[Path], sqlite3.Connection] = open_reader,
    ) -> None:
        self._path = path
        self._connect = connect
        self._clock = clock
        self._boot_id = boot_id
        self._on_failure = on_failure
        self._local = threading.local()
        self._lock = threading.Lock()
        self._open: list[Connection] = []
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="bamboo-reader")

    async def run(self, work: Callable[[Tx], T]) -> T:
        """Run `work` on a snapshot of the database."""
        future = self._pool.submit(self._answer, work)
        return await asyncio.wrap_future(future, loop=asyncio.get_running_loop())

    def stop(self) -> None:
        """Finish what runs, close the connections; blocks."""
        self._pool.shutdown(wait=True)
        for connection in self._open:
            connection.close()
            connection.engine.dispose()

    def _answer(self, work: Callable[[Tx], T]) -> T:
        try:
            return self._in_snapshot(work)
        except Exception as error:
            self._on_failure(error)
            known = translated(error, folder=self._path.parent)
            if known is error:
                raise
            raise known from error

    def _in_snapshot(self, work: Callable[[Tx], T]) -> T:
        raw, connection = self._connection()
        until = self._clock.monotonic() + LIMIT_SECONDS
        watch(raw, lambda: self._clock.monotonic() > until)
        raw.execute("BEGIN")
        try:
            return work(
                Tx(
                    raw=raw,
                    connection=connection,
                    now=self._clock.now(),
                    boot_id=self._boot_id,
                    faults=FaultPoints(),
                    is_writing=False,
                )
            )
        finally:
            raw.set_progress_handler(None, 0)
            if raw.in_transaction:
                raw.execute("ROLLBACK")

    def _connection(self) -> tuple[sqlite3.Connection, Connection]:
        if not hasattr(self._local, "pair"):
            raw = self._connect(self._path)
            connection = wrap(raw)
            self._local.pair = (raw, connection)
            with self._lock:
                self._open.append(connection)
        pair: tuple[sqlite3.Connection, Connection] = self._local.pair
        return pair
