"""Previewing: what a rule means, without anything being stored.

Imports neither the store nor what it is built on, so that a command line answers at once.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice, pairwise

from bamboo_desktop.domain.errors import InvalidInputError
from bamboo_desktop.domain.fire import Fire, FireNote
from bamboo_desktop.domain.schedule import Policies
from bamboo_desktop.domain.schedule_view import Preview
from bamboo_desktop.domain.trigger import FireWindow, Trigger
from bamboo_desktop.engine.schedules.fires import NoProgressError, fires
from bamboo_desktop.engine.schedules.wall_clock import WallClock
from bamboo_desktop.engine.schedules.wording import sentence

MOST_FIRES = 10_000
"""How many fires are computed for one preview."""
SLOW_SECONDS = 0.05
SHORT = timedelta(minutes=15)
NEVER = (
    "This rule has no fire in the next eight years, so nothing would ever run; choose other days "
    "or another window."
)
CIRCLE = "The fires of this rule cannot be computed: each has to come after the one before."
LAST_YEAR = 9000
_DAY = timedelta(days=1)
_TICK = timedelta(microseconds=1)
_LOOKED_AT = 1_500
"""How many fires at most are looked at for the most that fall into a day."""


def coming(
    trigger: Trigger, clock: WallClock, window: FireWindow, after: datetime
) -> Iterator[Fire]:
    """The fires after an instant that run something, each at most 8 years after the one before.

    Raises:
        InvalidInputError: the rule cannot be read or computed.
    """
    try:
        for fire in fires(trigger, clock, window, after):
            if fire.at.year > LAST_YEAR:
                return
            if fire.is_run:
                yield fire
    except NoProgressError as error:
        raise InvalidInputError(CIRCLE) from error


def previewed(
    trigger: Trigger,
    clock: WallClock,
    *,
    window: FireWindow,
    policies: Policies,
    after: datetime,
    count: int,
) -> Preview:
    """The next fires of a rule, its sentence, and what the person should know about it.

    Raises:
        InvalidInputError: the rule cannot be read.
    """
    if not 0 <= count <= MOST_FIRES:
        raise InvalidInputError(f"Between 0 and {MOST_FIRES:,} fires can be shown at once.")
    said = sentence(trigger, clock)
    began = time.thread_time()
    found = tuple(islice(coming(trigger, clock, window, after), max(count, 2)))
    took = time.thread_time() - began
    warnings = [] if found else [NEVER]
    warnings += _frequency(trigger, clock, window, policies, found)
    warnings += _clock_changes(found[:count], clock)
    if took > SLOW_SECONDS:
        warnings.append("This rule takes long to compute; a plainer one is easier on the machine.")
    return Preview(fires=found[:count], sentence=said, warnings=tuple(warnings))


def _frequency(
    trigger: Trigger,
    clock: WallClock,
    window: FireWindow,
    policies: Policies,
    found: Sequence[Fire],
) -> list[str]:
    """What is said about a rule that fires often."""
    if not found:
        return []
    day = list(islice(coming(trigger, clock, window, found[0].at - _TICK), _LOOKED_AT))
    shortest = min((after.at - before.at for before, after in pairwise(day)), default=_DAY)
    most = _most_in_a_day([fire.at for fire in day])
    said = []
    if shortest < SHORT:
        said.append(f"It fires every {_minutes(shortest)} at times: {most:,} runs a day.")
    if most > policies.daily_cap:
        said.append(
            f"It fires {most:,} times a day and only {policies.daily_cap:,} runs a day are "
            "allowed; the rest is skipped. Allow more, or choose a longer period."
        )
    return said


def _most_in_a_day(instants: Sequence[datetime]) -> int:
    """The most instants within any 24 hours."""
    most, first = 0, 0
    for number, at in enumerate(instants):
        while at - instants[first] >= _DAY:
            first += 1
        most = max(most, number - first + 1)
    return most


def _minutes(period: timedelta) -> str:
    minutes = period.total_seconds() / 60
    return "minute" if minutes == 1 else f"{minutes:g} minutes"


def _clock_changes(found: Sequence[Fire], clock: WallClock) -> list[str]:
    """One line for each kind of clock change that touches a fire shown."""
    said = []
    moved = next((fire for fire in found if fire.note is FireNote.AFTER_GAP), None)
    if moved is not None:
        wall = moved.at.astimezone(clock.zone)
        said.append(
            f"On {wall:%Y-%m-%d} the clock is put forward over this time; it runs at {wall:%H:%M}."
        )
    twice = next((fire for fire in found if fire.note is FireNote.FIRST_OF_TWO), None)
    if twice is not None:
        wall = twice.at.astimezone(clock.zone)
        said.append(
            f"On {wall:%Y-%m-%d} the clock shows {wall:%H:%M} twice; it runs the first time only."
        )
    return said
