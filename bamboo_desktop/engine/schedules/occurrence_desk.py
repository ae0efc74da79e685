"""Occurrences: what a person can do with single runs of schedules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bamboo_desktop.domain.errors import ConflictError
from bamboo_desktop.domain.ids import OccurrenceId, ScheduleId, SessionId
from bamboo_desktop.domain.occurrence import (
    Occurrence,
    OccurrenceKind,
    OccurrenceState,
    Reason,
    Timing,
)
from bamboo_desktop.engine.runs.desk import Runs
from bamboo_desktop.engine.runs.services import RunServices
from bamboo_desktop.engine.schedules.dispatcher import Dispatcher
from bamboo_desktop.engine.schedules.occurrence_views import OccurrenceViews
from bamboo_desktop.engine.schedules.zones import Zones
from bamboo_desktop.store import occurrence_lists, occurrences, schedules
from bamboo_desktop.store.transaction import Tx

ALREADY_QUEUED = "A run of this schedule is queued already; it starts when there is room."


class Occurrences(OccurrenceViews):
    """Shows runs, runs by hand, takes back, decides on what was missed.

    Args:
        on_change: wakes the dispatcher.
    """

    def __init__(
        self,
        services: RunServices,
        zones: Zones,
        runs: Runs,
        dispatcher: Dispatcher,
        on_change: Callable[[], None],
    ) -> None:
        super().__init__(services.database, zones, services.clock)
        self._services = services
        self._runs = runs
        self._dispatcher = dispatcher
        self._on_change = on_change

    async def asked(self) -> tuple[Occurrence, ...]:
        """The missed ones that a person is asked about, oldest first; see `decide_missed`."""
        found = await self._services.database.read(occurrence_lists.all_open)
        return tuple(each for each in found if _is_asked(each))

    async def run_now(
        self, schedule_id: ScheduleId, *, as_of: datetime | None = None
    ) -> Occurrence:
        """Run it once by hand; the rule's own fires stay as they are.

        Args:
            schedule_id: which one.
            as_of: the missed instant it stands in for.

        Raises:
            ConflictError: one is queued already.
            NotFoundError: the schedule is gone.
        """

        def work(tx: Tx) -> Occurrence:
            schedules.required(tx, schedule_id)
            queued = occurrence_lists.open_of(tx, schedule_id)
            if any(_is_queued_by_hand(each) for each in queued):
                raise ConflictError(ALREADY_QUEUED)
            made = Occurrence(
                id=OccurrenceId(self._services.ids.fresh()),
                schedule_id=schedule_id,
                kind=OccurrenceKind.MANUAL,
                planned_at=tx.now,
                last_at=tx.now,
                count=1,
                state=OccurrenceState.QUEUED,
                timing=Timing.ON_TIME,
                claimed_at=tx.now,
                owner=tx.boot_id,
                not_before=tx.now,
                as_of=as_of,
            )
            occurrences.add(tx, [made])
            return made

        made = await self._services.database.write(work)
        self._on_change()
        return made

    async def start(self, occurrence_id: OccurrenceId) -> Occurrence:
        """Start one at once where nobody keeps time; returns it as it stands then.

        It stays queued when its schedule lets it wait for the run before it.

        Raises:
            NotFoundError: there is none.
            StorageError: the disk refused; it stays queued.
        """
        await self._dispatcher.start_one(occurrence_id)
        return await self.get(occurrence_id)

    async def cancel(self, occurrence_id: OccurrenceId) -> bool:
        """Take an occurrence back: queued it never starts, running it is stopped.

        Returns:
            False when it had ended already.
        """

        def work(tx: Tx) -> bool | SessionId:
            present = occurrences.required(tx, occurrence_id)
            if _is_carried(present) and present.session_id is not None:
                return present.session_id
            return occurrences.settle(
                tx,
                present,
                OccurrenceState.CANCELLED,
                reason=Reason.BY_PERSON,
                error=present.error,
            )

        done = await self._services.database.write(work)
        return done if isinstance(done, bool) else await self._runs.stop(done)

    async def decide_missed(self, occurrence_id: OccurrenceId, *, run: bool) -> bool:
        """Answer whether a missed occurrence shall be caught up; False when it is decided."""

        def work(tx: Tx) -> bool:
            asked = occurrences.required(tx, occurrence_id)
            if not _is_asked(asked):
                return False
            if run:
                # Wanted now, it is not late: what was missed is the question, not the answer.
                occurrences.requeue(tx, asked, not_before=max(asked.not_before, tx.now))
                return True
            return occurrences.settle(tx, asked, OccurrenceState.SKIPPED, reason=Reason.DECLINED)

        is_decided = await self._services.database.write(work)
        self._on_change()
        return is_decided


def _is_asked(occurrence: Occurrence) -> bool:
    return occurrence.state is OccurrenceState.WAITING and occurrence.reason is Reason.ASKED


def _is_carried(occurrence: Occurrence) -> bool:
    """A run advances it, or waits for an answer."""
    if occurrence.state is OccurrenceState.WAITING:
        return occurrence.run_id is not None and occurrence.attempt > 0
    return occurrence.state is OccurrenceState.RUNNING


def _is_queued_by_hand(occurrence: Occurrence) -> bool:
    return occurrence.kind is OccurrenceKind.MANUAL and occurrence.state is OccurrenceState.QUEUED
