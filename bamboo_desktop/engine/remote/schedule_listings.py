"""Listings of schedules: what is stored of them, given in parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from bamboo_desktop.domain.errors import InvalidInputError, NotFoundError
from bamboo_desktop.domain.ids import ScheduleId
from bamboo_desktop.domain.occurrence import OccurrenceState
from bamboo_desktop.domain.schedule import Schedule
from bamboo_desktop.engine.archive import Stored
from bamboo_desktop.engine.remote import schedule_shapes as shapes
from bamboo_desktop.engine.remote.arguments import Arguments
from bamboo_desktop.engine.remote.listings import Batches, ReadContext
from bamboo_desktop.engine.schedules.instants import instant_of

PAGE = 200
_WEEK = timedelta(days=7)


async def schedules(context: ReadContext, arguments: Arguments) -> Batches:
    """Every schedule, or those in the bin."""
    views = context.engine.schedules
    if arguments.flag("bin"):
        rows = [shapes.short(row, views.now()) for row in await views.in_bin()]
    else:
        rows = [shapes.summary(row, views.now()) for row in await views.summaries()]
    for first in range(0, len(rows), PAGE):
        yield rows[first : first + PAGE]


async def schedule(context: ReadContext, arguments: Arguments) -> Batches:
    """One schedule, with how many of its instants had which fate."""
    found = await named(context.engine, arguments.text("schedule"))
    row = await context.engine.schedules.summary(found.id)
    tallies = await context.engine.occurrences.tallies(found.id)
    yield [
        {
            **shapes.whole(row, context.engine.schedules.now()),
            "tallies": [shapes.tally(each) for each in tallies],
        }
    ]


async def history(context: ReadContext, arguments: Arguments) -> Batches:
    """What came of a schedule's runs, the newest first."""
    found = await named(context.engine, arguments.text("schedule"))
    left, offset = arguments.count("limit", 20), arguments.count("offset", 0)
    while left > 0:
        rows = await context.engine.occurrences.history(
            found.id, limit=min(left, PAGE), offset=offset
        )
        if not rows:
            return
        yield [shapes.detail(row) for row in rows]
        left, offset = left - len(rows), offset + len(rows)


async def calendar(context: ReadContext, arguments: Arguments) -> Batches:
    """What was and what will be, by its instant."""
    now = context.engine.schedules.now()
    start, end = arguments.text("from"), arguments.text("to")
    only = [(await named(context.engine, text)).id for text in arguments.texts("schedule")]
    states = arguments.texts("state")
    if not set(states) <= set(OccurrenceState):
        raise InvalidInputError(f"A state is one of {', '.join(OccurrenceState)}.")
    rows = await context.engine.occurrences.calendar(
        instant_of(start, "--from") if start else now - _WEEK,
        instant_of(end, "--to") if end else now + _WEEK,
        schedule_ids=only or None,
        states=[OccurrenceState(state) for state in states] or None,
    )
    for first in range(0, len(rows), PAGE):
        yield [shapes.entry(row) for row in rows[first : first + PAGE]]


async def named(stored: Stored, text: str, *, in_bin: bool = False) -> Schedule:
    """A schedule by its id, by a beginning of it, or by its name, if that fits only one.

    Raises:
        NotFoundError: none fits.
        InvalidInputError: several fit.
    """
    views = stored.schedules
    every = await (views.in_bin() if in_bin else views.listed())
    fitting: Sequence[Callable[[Schedule], bool]] = (
        lambda each: each.id == ScheduleId(text),
        lambda each: each.name == text,
        lambda each: each.id.startswith(text),
        lambda each: each.name.casefold() == text.casefold(),
    )
    for fits in fitting:
        found = [each for each in every if text and fits(each)]
        if len(found) == 1:
            return found[0]
        if found:
            raise InvalidInputError(
                f"{text[:40]!a} fits {len(found)} schedules; give more of the id."
            )
    where = "schedules list --bin" if in_bin else "schedules list"
    raise NotFoundError(f"There is no schedule {text[:40]!a}; list them with: bambooctl {where}")


SCHEDULE_READS: Mapping[str, Callable[[ReadContext, Arguments], Batches]] = {
    "schedules": schedules,
    "schedule": schedule,
    "schedule_history": history,
    "calendar": calendar,
}
