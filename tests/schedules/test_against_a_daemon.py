"""Around every change of every clock our fires are those of a cron daemon."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import takewhile

import pytest

from bamboo_desktop.domain.trigger import Cron, FireWindow
from bamboo_desktop.engine.schedules.fires import fires
from bamboo_desktop.engine.schedules.wall_clock import OffsetChange, WallClock
from bamboo_desktop.engine.schedules.zones import Zones
from tests.schedules.daemon import Line, runs

FIRST = datetime(2010, 1, 1, tzinfo=UTC)
LAST = datetime(2036, 1, 1, tzinfo=UTC)
AROUND = timedelta(days=2)
SAMPLE = 40
MINUTES = ("*", "0", "30", "*/15", "*/7", "0,15,45", "59", "10-20/5", "1-59/2", "0-59")
HOURS = ("*", "0", "1", "2", "3", "23", "*/2", "0-4", "22-23", "1,2,3", "0-23", "12")
DAYS = (
    ("*", "*"),
    ("*", "0"),
    ("*", "1-5"),
    ("1,15,29-31", "*"),
    ("1-7", "0,6"),
    ("*/2", "0,6"),
    ("1-31", "3"),
    ("28-31", "*/3"),
)


@dataclass(frozen=True)
class Case:
    """A change of the clock in a zone, and what is asked around it."""

    clock: WallClock
    change: OffsetChange


def all_changes() -> list[Case]:
    """Every change 2010 to 2035, zones with equal changes once."""
    zones, seen = Zones(), set[tuple[OffsetChange, ...]]()
    cases: list[Case] = []
    for name in sorted(zones.names):
        clock = zones.clock(name)
        changes = clock.changes(FIRST, LAST)
        if changes not in seen:
            seen.add(changes)
            cases.extend(Case(clock, change) for change in changes)
    return cases


def lines(chance: random.Random, count: int) -> Iterator[Line]:
    """Crontab lines of every shape."""
    for _ in range(count):
        day, weekday = chance.choice(DAYS)
        minute, hour = chance.choice(MINUTES), chance.choice(HOURS)
        yield Line(f"{minute} {hour} {day} * {weekday}")


def ours(line: Line, case: Case, start: datetime, end: datetime) -> list[datetime]:
    found = fires(Cron(expression=line.text), case.clock, FireWindow(), start)
    return [fire.at for fire in takewhile(lambda fire: fire.at <= end, found) if fire.is_run]


def differences(cases: list[Case], chance: random.Random, lines_each: int) -> list[str]:
    wrong: list[str] = []
    for case in cases:
        start, end = case.change.at - AROUND, case.change.at + AROUND
        for line in lines(chance, lines_each):
            expected = list(runs(line, case.clock.zone, start, end))
            if ours(line, case, start, end) != expected:
                wrong.append(f"{line.text} in {case.clock.name} around {case.change.at}")
    return wrong


def test_fires_around_a_sample_of_changes_are_those_of_the_daemon() -> None:
    chance = random.Random(20261121)
    cases = chance.sample(all_changes(), SAMPLE)
    assert differences(cases, chance, 1) == []


@pytest.mark.long
def test_fires_around_every_change_are_those_of_the_daemon() -> None:
    assert differences(all_changes(), random.Random(7), 3) == []


def test_fires_around_the_longest_jumps_are_those_of_the_daemon() -> None:
    """Whole days left out (Apia, Fakaofo), three hours at once (Casey), half hours (Lord Howe)."""
    named = {"Pacific/Apia", "Pacific/Fakaofo", "Antarctica/Casey", "Australia/Lord_Howe"}
    zones = Zones()
    cases = [
        Case(zones.clock(name), change)
        for name in sorted(named)
        for change in zones.clock(name).changes(FIRST, datetime(2021, 1, 1, tzinfo=UTC))
    ]
    assert len(cases) > 20
    assert differences(cases, random.Random(1), 4) == []
