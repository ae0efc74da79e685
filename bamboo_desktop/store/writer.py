"""The one writer thread: work of many callers in one commit, each under its own savepoint."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from sqlalchemy import Connection

from bamboo_desktop.clock import Clock
from bamboo_desktop.domain.ids import BootId
from bamboo_desktop.store.connection import wrap
from bamboo_desktop.store.failures import translated
from bamboo_desktop.store.faults import FaultPoints
from bamboo_desktop.store.transaction import Fact, Tx

MAX_BATCH = 64
GATHER_SECONDS = 0.010

log = logging.getLogger(__name__)


@dataclass(eq=False, kw_only=True)
class WriteItem:
    """Work of one caller, and afterwards what came of it."""

    work: Callable[[Tx], Any]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None
    facts: tuple[Fact, ...] = field(default=())


class _VoidError(Exception):
    """SQLite gave up the whole transaction, the work done before in it included."""


class Writer:
    """Runs work in the order it was given and answers after the commit.

    Facts go to `on_committed` on the caller's loop thread, in commit order, before the
    callers of that commit are answered.
    """

    def __init__(
        self,
        *,
        raw: sqlite3.Connection,
        folder: Path,
        clock: Clock,
        boot_id: BootId,
        on_committed: Callable[[tuple[Fact, ...]], None],
        on_failure: Callable[[BaseException], None],
        faults: FaultPoints,
    ) -> None:
        self._raw = raw
        self._folder = folder
        self._connection: Connection = wrap(raw)
        self._clock = clock
        self._boot_id = boot_id
        self._on_committed = on_committed
        self._on_failure = on_failure
        self._faults = faults
        self._queue: SimpleQueue[WriteItem | None] = SimpleQueue()
        self._last_size = 1
        self._thread = threading.Thread(target=self._serve, name="bamboo-writer", daemon=True)
        self._thread.start()

    def submit(self, item: WriteItem) -> None:
        """Put work in the queue."""
        self._queue.put(item)

    def stop(self) -> None:
        """Finish what is queued, close the connection; blocks."""
        self._queue.put(None)
        self._thread.join()

    def _serve(self) -> None:
        is_open = True
        while is_open:
            batch, is_open = self._gather()
            if batch:
                self._commit(batch)
                self._answer(batch)
        self._connection.close()
        self._connection.engine.dispose()

    def _gather(self) -> tuple[list[WriteItem], bool]:
        """Take what waits; wait a moment for more only where several callers are at work."""
        batch: list[WriteItem] = []
        first = self._queue.get()
        if first is None:
            return batch, False
        batch.append(first)
        until: float | None = None
        while len(batch) < MAX_BATCH:
            try:
                item = (
                    self._queue.get_nowait()
                    if until is None
                    else self._queue.get(timeout=max(0.0, until - self._clock.monotonic()))
                )
            except Empty:
                if until is not None or not 1 < len(batch) < self._last_size:
                    break
                until = self._clock.monotonic() + GATHER_SECONDS
                continue
            if item is None:
                return batch, False
            batch.append(item)
        self._last_size = len(batch)
        return batch, True

    def _commit(self, batch: Sequence[WriteItem]) -> None:
        try:
            self._transact(batch)
        except _VoidError:
            # The disk undid everything: each caller gets a transaction, and an error, of its own.
            for item in batch:
                self._commit_alone(item)

    def _commit_alone(self, item: WriteItem) -> None:
        item.result, item.error, item.facts = None, None, ()
        try:
            self._transact([item])
        except _VoidError as void:
            item.error = void.__cause__
            item.facts = ()

    def _transact(self, batch: Sequence[WriteItem]) -> None:
        try:
            self._raw.execute("BEGIN IMMEDIATE")
            for item in batch:
                self._run(item)
            self._faults.reached("write.before_commit")
            self._raw.execute("COMMIT")
        except _VoidError:
            self._abandon()
            raise
        except Exception as error:
            self._abandon()
            raise _VoidError from error
        self._faults.reached("write.after_commit")

    def _run(self, item: WriteItem) -> None:
        self._raw.execute("SAVEPOINT item")
        tx = Tx(
            raw=self._raw,
            connection=self._connection,
            now=self._clock.now(),
            boot_id=self._boot_id,
            faults=self._faults,
            is_writing=True,
        )
        try:
            item.result = item.work(tx)
            item.facts = tx.facts
        except BaseException as error:
            item.error = error
            if not self._raw.in_transaction:
                raise _VoidError from error
            self._raw.execute("ROLLBACK TO item")
        self._raw.execute("RELEASE item")

    def _abandon(self) -> None:
        try:
            if self._raw.in_transaction:
                self._raw.execute("ROLLBACK")
        except sqlite3.Error:
            # The next BEGIN fails and comes back here; until it can be undone nothing is stored.
            log.warning("a transaction could not be undone", exc_info=True)

    def _answer(self, batch: Sequence[WriteItem]) -> None:
        loops: dict[asyncio.AbstractEventLoop, list[WriteItem]] = {}
        for item in batch:
            if item.error is not None:
                self._on_failure(item.error)
                item.error = translated(item.error, folder=self._folder)
            loops.setdefault(item.loop, []).append(item)
        for loop, items in loops.items():
            try:
                loop.call_soon_threadsafe(self._deliver, items)
            except RuntimeError:  # the loop is closed: the work is stored, nobody waits
                log.warning("%d stored writes had nobody left to answer", len(items))

    def _deliver(self, items: Sequence[WriteItem]) -> None:
        facts = tuple(fact for item in items if item.error is None for fact in item.facts)
        try:
            if facts:
                self._on_committed(facts)
        except Exception:
            log.exception("a handler of committed events failed")
        for item in items:
            if item.future.done():
                continue
            if item.error is None:
                item.future.set_result(item.result)
            else:
                item.future.set_exception(item.error)
