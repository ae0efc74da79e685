"""What a person does to schedules in a story."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta

from bamboo_desktop.domain.errors import ConflictError, StorageError
from bamboo_desktop.domain.ids import OccurrenceId, ScheduleId
from bamboo_desktop.domain.run_config import RunConfig
from bamboo_desktop.domain.schedule import Misfire, Overlap, Policies, QuietHours, WhileWaiting
from bamboo_desktop.domain.schedule_view import ScheduleDraft
from tests.faults.schedule_world.almanac import OFTEN, RULES, Period, Rule
from tests.faults.schedule_world.history import History
from tests.faults.schedule_world.inline_store import run_now
from tests.faults.schedule_world.machine import MODEL
from tests.faults.schedule_world.world import World

DAY = 86_400.0
_QUIET = QuietHours(start=time(22), end=time(6, 30))


class Person:
    """Makes, changes and stops schedules.

    Args:
        passes: lets time go by.
    """

    def __init__(
        self,
        world: World,
        dice: random.Random,
        period: Period,
        passes: Callable[[float], None],
    ) -> None:
        self._world = world
        self._dice = dice
        self._period = period
        self._pass = passes
        self._names = 0

    def _draft(self, rule: Rule, zone: str, history: History) -> ScheduleDraft:
        dice = self._dice
        return ScheduleDraft(
            name="Look after it",
            trigger=rule.trigger(history.anchor),
            zone=zone,
            policies=Policies(
                misfire=history.misfire,
                quiet=_QUIET if history.is_quiet else None,
                overlap=dice.choice((Overlap.SKIP, Overlap.SKIP, *Overlap)),
                while_waiting=dice.choice((WhileWaiting.SKIP, *WhileWaiting)),
                pause_after=dice.choice((0, 3)),
                jitter=timedelta(minutes=dice.choice((0, 0, 10))),
            ),
            run_config=RunConfig(prompt="Look after it.", model=MODEL),
        )

    def create(self) -> None:
        world = self._world
        epoch = world.clock.now().replace(hour=0, minute=0) - timedelta(days=5)
        history = History(
            id=ScheduleId(""),
            epoch=epoch,
            anchor=epoch + timedelta(minutes=self._dice.randrange(1_440)),
            misfire=self._dice.choice((*[Misfire.LATEST] * 5, *Misfire)),
            is_quiet=self._dice.random() < 0.15,
        )
        rule, zone = self._rule(), self._dice.choice(self._period.zones)
        made = run_now(world.machine.timetable.schedules.create(self._draft(rule, zone, history)))
        history.id = made.id
        history.begin(rule, zone, made.plan.accounted_at)
        world.histories.append(history)

    def _rule(self) -> Rule:
        return self._dice.choice(OFTEN) if self._dice.random() < 0.05 else self._dice.choice(RULES)

    def edit(self) -> None:
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

    def rename(self) -> None:
        world, history = self._world, self._dice.choice(self._world.histories)
        desk = world.machine.timetable.schedules
        seen = run_now(desk.get(history.id))
        draft = replace(
            self._draft(history.last.rule, history.last.zone, history), name=f"Name {self._names}"
        )
        run_now(desk.edit(history.id, draft, expected_revision=seen.revision))

    def switch(self) -> None:
        """Off, and after a while on again."""
        world, history = self._world, self._dice.choice(self._world.histories)
        desk = world.machine.timetable.schedules
        run_now(desk.set_enabled(history.id, enabled=False))
        self._pass(self._dice.choice((60.0, DAY, 3 * DAY)) * self._dice.random())
        run_now(desk.set_enabled(history.id, enabled=True))
        world.advance(0)

    def pause(self) -> None:
        world, history = self._world, self._dice.choice(self._world.histories)
        desk = world.machine.timetable.schedules
        until = world.clock.now() + timedelta(hours=self._dice.uniform(1, 40))
        run_now(desk.pause(history.id, until=until if self._dice.random() < 0.5 else None))
        self._pass(DAY * self._dice.random())
        run_now(desk.resume(history.id))
        world.advance(0)

    def run_now(self) -> None:
        world, history = self._world, self._dice.choice(self._world.histories)
        try:
            run_now(world.machine.timetable.occurrences.run_now(history.id))
        except ConflictError:
            return
        world.advance(60)

    def bin(self) -> None:
        """Into the bin, and after a while back from it."""
        world, history = self._world, self._dice.choice(self._world.histories)
        desk = world.machine.timetable.schedules
        run_now(desk.trash(history.id))
        self._pass(self._dice.choice((3_600.0, 2 * DAY)) * self._dice.random())
        run_now(desk.restore(history.id))
        world.came_back()
        world.advance(0)

    def decide(self) -> None:
        """Says what shall become of what was missed."""
        desk = self._world.machine.timetable.occurrences
        for occurrence_id in self._world.inspector.asked():
            run_now(desk.decide_missed(OccurrenceId(occurrence_id), run=self._dice.random() < 0.6))
        self._world.advance(60)
