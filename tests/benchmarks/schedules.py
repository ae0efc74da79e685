"""Ten thousand schedules: claiming all of them at once, how late a start is, what the window feels.

Claimer and ticker run on the window's loop over a real file; what is claimed is not run.
`BAMBOO_BENCH_SECONDS` makes the time in which starts are watched longer or shorter than 20 s.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from bamboo_desktop.clock import SystemClock
from bamboo_desktop.domain.ids import ScheduleId
from bamboo_desktop.domain.schedule import Plan, Schedule
from bamboo_desktop.domain.schedule_news import OccurrenceChanged
from bamboo_desktop.domain.trigger import Cron, Interval, Trigger
from bamboo_desktop.engine.schedules.claimer import Claimer
from bamboo_desktop.engine.schedules.claims import planned
from bamboo_desktop.engine.schedules.clock_watch import Jump
from bamboo_desktop.engine.schedules.ticker import ScheduleTicker
from bamboo_desktop.engine.schedules.zones import Zones
from bamboo_desktop.identifiers import RandomIds
from bamboo_desktop.loop import new_loop
from bamboo_desktop.settings import LoopKind
from bamboo_desktop.store import occurrence_lists, schedules
from bamboo_desktop.store.database import Database
from bamboo_desktop.store.faults import FaultPoints
from bamboo_desktop.store.folder import DataFolder
from bamboo_desktop.store.transaction import Fact, Tx
from bamboo_desktop.tasks import TaskSet
from tests.benchmarks.figure import ROOT, Figure
from tests.benchmarks.streaming.ticks import Ticks, ticks_beside

SECONDS = float(os.environ.get("BAMBOO_BENCH_SECONDS", "20"))
COUNT = 10_000
STARTS = 400
"""How many of them come due while starts are watched."""
ZONES = Zones()
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Measured:
    """Seconds and milliseconds."""

    burst: float
    lags: list[float]
    gaps: list[float]
    bare: list[float]
    quiet: list[float]
    claimed: int


class Nobody:
    """Dispatches nothing."""

    def wake(self) -> None:
        return

    def jumped(self, _jump: Jump) -> None:
        return


class Store:
    """A file with schedules, and when each claim was known to be on the disk."""

    def __init__(self, place: Path) -> None:
        self.clock = SystemClock()
        self.known: dict[ScheduleId, datetime] = {}
        self.folder = DataFolder.claim(place / "data")
        self.db = Database.open(
            self.folder, clock=self.clock, ids=RandomIds(), on_committed=self._heard
        )
        self.claimer = Claimer(database=self.db, zones=ZONES, ids=RandomIds(), faults=FaultPoints())

    def _heard(self, facts: tuple[Fact, ...]) -> None:
        now = self.clock.now()
        for fact in facts:
            if isinstance(fact, OccurrenceChanged):
                self.known.setdefault(fact.schedule_id, now)

    async def fill(self, rule: Callable[[int], Trigger], after: datetime) -> None:
        for first in range(0, COUNT, 500):
            made = [_schedule(number, rule(number), after) for number in range(first, first + 500)]
            await self.db.write(partial(_insert, made=made))

    async def close(self) -> None:
        await self.db.close()
        self.folder.release()


def _insert(tx: Tx, made: list[Schedule]) -> None:
    for each in made:
        schedules.insert(tx, each)


def _schedule(number: int, trigger: Trigger, after: datetime) -> Schedule:
    made = Schedule(
        id=ScheduleId(f"{number:032x}"),
        name=f"Schedule {number}",
        trigger=trigger,
        zone="Europe/Berlin",
        plan=Plan(accounted_at=after),
        created_at=after,
        updated_at=after,
    )
    return replace(made, plan=planned(made, ZONES.clock(made.zone), after))


async def measured(place: Path) -> Measured:
    quiet = await _ticked(asyncio.sleep(3))
    (place / "burst").mkdir()
    burst, gaps, bare, claimed = await _burst(place / "burst")
    (place / "lag").mkdir()
    lags = await _lags(place / "lag")
    return Measured(burst, lags, gaps, bare, quiet, claimed)


async def _burst(place: Path) -> tuple[float, list[float], list[float], int]:
    """All of them are due in the same minute."""
    store = Store(place)
    hour = store.clock.now().replace(minute=0, second=0, microsecond=0)
    await store.fill(lambda _: Cron(expression="0 * * * *"), hour - timedelta(minutes=30))
    with ticks_beside() as bare:
        began = time.perf_counter()
        gaps = await _ticked(store.claimer.claim(hour + timedelta(seconds=1)))
        took = time.perf_counter() - began
    claimed = len(await store.db.read(partial(occurrence_lists.history, limit=2 * COUNT)))
    await store.close()
    return took, gaps, bare, claimed


async def _lags(place: Path) -> list[float]:
    """A ticker runs by itself while some of them come due, one after the other."""
    store = Store(place)
    start = store.clock.now() + timedelta(seconds=COUNT / 400 + 5)
    apart = SECONDS / STARTS

    def rule(number: int) -> Trigger:
        if number < STARTS:
            at = start + timedelta(seconds=number * apart)
        else:
            at = start + timedelta(hours=1 + number % 20)
        return Interval(every=_DAY, anchor_at=at)

    await store.fill(rule, store.clock.now())
    tasks = TaskSet("ticker", print)
    ticker = ScheduleTicker(
        database=store.db,
        claimer=store.claimer,
        clock=store.clock,
        tasks=tasks,
        dispatcher=Nobody(),
        on_beat=lambda _beat: None,
    )
    tasks.spawn(ticker.keep_time(), name="ticker")
    until = start + timedelta(seconds=SECONDS + 2)
    first = store.clock.now()
    await asyncio.sleep(max(0.0, (until - first).total_seconds()))
    await tasks.close()
    await store.close()
    due = {ScheduleId(f"{number:032x}"): rule(number) for number in range(STARTS)}
    return [
        (store.known[key] - trigger.anchor_at).total_seconds() * 1_000
        for key, trigger in due.items()
        if isinstance(trigger, Interval) and trigger.anchor_at > first and key in store.known
    ]


async def _ticked(work: object) -> list[float]:
    """The gaps between ticks of the loop while something is done."""
    ticks = Ticks()
    await work  # type: ignore[misc]
    await asyncio.sleep(0.05)
    ticks.stop()
    return ticks.gaps


def figures() -> Iterator[Figure]:
    app = QApplication.instance() or QApplication([])
    with tempfile.TemporaryDirectory(dir=ROOT / ".venv") as place:
        loop = new_loop(app, kind=LoopKind.BAMBOO)
        asyncio.set_event_loop(loop)
        found = loop.run_until_complete(measured(Path(place)))
        loop.close()
    yield Figure(
        what=f"{COUNT:,} schedules due at once are claimed",
        value=found.burst * 1_000,
        unit="ms",
        note=f"{found.claimed:,} claimed, {found.burst / COUNT * 1e6:.0f} µs each",
    )
    yield Figure(
        what="longest gap between 16 ms ticks meanwhile",
        value=max(found.gaps),
        unit="ms",
        beside=max(found.bare),
        beside_what="bare Qt process beside it",
        note=f"99 % below {_percentile(found.gaps, 99):.0f} ms; at rest {max(found.quiet):.0f} ms",
    )
    yield Figure(
        what=f"planned instant to claim on the disk, {COUNT:,} schedules, 99 %",
        value=_percentile(found.lags, 99),
        unit="ms",
        at_most=1_000,
        note=f"half below {median(found.lags):.0f} ms, longest {max(found.lags):.0f} ms, "
        f"{len(found.lags)} starts, {STARTS / SECONDS:.0f} a second",
    )


def _percentile(values: list[float], percent: int) -> float:
    return sorted(values)[len(values) * percent // 100 - (percent == 100)]
