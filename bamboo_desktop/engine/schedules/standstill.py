"""Standstill: all schedules paused at once, and only those resumed again.

A schedule that was paused on its own before stays as it is, in both directions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from bamboo_desktop.domain.ids import ScheduleId
from bamboo_desktop.domain.occurrence import Reason
from bamboo_desktop.domain.schedule import Pause, PauseReason, Schedule
from bamboo_desktop.engine.schedules.letting_go import let_go
from bamboo_desktop.store import schedules
from bamboo_desktop.store.database import Database
from bamboo_desktop.store.transaction import Tx

TOGETHER = "Paused together with all other schedules."
AT_ONCE = 100
"""So many schedules are changed in one transaction; others write in between."""

Change = Callable[[Tx, Schedule], Schedule | None]


class Standstill:
    """Pauses and resumes every schedule."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, *, now: datetime, until: datetime | None) -> int:
        """Pause what is not paused; returns how many schedules that were."""
        pause = Pause(since=now, until=until, reason=PauseReason.PERSON, message=TOGETHER)

        def stop(tx: Tx, present: Schedule) -> Schedule | None:
            if present.pause is not None and present.pause.covers(now):
                return None
            let_go(tx, present.id, Reason.PAUSED)
            return replace(present, pause=pause)

        return await self._each(stop)

    async def end(self) -> int:
        """Resume what was paused together; returns how many schedules that were."""

        def go_on(_: Tx, present: Schedule) -> Schedule | None:
            if present.pause is None or present.pause.message != TOGETHER:
                return None
            return replace(present, pause=None)

        return await self._each(go_on)

    async def _each(self, change: Change) -> int:
        ids = [each.id for each in await self._database.read(schedules.listed)]
        changed = 0
        for first in range(0, len(ids), AT_ONCE):
            some = ids[first : first + AT_ONCE]
            changed += await self._database.write(partial(_change, ids=some, change=change))
        return changed


def _change(tx: Tx, *, ids: Sequence[ScheduleId], change: Change) -> int:
    changed = 0
    for schedule_id in ids:
        present = schedules.get(tx, schedule_id)
        if present is None or present.deleted_at is not None:
            continue
        wanted = change(tx, present)
        if wanted is not None:
            schedules.save(tx, wanted)
            changed += 1
    return changed
