"""A ticker over a real store and a simulated clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bamboo_desktop.domain.occurrence import Occurrence
from bamboo_desktop.domain.schedule import Schedule
from bamboo_desktop.domain.schedule_view import Heartbeat
from bamboo_desktop.engine.schedules.claimer import Claimer
from bamboo_desktop.engine.schedules.claims import planned
from bamboo_desktop.engine.schedules.clock_watch import Jump
from bamboo_desktop.engine.schedules.ticker import ScheduleTicker
from bamboo_desktop.identifiers import RandomIds
from bamboo_desktop.store import occurrence_lists, schedules
from bamboo_desktop.store.faults import FaultPoints
from bamboo_desktop.tasks import TaskSet
from tests.schedules.making import ZONES
from tests.sim import SimClock
from tests.store.making import World, opened


class Dispatcher:
    """Counts how often it was woken."""

    def __init__(self) -> None:
        self.wakes = 0
        self.jumps: list[Jump] = []

    def wake(self) -> None:
        self.wakes += 1

    def jumped(self, jump: Jump) -> None:
        self.jumps.append(jump)


class Ticking:
    """A world with a ticker that a test drives tick by tick."""

    def __init__(self, world: World, clock: SimClock) -> None:
        self.world = world
        self.clock = clock
        self.dispatcher = Dispatcher()
        self.beats: list[Heartbeat] = []
        self.bugs: list[BaseException] = []
        self.tasks = TaskSet("ticker", lambda _name, error: self.bugs.append(error))
        claimer = Claimer(database=world.db, zones=ZONES, ids=RandomIds(), faults=FaultPoints())
        self.ticker = ScheduleTicker(
            database=world.db,
            claimer=claimer,
            clock=clock,
            tasks=self.tasks,
            dispatcher=self.dispatcher,
            on_beat=self.beats.append,
        )

    async def has(self, made: Schedule) -> None:
        """Store a schedule with its plan computed."""
        plan = planned(made, ZONES.clock(made.zone), made.plan.accounted_at)
        stored = Schedule(
            **{name: getattr(made, name) for name in made.__slots__ if name != "plan"}, plan=plan
        )
        await self.world.db.write(lambda tx: schedules.insert(tx, stored))

    async def rows(self) -> tuple[Occurrence, ...]:
        found = await self.world.db.read(lambda tx: occurrence_lists.history(tx, limit=10_000))
        return tuple(reversed(found))

    async def told(self) -> list[str]:
        """What is in the history, in short."""
        return [
            f"{row.planned_at:%d %H:%M}"
            + (f"-{row.last_at:%d %H:%M} x{row.count}" if row.count > 1 else "")
            + f" {row.state} {row.reason or row.timing}"
            for row in await self.rows()
        ]


@asynccontextmanager
async def ticking(data_dir: Path) -> AsyncIterator[Ticking]:
    clock = SimClock()
    async with opened(data_dir, clock=clock) as world:
        desk = Ticking(world, clock)
        try:
            yield desk
        finally:
            await desk.tasks.close()
            await asyncio.sleep(0)
        assert desk.bugs == []
