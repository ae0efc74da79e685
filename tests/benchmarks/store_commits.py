"""Durable commits: many callers through the writer, beside one plain commit a row."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import median

from bamboo_desktop.clock import SystemClock
from bamboo_desktop.domain.events import SessionCleared
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.identifiers import RandomIds
from bamboo_desktop.store.database import Database
from bamboo_desktop.store.folder import DataFolder
from bamboo_desktop.store.transaction import Tx
from tests.benchmarks.figure import ROOT, Figure

ROWS = 2_000
ROUNDS = 7
CALLERS = 50
SESSION = SessionId("s")


def figures() -> Iterator[Figure]:
    # Beside the project and not in memory: /tmp may be a file system that syncs nothing.
    with tempfile.TemporaryDirectory(dir=ROOT / ".venv") as place:
        plain, alone, together = asyncio.run(rates(Path(place)))
    yield Figure(
        what=f"durable events a second, {CALLERS} callers",
        value=together,
        unit="/s",
        beside=plain,
        beside_what="plain sqlite3, a commit a row, FULL",
        at_least=5,
    )
    yield Figure(
        what="durable events a second, one caller",
        value=alone,
        unit="/s",
        beside=plain,
        beside_what="plain sqlite3, a commit a row, FULL",
    )


def plain_rate(path: Path, rows: int = ROWS // 4) -> float:
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("PRAGMA journal_mode=WAL")
        raw.execute("PRAGMA synchronous=FULL")
        raw.execute(
            "CREATE TABLE event (account_sequence INTEGER PRIMARY KEY AUTOINCREMENT, session_id, "
            "sequence, run_id, at, type, data, UNIQUE (session_id, sequence))"
        )
        started = time.perf_counter()
        for number in range(rows):
            raw.execute("BEGIN IMMEDIATE")
            raw.execute(
                "INSERT INTO event (session_id, sequence, at, type, data) VALUES (?,?,?,?,?)",
                ("s", number, number, "session_cleared", "{}"),
            )
            raw.execute("COMMIT")
        return rows / (time.perf_counter() - started)


async def rates(place: Path) -> tuple[float, float, float]:
    """The medians of rounds that take turns, since the disk is never twice the same."""
    folder = DataFolder.claim(place / "data")
    db = Database.open(
        folder, clock=SystemClock(), ids=RandomIds(), on_committed=lambda _envelopes: None
    )

    def work(tx: Tx) -> None:
        tx.emit(SESSION, None, SessionCleared())

    async def caller(rows: int) -> None:
        for _ in range(rows):
            await db.write(work)

    async def rate(callers: int, rows: int) -> float:
        started = time.perf_counter()
        await asyncio.gather(*(caller(rows // callers) for _ in range(callers)))
        return rows / (time.perf_counter() - started)

    plain, alone, together = [], [], []
    for number in range(ROUNDS):
        plain.append(plain_rate(place / f"plain{number}.db"))
        alone.append(await rate(1, ROWS // 4))
        together.append(await rate(CALLERS, ROWS))
    await db.close()
    folder.release()
    return median(plain), median(alone), median(together)
