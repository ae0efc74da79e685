"""OccurrenceViews: what can be seen of the runs of schedules without changing one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bamboo_desktop.clock import Clock
from bamboo_desktop.domain.ids import OccurrenceId, ScheduleId
from bamboo_desktop.domain.occurrence import Occurrence, OccurrenceState, Tally
from bamboo_desktop.domain.schedule_view import CalendarEntry, Comparison, OccurrenceDetail
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.engine.schedules.calendar import Calendar
from bamboo_desktop.engine.schedules.comparing import compared, is_changed
from bamboo_desktop.engine.schedules.zones import Zones
from bamboo_desktop.store import occurrence_lists, occurrence_outcomes, occurrences, schedule_sums
from bamboo_desktop.store.reads import Reads
from bamboo_desktop.store.transaction import Tx

MOST_AT_ONCE = 200
"""How many lines of a history are read at once."""


class OccurrenceViews:
    """Shows occurrences: one by one, as a history, in a calendar, and compared.

    Args:
        reads: what is stored.
        zones: the time zones.
        clock: the present.
    """

    def __init__(self, reads: Reads, zones: Zones, clock: Clock) -> None:
        self._reads = reads
        self._calendar = Calendar(reads, zones, clock)

    async def get(self, occurrence_id: OccurrenceId) -> Occurrence:
        """One occurrence.

        Raises:
            NotFoundError: there is none.
        """
        return await self._reads.read(lambda tx: occurrences.required(tx, occurrence_id))

    async def detail(self, occurrence_id: OccurrenceId) -> OccurrenceDetail:
        """One occurrence with what came of it.

        Raises:
            NotFoundError: there is none.
        """
        return await self._reads.read(
            lambda tx: _details(tx, [occurrences.required(tx, occurrence_id)])[0]
        )

    async def history(
        self, schedule_id: ScheduleId, *, limit: int = 50, offset: int = 0
    ) -> tuple[OccurrenceDetail, ...]:
        """The occurrences of a schedule with what came of them, the newest first.

        Args:
            schedule_id: which schedule.
            limit: how many lines, at most 200.
            offset: how many of the newest are left out.
        """
        return await self._reads.read(
            lambda tx: _details(
                tx,
                occurrence_lists.history(
                    tx, schedule_ids=[schedule_id], limit=min(limit, MOST_AT_ONCE), offset=offset
                ),
            )
        )

    async def tallies(self, schedule_id: ScheduleId) -> tuple[Tally, ...]:
        """How many instants of a schedule had which fate, those no longer listed included."""
        return await self._reads.read(lambda tx: schedule_sums.tallies(tx, schedule_id))

    async def calendar(
        self,
        start: datetime,
        end: datetime,
        *,
        schedule_ids: Sequence[ScheduleId] | None = None,
        states: Sequence[OccurrenceState] | None = None,
    ) -> tuple[CalendarEntry, ...]:
        """Past occurrences and fires to come in one list, by their instants.

        Ranges are given instant by instant; where there are too many, an entry stands for several.

        Args:
            start: the first instant shown.
            end: the last instant shown.
            schedule_ids: only these schedules; all when left out.
            states: only occurrences in these states, and then no fires to come unless QUEUED is
                among them.

        Raises:
            InvalidInputError: the end is before the start, or they are more than 400 days apart.
        """
        return await self._calendar.entries(start, end, schedule_ids=schedule_ids, states=states)

    async def compare(self, one: OccurrenceId, other: OccurrenceId) -> Comparison:
        """Two occurrences side by side, whichever way they are named.

        Raises:
            NotFoundError: one of them is gone.
        """
        first, second = await self._reads.read(
            lambda tx: _details(
                tx, [occurrences.required(tx, one), occurrences.required(tx, other)]
            )
        )
        if second.occurrence.planned_at < first.occurrence.planned_at:
            first, second = second, first
        return compared(first, second)


def _details(tx: Tx, found: Sequence[Occurrence]) -> tuple[OccurrenceDetail, ...]:
    ids = [each.id for each in found]
    attempts = occurrence_outcomes.attempts(tx, ids)
    usages = occurrence_outcomes.usages(tx, ids)
    words: dict[OccurrenceId, str] = {}
    details = []
    for each in found:
        before = _before(tx, each)
        details.append(
            OccurrenceDetail(
                occurrence=each,
                attempts=attempts.get(each.id, ()),
                usage=usages.get(each.id, Usage()),
                duration=_duration(each),
                files=occurrence_outcomes.files(tx, each),
                answer=_said(tx, each, words),
                changed=None
                if before is None
                else is_changed(_said(tx, before, words), _said(tx, each, words)),
            )
        )
    return tuple(details)


def _before(tx: Tx, occurrence: Occurrence) -> Occurrence | None:
    """What an occurrence that has ended with words can be compared with."""
    if occurrence.run_id is None or occurrence.ended_at is None:
        return None
    return occurrence_outcomes.with_words_before(tx, occurrence)


def _said(tx: Tx, occurrence: Occurrence, known: dict[OccurrenceId, str]) -> str:
    if occurrence.id not in known:
        known[occurrence.id] = occurrence_outcomes.answer(tx, occurrence)
    return known[occurrence.id]


def _duration(occurrence: Occurrence) -> timedelta | None:
    if occurrence.started_at is None or occurrence.ended_at is None:
        return None
    return occurrence.ended_at - occurrence.started_at
