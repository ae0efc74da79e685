"""A story: a seed's worth of things that happen to schedules, one after the other."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import timedelta

from bamboo_desktop.domain.errors import ConflictError, StorageError
from bamboo_desktop.domain.run_config import RunConfig
from bamboo_desktop.domain.schedule import Overlap, Policies, WhileWaiting
from bamboo_desktop.domain.schedule_view import ScheduleDraft
from tests.faults.schedule_world.almanac import OFTEN, PERIODS, RULES, Rule
from tests.faults.schedule_world.history import History
from tests.faults.schedule_world.inline_store import MemoryFile, run_now
from tests.faults.schedule_world.inspector import Findings
from tests.faults.schedule_world.machine import MODEL, Killed
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
        self._left = days * DAY
        self._events = 0

    def play(self) -> Told:
        for _ in range(self._dice.choice((1, 1, 1, 2, 3))):
            self._create()
        deeds = (
            (self._time_passes, 14), (self._suspend, 5), (self._step, 3), (self._visit, 1),
            (self._kill, 4), (self._disk_full, 2), (self._edit, 3), (self._rename, 1),
            (self._switch, 3), (self._pause, 2), (self._second, 3), (self._run_now, 1),
        )  # fmt: skip
        kinds, weights = zip(*deeds, strict=True)
        while self._left > 0:
            (deed,) = self._dice.choices(kinds, weights)
            self._happens(deed.__name__)
            deed()
            self._world.inspect()
        self._end()
        return Told(self._seed, self._events, self._world.found)

    def _happens(self, _name: str) -> None:
        self._events += 1

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
            self._edit()
        self._pass(self._dice.choice((5.0, 100.0, 4_000.0)))
        if self._dice.random() < 0.2:
            self._edit()
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

    # --- the person -------------------------------------------------------------------------

    def _draft(self, rule: Rule, zone: str, history: History) -> ScheduleDraft:
        dice = self._dice
        return ScheduleDraft(
            name="Look after it",
            trigger=rule.trigger(history.anchor),
            zone=zone,
            policies=Policies(
                overlap=dice.choice((Overlap.SKIP, Overlap.SKIP, *Overlap)),
                while_waiting=dice.choice((WhileWaiting.SKIP, *WhileWaiting)),
                pause_after=dice.choice((0, 3)),
                jitter=timedelta(minutes=dice.choice((0, 0, 10))),
            ),
            run_config=RunConfig(prompt="Look after it.", model=MODEL),
        )

    def _create(self) -> None:
        world = self._world
        epoch = world.clock.now().replace(hour=0, minute=0) - timedelta(days=5)
        history = History(
            id=world.machine.services.ids.fresh(),  # type: ignore[arg-type]
            epoch=epoch,
            anchor=epoch + timedelta(minutes=self._dice.randrange(1_440)),
        )
        rule, zone = self._rule(), self._dice.choice(self._period.zones)
        made = run_now(world.machine.timetable.schedules.create(self._draft(rule, zone, history)))
        history.id = made.id
        history.begin(rule, zone, made.plan.accounted_at)
        world.histories.append(history)

    def _rule(self) -> Rule:
        return self._dice.choice(OFTEN) if self._dice.random() < 0.05 else self._dice.choice(RULES)

    def _edit(self) -> None:
        """Another rule, or another zone."""
        world, history = self._world, self._dice.choice(self._world.histories)
        rule, zone = history.last.rule, history.last.zone
        if self._dice.random() < 0.5:
            rule = self._rule()
        else:
            zone = self._dice.choice(self._period.zones)
        desk = world.machine.timetable.schedules
        if self._dice.random() < 0.3:
            # Time went by since anybody looked.
            world.clock.passes(self._dice.uniform(0, 4 * 3_600))
            world.came_back()
        is_same = rule.trigger(history.anchor) == history.last.rule.trigger(history.anchor)
        is_same = is_same and zone == history.last.zone
        try:
            seen = run_now(desk.get(history.id))
            draft = self._draft(rule, zone, history)
            run_now(desk.edit(history.id, draft, expected_revision=seen.revision))
        except (StorageError, ConflictError):
            return
        if not is_same:
            after = world.inspector.accounted(history)
            history.outdated |= world.inspector.ahead(history, after)
            history.begin(rule, zone, after)
        world.advance(0)

    def _rename(self) -> None:
        world, history = self._world, self._dice.choice(self._world.histories)
        desk = world.machine.timetable.schedules
        seen = run_now(desk.get(history.id))
        draft = replace(
            self._draft(history.last.rule, history.last.zone, history), name=f"Name {self._events}"
        )
        run_now(desk.edit(history.id, draft, expected_revision=seen.revision))

    def _switch(self) -> None:
        """Off, and after a while on again."""
        world, history = self._world, self._dice.choice(self._world.histories)
        desk = world.machine.timetable.schedules
        run_now(desk.set_enabled(history.id, enabled=False))
        self._pass(self._dice.choice((60.0, DAY, 3 * DAY)) * self._dice.random())
        run_now(desk.set_enabled(history.id, enabled=True))
        world.advance(0)

    def _pause(self) -> None:
        world, history = self._world, self._dice.choice(self._world.histories)
        desk = world.machine.timetable.schedules
        until = world.clock.now() + timedelta(hours=self._dice.uniform(1, 40))
        run_now(desk.pause(history.id, until=until if self._dice.random() < 0.5 else None))
        self._pass(DAY * self._dice.random())
        run_now(desk.resume(history.id))
        world.advance(0)

    def _run_now(self) -> None:
        world, history = self._world, self._dice.choice(self._world.histories)
        try:
            run_now(world.machine.timetable.occurrences.run_now(history.id))
        except ConflictError:
            return
        world.advance(60)


def _die() -> None:
    raise Killed
