"""Upkeep: at the start and every hour, fires are checked against updates, and history is bounded.

The next ten fires of each schedule are stored with the releases they were computed with. Where an
update of the program computes others, that is told by name; nothing is paused.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

from bamboo_desktop.clock import Clock
from bamboo_desktop.domain.errors import InvalidInputError, StorageError
from bamboo_desktop.domain.ids import ScheduleId
from bamboo_desktop.domain.schedule import Plan, Schedule
from bamboo_desktop.domain.schedule_news import FiresMoved
from bamboo_desktop.engine.schedules.claims import planned
from bamboo_desktop.engine.schedules.fires import NoProgressError
from bamboo_desktop.engine.schedules.zones import Zones
from bamboo_desktop.store import occurrence_trim, preferences, schedules
from bamboo_desktop.store.database import Database
from bamboo_desktop.store.transaction import Tx

HISTORY = "schedules.history"
"""The preference: so many ended occurrences a schedule are listed one by one."""
KEPT = 1_000
LEAST_KEPT = 100
"""Fewer would lose the failures in a row that a schedule is paused by."""
YOUNG = timedelta(days=2)
EVERY_SECONDS = 3600.0
AT_ONCE = 100

log = logging.getLogger(__name__)


class Upkeep:
    """Looks after what is stored of schedules."""

    def __init__(self, database: Database, zones: Zones, clock: Clock) -> None:
        self._database = database
        self._zones = zones
        self._clock = clock
        self._moves: tuple[FiresMoved, ...] = ()

    @property
    def moves(self) -> tuple[FiresMoved, ...]:
        """The schedules whose fires an update has moved, since this start."""
        return self._moves

    async def keep_up(self) -> None:
        """Look at the start and every hour, until cancelled."""
        while True:
            try:
                await self.replan()
                await self.trim()
            except StorageError as error:
                log.warning("schedules are looked after in an hour: %s", error.sentence)
            await self._clock.sleep(EVERY_SECONDS)

    async def replan(self) -> None:
        """Compute anew what was computed with other releases, and tell whose fires moved.

        Raises:
            StorageError: the disk refused; the rest is looked at again later.
        """
        last = ScheduleId("")
        while True:
            found = await self._database.read(
                partial(
                    schedules.planned_otherwise,
                    version=self._zones.version,
                    after=last,
                    limit=AT_ONCE,
                )
            )
            if not found:
                return
            last = found[-1].id
            plans = await asyncio.to_thread(self._planned, found)
            self._moves += await self._database.write(partial(_stored, plans=plans))

    async def trim(self) -> int:
        """Sum up what goes beyond the history that is kept; returns how many rows went.

        Raises:
            StorageError: the disk refused; the rest is looked at again later.
        """
        keep = await self._database.read(_kept)
        before, gone = self._clock.now() - YOUNG, 0
        for schedule_id in await self._database.read(
            lambda tx: occurrence_trim.crowded(tx, keep=keep)
        ):
            while went := await self._database.write(
                partial(
                    occurrence_trim.trim,
                    schedule_id=schedule_id,
                    keep=keep,
                    before=before,
                    most=AT_ONCE,
                )
            ):
                gone += went
        return gone

    def _planned(self, found: Sequence[Schedule]) -> list[tuple[Schedule, Plan]]:
        plans = []
        for seen in found:
            try:
                clock = self._zones.clock(seen.zone)
                plan = planned(seen, clock, seen.plan.accounted_at)
            except (InvalidInputError, NoProgressError) as error:
                # Whoever claims its next fire pauses it, with the reason.
                log.warning("schedule %s cannot be planned: %s", seen.id, error)
                continue
            plans.append((seen, replace(plan, version=self._zones.version)))
        return plans


def _stored(tx: Tx, plans: Sequence[tuple[Schedule, Plan]]) -> tuple[FiresMoved, ...]:
    moves = []
    for seen, plan in plans:
        if not schedules.advance(tx, seen, plan):
            continue  # changed meanwhile, and planned anew by that
        before = seen.plan.ahead
        if before and plan.ahead[: len(before)] != before:
            move = FiresMoved(seen.id, seen.name, before=before, after=plan.ahead)
            tx.tell(move)
            moves.append(move)
    return tuple(moves)


def _kept(tx: Tx) -> int:
    wanted = preferences.get(tx, HISTORY) or ""
    is_number = wanted.isascii() and wanted.isdigit() and len(wanted) < len("1000000000")
    return max(LEAST_KEPT, int(wanted)) if is_number else KEPT
