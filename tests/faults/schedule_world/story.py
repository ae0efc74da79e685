"""A story: a seed's worth of things that happen to schedules, one after the other."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta

from tests.faults.schedule_world.almanac import PERIODS
from tests.faults.schedule_world.inline_store import MemoryFile, run_now
from tests.faults.schedule_world.inspector import Findings
from tests.faults.schedule_world.machine import Killed
from tests.faults.schedule_world.person import Person
from tests.faults.schedule_world.world import World

DAY = 86_400.0
POINTS = (
    "claim.before", "claim.between", "claim.after", "dispatch.before", "dispatch.between",
    "dispatch.after", "write.before_commit",
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """How a story ended."""

    seed: int
    events: int
    found: Findings


class Story:
    """Plays a seed."""

    def __init__(self, file: MemoryFile, seed: int, days: int) -> None:
        self._seed = seed
        self._dice = random.Random(seed)
        self._period = self._dice.choice(PERIODS)
        start = self._period.start + timedelta(minutes=self._dice.randrange(3 * 1440))
        self._world = World(file, self._dice, start)
        self._person = Person(self._world, self._dice, self._period, self._pass)
        self._left = days * DAY
        self._events = 0

    def play(self) -> Told:
        person = self._person
        for _ in range(self._dice.choice((1, 1, 1, 2, 3))):
            person.create()
        deeds = (
            (self._time_passes, 14), (self._suspend, 5), (self._step, 3), (self._visit, 1),
            (self._kill, 4), (self._disk_full, 2), (self._second, 3), (person.edit, 3),
            (person.rename, 1), (person.switch, 3), (person.pause, 2), (person.run_now, 1),
            (person.bin, 1), (person.decide, 2),
        )  # fmt: skip
        kinds, weights = zip(*deeds, strict=True)
        while self._left > 0:
            (deed,) = self._dice.choices(kinds, weights)
            self._events += 1
            deed()
            self._world.inspect()
        self._end()
        return Told(self._seed, self._events, self._world.found)

    def _end(self) -> None:
        """All is in order again: nothing stands in the queue for ever."""
        world = self._world
        world.machine.database.is_full = False
        world.advance(45)
        world.came_back()
        world.advance(1_800)
        world.inspect()
        world.inspector.put_off(world.clock.now())

    # --- time -------------------------------------------------------------------------------

    def _time_passes(self) -> None:
        self._pass(self._dice.choice((60, 3_600, 6 * 3_600, DAY, 2 * DAY)) * self._dice.random())

    def _pass(self, seconds: float) -> None:
        self._left -= seconds
        self._world.advance(seconds)

    def _suspend(self) -> None:
        """The machine sleeps, for a minute or a fortnight."""
        seconds = min(60 * 20_160 ** self._dice.random(), max(60.0, self._left))
        self._left -= seconds
        self._world.clock.suspend(seconds)
        self._world.came_back()
        self._world.clock.passes(self._dice.uniform(0, 15))
        self._world.advance(self._dice.choice((0.0, 20.0, 300.0)))

    def _step(self) -> None:
        """Somebody sets the clock."""
        clock = self._world.clock
        clock.set_wall(clock.now() + timedelta(seconds=self._dice.uniform(-3, 3) * 3_600))
        self._world.came_back()
        self._world.advance(self._dice.choice((0.0, 20.0, 60.0)))

    def _visit(self) -> None:
        """A flat battery, or a wrong time server; it is put right after a while."""
        world, clock = self._world, self._world.clock
        wrong = clock.now().replace(year=self._dice.choice((1970, 2099)), day=1)
        away = wrong - clock.now()
        world.is_right = False
        clock.set_wall(wrong)
        world.came_back()
        if self._dice.random() < 0.3:
            self._person.edit()
        self._pass(self._dice.choice((5.0, 100.0, 4_000.0)))
        if self._dice.random() < 0.2:
            self._person.edit()
        if self._dice.random() < 0.2:
            world.boot()
            world.advance(30)
        clock.set_wall(clock.now() - away)
        world.is_right = True
        world.came_back()
        world.advance(self._dice.choice((0.0, 60.0)))

    # --- the program ------------------------------------------------------------------------

    def _kill(self) -> None:
        """The process dies, at once or where it hurts most; it is started again some time later."""
        world = self._world
        if self._dice.random() < 0.7:
            world.hazards.at(self._dice.choice(POINTS), _die)
            world.killed_in(lambda: self._pass(self._dice.uniform(0, 2) * DAY))
            world.hazards.at("", lambda: None)
        seconds = self._dice.choice((1.0, 600.0, 30_000.0, 3 * DAY)) * self._dice.random()
        self._left -= seconds
        world.clock.passes(seconds)
        world.boot()
        world.advance(self._dice.choice((0.0, 20.0)))

    def _disk_full(self) -> None:
        world = self._world
        world.machine.database.is_full = True
        self._pass(self._dice.choice((30.0, 3_600.0, DAY)) * self._dice.random())
        world.machine.database.is_full = False
        world.clock.passes(self._dice.uniform(0, 15))
        world.came_back()
        world.advance(0)

    def _second(self) -> None:
        """Another program claims from the same store, before, between or after the first."""
        world = self._world
        second = world.another()
        run_now(second.ticker.claim_now())
        point = self._dice.choice(("claim.before", "claim.after", "dispatch.before"))
        world.hazards.at(point, lambda: run_now(second.ticker.claim_now()))
        self._pass(self._dice.random() * DAY)
        world.hazards.at("", lambda: None)


def _die() -> None:
    raise Killed
