"""Fires: the planned instants of a trigger, in order, each later than the one before.

Wall rules follow the cron daemon across clock changes (man 8 cron, "Daylight Saving Time and other
time changes"). A rule of fixed times that falls into a gap of up to three hours fires once at the
end of the gap, and of an hour that comes twice only the first counts. A rule with a wildcard
follows the wall clock. A longer jump counts as a move of the zone: the new time holds at once.

croniter is asked on naive wall time only, within stretches of constant offset; with a zone it
fires twice in autumn.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import takewhile

from bamboo_desktop.domain.fire import Fire, FireNote
from bamboo_desktop.domain.trigger import FireWindow, Interval, Once, Trigger
from bamboo_desktop.engine.schedules.wall_clock import OffsetChange, Stretch, WallClock
from bamboo_desktop.engine.schedules.wall_rules import WallRule, wall_rule

LONGEST_JUMP = timedelta(hours=3)
"""A longer change of the wall clock is not made up for."""
HORIZON = timedelta(days=8 * 366)
"""How far ahead a fire is looked for."""

_TICK = timedelta(microseconds=1)
_ZERO = timedelta()


class NoProgressError(Exception):
    """A computed fire is not later than the one before; the schedule has to be paused."""


def fires(
    trigger: Trigger, clock: WallClock, window: FireWindow, after: datetime
) -> Iterator[Fire]:
    """The fires strictly after `after`, inside the window, each at most 8 years after another.

    Args:
        trigger: the rule.
        clock: the wall clock of the schedule's zone.
        window: when the rule counts.
        after: aware; instants at or before it are passed over.

    Raises:
        InvalidInputError: a cron expression that cannot be read.
        NoProgressError: the arithmetic went in a circle.
    """
    if window.start_at is not None:
        after = max(after, window.start_at - _TICK)
    while True:
        last = after
        for fire in _ahead(trigger, clock, window, after):
            if fire.at <= last:
                raise NoProgressError(f"{trigger} in {clock.name}: {fire.at} is not after {last}")
            last = fire.at
            yield fire
        if last == after:
            return
        after = last


def _ahead(
    trigger: Trigger, clock: WallClock, window: FireWindow, after: datetime
) -> Iterator[Fire]:
    """The fires of the next 8 years."""
    until = after + HORIZON
    if window.end_at is not None:
        until = min(until, window.end_at)
    return takewhile(lambda fire: fire.at <= until, _unbounded(trigger, clock, after, until))


def next_fire(
    trigger: Trigger, clock: WallClock, window: FireWindow, after: datetime
) -> Fire | None:
    """The first fire strictly after `after` that runs something, or None within 8 years."""
    return next((fire for fire in fires(trigger, clock, window, after) if fire.is_run), None)


def count_until(
    trigger: Trigger, clock: WallClock, window: FireWindow, *, first: datetime, last: datetime
) -> int:
    """How many fires there are from `first` to `last`, both included."""
    coming = fires(trigger, clock, window, first - _TICK)
    return sum(1 for _ in takewhile(lambda fire: fire.at <= last, coming))


def _unbounded(
    trigger: Trigger, clock: WallClock, after: datetime, until: datetime
) -> Iterator[Fire]:
    if isinstance(trigger, Once):
        return iter([Fire(at=trigger.at)] if trigger.at > after else [])
    if isinstance(trigger, Interval):
        return _periods(trigger, after)
    return _wall_fires(wall_rule(trigger), clock, after, until)


def _periods(trigger: Interval, after: datetime) -> Iterator[Fire]:
    at = trigger.anchor_at + ((after - trigger.anchor_at) // trigger.every + 1) * trigger.every
    while True:
        yield Fire(at=at)
        at += trigger.every


def _wall_fires(
    rule: WallRule, clock: WallClock, after: datetime, until: datetime
) -> Iterator[Fire]:
    stretch = clock.stretch(after, until=until)
    while True:
        yield from _in_stretch(rule, stretch, after)
        change = stretch.closed_by
        if change is None:
            return
        stretch = clock.stretch(change.at, until=until)
        made_up = _made_up(rule, change)
        if made_up is not None:
            yield made_up
        # A wall time that exists at the very end of a gap is the same instant as what is made up.
        after = change.at if made_up is not None else change.at - _TICK


def _in_stretch(rule: WallRule, stretch: Stretch, after: datetime) -> Iterator[Fire]:
    wall = stretch.wall(after)
    if rule.is_fixed:
        wall = max(wall, _first_new_wall(stretch) - _TICK)
    end = stretch.wall(stretch.end)
    repeated_from = _repeated_from(rule, stretch)
    for found in rule.after(wall):
        if found >= end:
            return
        is_first_of_two = repeated_from is not None and found >= repeated_from
        note = FireNote.FIRST_OF_TWO if is_first_of_two else FireNote.NONE
        yield Fire(at=stretch.instant(found), note=note)


def _first_new_wall(stretch: Stretch) -> datetime:
    """From which wall time on a stretch shows what the one before it has not shown already."""
    change = stretch.opened_by
    if change is None or not -LONGEST_JUMP <= change.size < _ZERO:
        return stretch.wall(stretch.start)
    return stretch.wall(stretch.start) - change.size


def _repeated_from(rule: WallRule, stretch: Stretch) -> datetime | None:
    """From which wall time on a stretch shows what the next one will show again."""
    change = stretch.closed_by
    if not rule.is_fixed or change is None or not -LONGEST_JUMP <= change.size < _ZERO:
        return None
    return stretch.wall(stretch.end) + change.size


def _made_up(rule: WallRule, change: OffsetChange) -> Fire | None:
    """What becomes of the wall times that a gap left out; however many there are, one fire."""
    if not rule.is_fixed or change.size <= _ZERO:
        return None
    gap_start = change.at.replace(tzinfo=None) + change.before
    gap_end = gap_start + change.size
    left_out = next(rule.after(gap_start - _TICK), None)
    if left_out is None or left_out >= gap_end:
        return None
    if change.size <= LONGEST_JUMP:
        return Fire(at=change.at, note=FireNote.AFTER_GAP)
    if next(rule.after(gap_end - _TICK), None) == gap_end:
        # It fires at this very instant anyway, by its own right.
        return None
    return Fire(at=change.at, note=FireNote.ZONE_MOVED)
