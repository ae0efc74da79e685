"""FollowUp: what comes after the end of an occurrence: another attempt, or a pause."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

from bamboo_desktop.bus import EventBus, Subscription
from bamboo_desktop.domain.errors import StorageError
from bamboo_desktop.domain.ids import OccurrenceId
from bamboo_desktop.domain.occurrence import Occurrence, OccurrenceState, Reason
from bamboo_desktop.domain.schedule import Pause, PauseReason, Schedule
from bamboo_desktop.domain.schedule_news import OccurrenceChanged
from bamboo_desktop.engine.runs.services import RunServices
from bamboo_desktop.store import occurrence_lists, occurrence_runs, occurrences, schedules
from bamboo_desktop.store.transaction import Tx

DELAYS = (timedelta(seconds=30), timedelta(minutes=5))
"""Before the first retry, and before each later one."""
LOOK_BACK = timedelta(hours=24)
"""What failed longer ago is not tried again after a start of the program."""

log = logging.getLogger(__name__)

_COUNTED = (
    OccurrenceState.SUCCESS,
    OccurrenceState.FAILED,
    OccurrenceState.CANCELLED,
    OccurrenceState.INTERRUPTED,
)


class FollowUp:
    """Hears of occurrences that ended; wakes the dispatcher, retries, pauses what keeps failing."""

    def __init__(self, services: RunServices, bus: EventBus, on_change: Callable[[], None]) -> None:
        self._services = services
        self._on_change = on_change
        self._subscription: Subscription = bus.subscribe(OccurrenceChanged, self._changed)

    def close(self) -> None:
        """Hear no more."""
        self._subscription.cancel()

    async def make_up(self) -> None:
        """Follow up what failed just before the program ended.

        Only the newest of a schedule that nobody has touched since: all else has been seen to, or
        a later one stands for it.

        Raises:
            StorageError: the disk refused; they stay failed, as they are shown.
        """
        database = self._services.database
        since = self._services.clock.now() - LOOK_BACK
        for failed in await database.read(lambda tx: occurrence_lists.failed_last(tx, since)):
            await database.write(partial(self._after_failure, seen=failed))

    def _changed(self, news: OccurrenceChanged) -> None:
        if self._services.tasks.is_closed:
            return
        self._services.tasks.spawn(
            self._consider(news.occurrence_id), name=f"follow up {news.occurrence_id}"
        )

    async def _consider(self, occurrence_id: OccurrenceId) -> None:
        try:
            await self._follow(occurrence_id)
        except StorageError as error:
            # It stays failed, as it is shown; a person can run it again.
            log.warning("no follow-up of %s: %s", occurrence_id, error.sentence)
        self._on_change()

    async def _follow(self, occurrence_id: OccurrenceId) -> None:
        occurrence = await self._services.database.read(
            lambda tx: occurrences.get(tx, occurrence_id)
        )
        if occurrence is not None and occurrence.state is OccurrenceState.FAILED:
            await self._services.database.write(lambda tx: self._after_failure(tx, occurrence))

    def _after_failure(self, tx: Tx, seen: Occurrence) -> None:
        occurrence = occurrences.get(tx, seen.id)
        schedule = schedules.get(tx, seen.schedule_id)
        if occurrence != seen or schedule is None or schedule.deleted_at is not None:
            return
        if self._may_retry(tx, schedule, occurrence):
            delay = DELAYS[min(occurrence.attempt - 1, len(DELAYS) - 1)]
            occurrences.requeue(tx, occurrence, not_before=tx.now + delay)
        else:
            _pause_if_failing(tx, schedule)

    def _may_retry(self, tx: Tx, schedule: Schedule, occurrence: Occurrence) -> bool:
        return (
            occurrence.reason is Reason.NONE
            and 1 <= occurrence.attempt <= schedule.policies.retries
            and occurrence_runs.was_transient(tx, occurrence)
            and not occurrence_runs.had_effect(tx, occurrence)
        )


def _pause_if_failing(tx: Tx, schedule: Schedule) -> None:
    """So many failures in a row are no accident; the schedule waits for a person."""
    limit = schedule.policies.pause_after
    if not limit or schedule.pause is not None:
        return
    last = occurrence_lists.last_ended(tx, schedule.id, states=_COUNTED, limit=limit)
    if len(last) < limit or any(each.state is not OccurrenceState.FAILED for each in last):
        return
    message = f"It failed {limit} times in a row. The last time: {last[0].error}".strip()
    pause = Pause(since=tx.now, reason=PauseReason.FAILURES, message=message)
    schedules.save(tx, replace(schedule, pause=pause))
