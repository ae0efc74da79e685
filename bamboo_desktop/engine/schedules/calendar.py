"""Calendar: past occurrences and fires to come in one list.

However many schedules there are, the list stays small: what a window holds is shared out among
them, and what goes beyond is one entry that stands for many instants.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from bamboo_desktop.clock import Clock
from bamboo_desktop.domain.errors import InvalidInputError
from bamboo_desktop.domain.fire import Fire, FireNote
from bamboo_desktop.domain.ids import ScheduleId
from bamboo_desktop.domain.occurrence import Occurrence, OccurrenceState
from bamboo_desktop.domain.schedule import Schedule
from bamboo_desktop.domain.schedule_view import CalendarEntry
from bamboo_desktop.engine.schedules.fires import NoProgressError, fires
from bamboo_desktop.engine.schedules.zones import Zones
from bamboo_desktop.store import occurrence_lists, schedules
from bamboo_desktop.store.reads import Reads
from bamboo_desktop.store.transaction import Tx

LONGEST = timedelta(days=400)
MOST_PAST = 20_000
"""How many stored rows a calendar lists at most; the newest count."""
MOST_COMING = 20_000
"""How many fires to come are listed at most, over all schedules."""
MOST_OF_ONE = 1_500
LEAST_OF_ONE = 2
MOST_OF_A_RANGE = 300
AT_A_TIME = 200
"""So many schedules are computed before others get their turn."""
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Window:
    start: datetime
    end: datetime
    now: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class _Stored:
    by_id: dict[ScheduleId, Schedule]
    past: tuple[Occurrence, ...]


class Calendar:
    """Lists what was and what will be, between two instants."""

    def __init__(self, reads: Reads, zones: Zones, clock: Clock) -> None:
        self._reads = reads
        self._zones = zones
        self._now = clock.now

    async def entries(
        self,
        start: datetime,
        end: datetime,
        *,
        schedule_ids: Sequence[ScheduleId] | None,
        states: Sequence[OccurrenceState] | None,
    ) -> tuple[CalendarEntry, ...]:
        """See OccurrenceViews.calendar.

        Raises:
            InvalidInputError: the window cannot be shown.
        """
        if not timedelta() <= end - start <= LONGEST:
            raise InvalidInputError(
                "A calendar shows from one instant to a later one, 400 days on."
            )
        window = _Window(start=start.astimezone(UTC), end=end.astimezone(UTC), now=self._now())
        stored = await self._reads.read(
            lambda tx: _stored(tx, window, schedule_ids=schedule_ids, states=states)
        )
        found = await asyncio.to_thread(self._past, stored, window)
        if states is None or OccurrenceState.QUEUED in states:
            found += await self._coming(tuple(stored.by_id.values()), window)
        return await asyncio.to_thread(_in_order, found)

    async def _coming(self, shown: Sequence[Schedule], window: _Window) -> list[CalendarEntry]:
        live = [each for each in shown if each.is_enabled and each.plan.next_at is not None]
        most = max(LEAST_OF_ONE, min(MOST_OF_ONE, MOST_COMING // max(1, len(live))))
        found: list[CalendarEntry] = []
        for first in range(0, len(live), AT_A_TIME):
            some = live[first : first + AT_A_TIME]
            found += await asyncio.to_thread(self._of_some, some, window, most)
        return found

    def _of_some(self, some: Sequence[Schedule], window: _Window, most: int) -> list[CalendarEntry]:
        return [entry for each in some for entry in self._of_one(each, window, most)]

    def _of_one(self, schedule: Schedule, window: _Window, most: int) -> Iterator[CalendarEntry]:
        """The fires of one schedule in the window that have no fate yet."""
        after = max(schedule.plan.accounted_at, window.start - _TICK)
        found = list(islice(self._fires(schedule, after, window.end), most + 1))
        listed = found if len(found) <= most else found[: most - 1]
        for fire in listed:
            yield _to_come(schedule, fire.at, note=fire.note)
        if len(found) > most:
            yield _to_come(schedule, found[most - 1].at, last_at=window.end, count=0)

    def _fires(self, schedule: Schedule, after: datetime, end: datetime) -> Iterator[Fire]:
        try:
            clock = self._zones.clock(schedule.zone)
            ahead = schedule.plan.ahead
            is_plain = not clock.changes(after - timedelta(days=2), end)
            if is_plain and ahead and after < ahead[0] and end <= ahead[-1]:
                found: Iterator[Fire] = (Fire(at=at) for at in ahead)
            else:
                found = fires(schedule.trigger, clock, schedule.window, after)
            for fire in found:
                if fire.at > end:
                    return
                if not _is_paused(schedule, fire.at):
                    yield fire
        except (InvalidInputError, NoProgressError):
            # The claimer pauses such a schedule, with the reason.
            return

    def _past(self, stored: _Stored, window: _Window) -> list[CalendarEntry]:
        found: list[CalendarEntry] = []
        for occurrence in stored.past:
            schedule = stored.by_id.get(occurrence.schedule_id)
            if schedule is not None:
                found += self._of_row(schedule, occurrence, window)
        return found

    def _of_row(
        self, schedule: Schedule, row: Occurrence, window: _Window
    ) -> Iterator[CalendarEntry]:
        """One entry, or for a range one for each of its instants in the window."""
        if row.count == 1:
            yield _been(schedule, row, row.planned_at)
            return
        instants = list(islice(self._range(schedule, row, window), MOST_OF_A_RANGE + 1))
        if len(instants) <= MOST_OF_A_RANGE:
            yield from (_been(schedule, row, at) for at in instants)
            return
        shown = instants[: MOST_OF_A_RANGE - 1]
        yield from (_been(schedule, row, at) for at in shown)
        last_at = min(row.last_at, window.end)
        is_whole = row.planned_at >= window.start and row.last_at <= window.end
        rest = row.count - len(shown) if is_whole else 0
        yield _been(schedule, row, instants[MOST_OF_A_RANGE - 1], last_at=last_at, count=rest)

    def _range(self, schedule: Schedule, row: Occurrence, window: _Window) -> Iterator[datetime]:
        """The instants of a range: its ends are certain, those between follow the present rule."""
        first, last = max(row.planned_at, window.start), min(row.last_at, window.end)
        if row.planned_at >= window.start:
            yield row.planned_at
        try:
            clock = self._zones.clock(schedule.zone)
            # What the rule was then is not known: from the range's start the present one is taken.
            for fire in fires(schedule.trigger, clock, schedule.window, first - _TICK):
                if fire.at > last:
                    break
                if row.planned_at < fire.at < row.last_at:
                    yield fire.at
        except (InvalidInputError, NoProgressError):
            pass
        if row.last_at <= window.end:
            yield row.last_at


def _stored(
    tx: Tx,
    window: _Window,
    *,
    schedule_ids: Sequence[ScheduleId] | None,
    states: Sequence[OccurrenceState] | None,
) -> _Stored:
    wanted = None if schedule_ids is None else set(schedule_ids)
    listed = schedules.listed(tx)
    past = occurrence_lists.history(
        tx,
        schedule_ids=schedule_ids,
        states=states,
        since=window.start,
        until=window.end,
        limit=MOST_PAST,
    )
    shown = {each.id: each for each in listed if wanted is None or each.id in wanted}
    return _Stored(by_id=shown, past=past)


def _in_order(found: list[CalendarEntry]) -> tuple[CalendarEntry, ...]:
    return tuple(sorted(found, key=lambda entry: (entry.at, entry.name, entry.schedule_id)))


def _is_paused(schedule: Schedule, at: datetime) -> bool:
    return schedule.pause is not None and schedule.pause.covers(at)


def _to_come(
    schedule: Schedule,
    at: datetime,
    *,
    last_at: datetime | None = None,
    count: int = 1,
    note: FireNote = FireNote.NONE,
) -> CalendarEntry:
    return CalendarEntry(
        schedule_id=schedule.id,
        name=schedule.name,
        at=at,
        last_at=last_at or at,
        count=count,
        note=note,
    )


def _been(
    schedule: Schedule,
    occurrence: Occurrence,
    at: datetime,
    *,
    last_at: datetime | None = None,
    count: int = 1,
) -> CalendarEntry:
    return CalendarEntry(
        schedule_id=schedule.id,
        name=schedule.name,
        at=at,
        last_at=last_at or at,
        count=count,
        occurrence=occurrence,
    )
