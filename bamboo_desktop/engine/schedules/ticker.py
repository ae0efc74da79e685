"""ScheduleTicker: looks at least every 15 s whether something is due, and claims it.

A sleep is not a schedule: timers stand still while the machine sleeps and the wall clock can be
set, so each tick looks at the clocks anew. Dispatch has a task of its own; a stuck one delays no
claim.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from bamboo_desktop.clock import Clock
from bamboo_desktop.domain.errors import StorageError
from bamboo_desktop.domain.schedule import Schedule
from bamboo_desktop.domain.schedule_view import ClockHold, Heartbeat
from bamboo_desktop.engine.schedules.claimer import Claimer
from bamboo_desktop.engine.schedules.clock_watch import ClockWatch, Jump
from bamboo_desktop.store import schedules
from bamboo_desktop.store.database import Database
from bamboo_desktop.store.transaction import Tx
from bamboo_desktop.tasks import TaskSet

LONGEST_SLEEP = 15.0
SHORTEST_SLEEP = 0.05

log = logging.getLogger(__name__)


class OnClaimed(Protocol):
    """Who dispatches what was claimed."""

    def wake(self) -> None:
        """Something may be startable."""
        ...

    def jumped(self, jump: Jump) -> None:
        """The machine slept or the clock was set."""
        ...


class ScheduleTicker:
    """Claims what is due, in time.

    Args:
        on_beat: called after each tick, with how the ticker is.
    """

    def __init__(
        self,
        *,
        database: Database,
        claimer: Claimer,
        clock: Clock,
        tasks: TaskSet,
        dispatcher: OnClaimed,
        on_beat: Callable[[Heartbeat], None],
    ) -> None:
        self._database = database
        self._claimer = claimer
        self._clock = clock
        self._tasks = tasks
        self._dispatcher = dispatcher
        self._on_beat = on_beat
        self._woken = asyncio.Event()
        self._watch: ClockWatch | None = None
        self._heartbeat = Heartbeat()
        self._next_claim_at: datetime | None = None

    @property
    def heartbeat(self) -> Heartbeat:
        """When the ticker last looked, what runs next, and whether it stands still."""
        return self._heartbeat

    @property
    def next_claim_at(self) -> datetime | None:
        """When something is claimed next, be it only to say that it was not run."""
        return self._next_claim_at

    def wake(self) -> None:
        """Something changed: look at once."""
        self._woken.set()

    def confirm_clock(self) -> None:
        """A person says that the clock is right; claims go on."""
        if self._watch is not None:
            self._watch.confirm()
        self.wake()

    async def keep_time(self) -> None:
        """Tick until cancelled."""
        while True:
            self._woken.clear()
            try:
                await self.tick()
            except StorageError as error:
                # The disk refuses: nothing is lost, the same instants are due at the next tick.
                log.warning("no claims at this tick: %s", error.sentence)
            await self._pause()

    async def tick(self) -> None:
        """Look at the clocks, claim what is due, tell the dispatcher.

        Raises:
            StorageError: the disk refused.
        """
        watch = self._watch
        if watch is None:
            watch = await self._first_look()
        else:
            self._tell(watch.tick())
        now = self._clock.now()
        if watch.hold is None:
            await self._claimer.rewind(now)
            await self._claimer.claim(now)
        self._dispatcher.wake()
        await self._beat(now, watch.hold)

    async def claim_now(self) -> None:
        """Claim what is due by the rules as they are, before somebody changes one.

        Raises:
            StorageError: the disk refused.
        """
        watch = self._watch or await self._first_look()
        # The clock may have been set since the last tick.
        self._tell(watch.look())
        if watch.hold is None:
            await self._claimer.claim(self._clock.now())

    def claim_in(self, tx: Tx, seen: Schedule) -> Schedule:
        """Claim what came due of one schedule since, in the transaction that changes its rule.

        With the clock in doubt nothing is claimed: the time of doubt goes to the new rule.
        """
        if self._watch is None or self._watch.hold is not None:
            return seen
        return self._claimer.claim_in(tx, seen, tx.now)

    async def _first_look(self) -> ClockWatch:
        known = await self._database.read(schedules.latest_accounted)
        if self._watch is None:
            self._watch = ClockWatch(self._clock, known=known)
        return self._watch

    def _tell(self, jump: Jump) -> None:
        if jump.is_noticeable:
            log.info("time jumped: slept %s, set by %s", jump.slept, jump.set_by)
            self._dispatcher.jumped(jump)

    async def _beat(self, now: datetime, hold: ClockHold | None) -> None:
        self._next_claim_at = await self._database.read(schedules.next_due)
        next_run = await self._database.read(schedules.next_run)
        self._heartbeat = Heartbeat(last_tick_at=now, next_due_at=next_run, hold=hold)
        self._on_beat(self._heartbeat)

    async def _pause(self) -> None:
        """Sleep until the next instant is due, something changes, or 15 s have passed."""
        next_due = self._next_claim_at
        seconds = LONGEST_SLEEP
        if next_due is not None and self._heartbeat.hold is None:
            until = (next_due - self._clock.now()).total_seconds()
            seconds = min(LONGEST_SLEEP, max(SHORTEST_SLEEP, until))
        sleep = self._tasks.spawn(self._clock.sleep(seconds), name="ticker sleep")
        woken = self._tasks.spawn(self._woken.wait(), name="ticker woken")
        try:
            await asyncio.wait({sleep, woken}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleep.cancel()
            woken.cancel()
