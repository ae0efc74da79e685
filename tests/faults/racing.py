"""`python -m tests.faults.racing FOLDER STEPS`: four processes claim from one file at once.

Each opens the file without the lock that keeps a second program out; one of them checkpoints. At
each step all of them claim what has come due, at the same moment. Prints how often a claim was won
by whom, and what is lost or double afterwards. `--careless` lets claims exclude nobody.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sqlite3
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path

from sqlalchemy import update

from bamboo_desktop.clock import SystemClock
from bamboo_desktop.domain.ids import BootId, ScheduleId
from bamboo_desktop.domain.schedule import Plan, Schedule
from bamboo_desktop.domain.trigger import Interval
from bamboo_desktop.engine.schedules.claimer import Claimer
from bamboo_desktop.engine.schedules.claims import planned
from bamboo_desktop.engine.schedules.zones import Zones
from bamboo_desktop.identifiers import RandomIds
from bamboo_desktop.store import schedules
from bamboo_desktop.store.connection import open_writer
from bamboo_desktop.store.database import Database
from bamboo_desktop.store.faults import FaultPoints
from bamboo_desktop.store.folder import DataFolder
from bamboo_desktop.store.schedule_rows import plan_columns
from bamboo_desktop.store.tables_schedule import SCHEDULE
from bamboo_desktop.store.transaction import Tx

RACERS = 4
SCHEDULES = 30
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)


async def prepared(folder: DataFolder, *, is_careless: bool) -> None:
    """A store with schedules that fire every minute."""
    database = Database.open(
        folder, clock=SystemClock(), ids=RandomIds(), on_committed=lambda _facts: None
    )
    for number in range(SCHEDULES):
        await database.write(partial(schedules.insert, schedule=_schedule(number)))
    await database.close()
    if is_careless:
        raw = sqlite3.connect(folder.database_path)
        raw.execute("DROP INDEX occurrence_instant")
        raw.close()


def race(folder: DataFolder, steps: int, *, is_careless: bool) -> list[int]:
    """Let them run; returns how many claims each has won."""
    context = get_context("fork")
    start, won = context.Barrier(RACERS), context.SimpleQueue()

    def run(number: int) -> None:
        if is_careless:
            schedules.advance = _careless
        won.put(asyncio.run(_claims(folder, number, steps, start)))
        os._exit(0)  # as a kill would: nobody tidies up behind the others' back

    racers = [context.Process(target=run, args=(number,)) for number in range(RACERS)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    return sorted(won.get() for _ in racers if not won.empty())


async def _claims(folder: DataFolder, number: int, steps: int, start: Barrier) -> int:
    raw = open_writer(folder.database_path)
    if number:
        raw.execute("PRAGMA wal_autocheckpoint=0")
    database = Database(
        folder=folder,
        raw=raw,
        clock=SystemClock(),
        boot_id=BootId(f"racer-{number}"),
        on_committed=lambda _facts: None,
        faults=FaultPoints(),
        notices=(),
    )
    claimer = Claimer(database=database, zones=Zones(), ids=RandomIds(), faults=FaultPoints())
    won = 0
    for step in range(1, steps + 1):
        start.wait()
        won += await claimer.claim(START + step * _MINUTE)
    return won


def _careless(tx: Tx, seen: Schedule, plan: Plan) -> bool:
    tx.run(update(SCHEDULE).where(SCHEDULE.c.id == seen.id).values(**plan_columns(plan)))
    return True


def _schedule(number: int) -> Schedule:
    made = Schedule(
        id=ScheduleId(f"schedule-{number}"),
        name=f"Every minute {number}",
        trigger=Interval(every=_MINUTE, anchor_at=START),
        zone="UTC",
        plan=Plan(accounted_at=START),
        created_at=START,
        updated_at=START,
    )
    clock = Zones().clock(made.zone)
    return Schedule(
        **{name: getattr(made, name) for name in made.__slots__ if name != "plan"},
        plan=planned(made, clock, START),
    )


def verdict(folder: DataFolder, steps: int) -> dict[str, int]:
    """What is in the file, read without the program."""
    raw = sqlite3.connect(folder.database_path)
    try:
        rows = raw.execute(
            "SELECT schedule_id, planned_at, count(*) FROM occurrence GROUP BY 1, 2"
        ).fetchall()
        sound = raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    finally:
        raw.close()
    return {
        "instants": SCHEDULES * steps,
        "double": sum(count - 1 for *_, count in rows),
        "lost": SCHEDULES * steps - len(rows),
        "damaged": int(not sound),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("steps", type=int)
    parser.add_argument("--careless", action="store_true")
    asked = parser.parse_args()
    folder = DataFolder.claim(asked.folder)
    asyncio.run(prepared(folder, is_careless=asked.careless))
    won = race(folder, asked.steps, is_careless=asked.careless)
    print(json.dumps({"won": won, **verdict(folder, asked.steps)}))  # noqa: T201


if __name__ == "__main__":
    main()
