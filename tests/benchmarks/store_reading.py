"""Reading a large store: a page of a long session, search over everything, the session list.

`BAMBOO_BENCH_ENTRIES` makes the store smaller than its million entries.
"""

from __future__ import annotations

import asyncio
import collections
import functools
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bamboo_desktop.clock import SystemClock
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.session import Session, SessionScope
from bamboo_desktop.identifiers import RandomIds
from bamboo_desktop.store import search, sessions, transcript
from bamboo_desktop.store.columns import micros_of
from bamboo_desktop.store.database import Database
from bamboo_desktop.store.folder import DataFolder
from bamboo_desktop.store.transaction import Tx
from bamboo_desktop.store.words import document_words
from tests.benchmarks.figure import ROOT, Figure

ENTRIES = int(os.environ.get("BAMBOO_BENCH_ENTRIES", "1000000"))
SESSIONS = 10_000
LONG = 100_000
CHUNK = 5_000
QUERIES = {
    "a rare word": "needle7",
    "two common words": "w0001 w0002",
    "a common beginning": "w0",
    "a longer beginning": "w000",
    "one letter": "w",
    "nothing": "absent",
}


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(dir=ROOT / ".venv") as place:
        yield from asyncio.run(measured(Path(place) / "data"))


async def measured(path: Path) -> list[Figure]:
    folder = DataFolder.claim(path)
    db = Database.open(
        folder, clock=SystemClock(), ids=RandomIds(), on_committed=lambda _envelopes: None
    )
    await fill(db)
    long = await db.read(lambda tx: transcript.length(tx, name(0)))
    found = [
        await timed(
            db,
            f"last page of a session of {long:,} entries",
            lambda tx: transcript.page(tx, name(0), first=long - 100, count=100),
            20,
        ),
        await timed(
            db,
            f"first 500 of {SESSIONS:,} sessions",
            lambda tx: sessions.summaries(tx, scope=SessionScope.ACTIVE, limit=500),
            100,
        ),
        await timed(
            db,
            "title search in them",
            lambda tx: sessions.summaries(
                tx, scope=SessionScope.ACTIVE, limit=100, title_contains="session 99"
            ),
            100,
        ),
    ]
    for what, query in QUERIES.items():
        look = functools.partial(search.find, query=query, limit=100)
        found.append(await timed(db, f"search over {ENTRIES:,} entries: {what}", look, 150))
    found.append(
        await timed(
            db,
            "search in one long session: two common words",
            lambda tx: search.find(tx, "w0001 w0002", limit=100, session_id=name(0)),
            150,
        )
    )
    await db.close()
    folder.release()
    return found


async def fill(db: Database) -> None:
    dice = random.Random(1)
    vocabulary = [f"w{number:04}" for number in range(10_000)]
    weights = [1 / (rank + 1) for rank in range(len(vocabulary))]
    at = SystemClock().now()

    def make(tx: Tx) -> None:
        for number in range(SESSIONS):
            sessions.insert(
                tx,
                Session(id=name(number), title=f"Session {number}", created_at=at, updated_at=at),
            )

    await db.write(make)
    places: collections.Counter[int] = collections.Counter()
    for start in range(0, ENTRIES, CHUNK):
        picked = dice.choices(vocabulary, weights, k=CHUNK * 12)
        entries, words = [], []
        for number in range(start, min(start + CHUNK, ENTRIES)):
            body = " ".join(picked[(number - start) * 12 :][:12])
            if number % 99_991 == 0:
                body += " needle7"
            # One long session, the others a few entries each.
            owner = 0 if number % max(1, ENTRIES // LONG) == 0 else number % SESSIONS
            entries.append((number + 1, name(owner), places[owner], micros_of(at), body))
            words.append((2 * (number + 1), name(owner), document_words(body)))
            places[owner] += 1
        await db.write(functools.partial(add, entries=entries, words=words))


def add(tx: Tx, entries: list[tuple[Any, ...]], words: list[tuple[Any, ...]]) -> None:
    """What `transcript.append` stores, many at a time: filling is not what is measured."""
    tx.connection.exec_driver_sql(
        "INSERT INTO entry (id, session_id, position, kind, at, is_partial, text) "
        "VALUES (?, ?, ?, 'assistant', ?, 0, ?)",
        entries,
    )
    tx.connection.exec_driver_sql(
        "INSERT INTO entry_words (rowid, session, body) VALUES (?, ?, ?)", words
    )


def name(number: int) -> SessionId:
    return SessionId(f"{number:032x}")


async def timed(db: Database, what: str, work: Callable[[Tx], Any], at_most: float) -> Figure:
    """The median of what a caller waits for, thread change included, once the file is warm."""
    took = []
    for _ in range(9):
        started = time.perf_counter()
        await db.read(work)
        took.append((time.perf_counter() - started) * 1_000)
    return Figure(what=what, value=sorted(took)[len(took) // 2], unit="ms", at_most=at_most)
