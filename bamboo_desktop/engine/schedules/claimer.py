"""Claimer: writes down the fate of every instant that is due, together with the advance."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from bamboo_desktop.domain.errors import InvalidInputError, StorageError
from bamboo_desktop.domain.ids import OccurrenceId, ScheduleId
from bamboo_desktop.domain.occurrence import Occurrence, OccurrenceKind
from bamboo_desktop.domain.schedule import Pause, PauseReason, Schedule
from bamboo_desktop.engine.schedules.claims import Claim, Fate, decide, planned
from bamboo_desktop.engine.schedules.fires import NoProgressError, count_until
from bamboo_desktop.engine.schedules.zones import Zones
from bamboo_desktop.identifiers import IdSource
from bamboo_desktop.store import occurrence_rewind, occurrences, schedules
from bamboo_desktop.store.database import Database
from bamboo_desktop.store.faults import FaultPoints
from bamboo_desktop.store.transaction import Tx

BATCH = 200
SLOW = timedelta(milliseconds=50)
REWIND = timedelta(hours=24)
"""A schedule that is accounted for further ahead than this was so by a wrong clock."""

NOT_COMPUTED = "This rule could not be computed; choose another one, save it and resume it."

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Decided:
    """A schedule as it was read, with its claim, or with why there can be none."""

    seen: Schedule
    claim: Claim | None
    pause: Pause | None


class Claimer:
    """Claims what is due. Rules are computed in a thread, so that no rule can freeze the window."""

    def __init__(
        self, *, database: Database, zones: Zones, ids: IdSource, faults: FaultPoints
    ) -> None:
        self._database = database
        self._zones = zones
        self._ids = ids
        self._faults = faults

    async def claim(self, now: datetime) -> int:
        """Claim everything that is due at `now`; returns how many schedules moved on.

        Raises:
            StorageError: the disk refused; what was not claimed is claimed at the next tick.
        """
        moved = 0
        while True:
            seen, ahead = await self._database.read(lambda tx: _due(tx, now))
            if not seen:
                return moved
            decided = await asyncio.to_thread(self._decide, seen, ahead, now)
            self._faults.reached("claim.before")
            done = await self._write(decided)
            self._faults.reached("claim.after")
            if not done:
                # Each was changed by somebody meanwhile; whoever did that wakes the ticker.
                return moved
            moved += done

    def claim_in(self, tx: Tx, seen: Schedule, now: datetime) -> Schedule:
        """Claim what is due of one schedule inside a transaction; returns it as it is then."""
        while True:
            claimed = occurrence_rewind.claimed_ahead(tx, [seen.id]).get(seen.id, frozenset())
            decided = self._decided(seen, claimed, now)
            if decided.claim is None or not self._store(tx, decided):
                return seen
            seen = replace(seen, plan=decided.claim.plan)
            if not decided.claim.is_cut:
                return seen

    async def rewind(self, now: datetime) -> None:
        """Take back what a clock that ran far ahead called missed: those instants are to come.

        Raises:
            StorageError: the disk refused; the rest is taken back at the next tick.
        """
        far = now + REWIND
        ahead, put_off = await self._database.read(
            lambda tx: (schedules.ahead_of(tx, far), occurrence_rewind.far_off(tx, far))
        )
        for schedule in ahead:
            await self._database.write(partial(self._rewind, seen=schedule, now=now))
        if put_off:
            await self._database.write(partial(_brought_near, far=far))

    def _rewind(self, tx: Tx, *, seen: Schedule, now: datetime) -> None:
        clock = self._zones.clock(seen.zone)
        if not schedules.advance(tx, seen, planned(seen, clock, now)):
            return
        for missed in occurrence_rewind.future_misses(tx, seen.id, now):
            kept = count_until(seen.trigger, clock, seen.window, first=missed.planned_at, last=now)
            if missed.planned_at <= now:
                # Told by a rule that has been changed since, it stands all the same.
                kept = max(1, kept)
            occurrence_rewind.shorten(tx, missed, last_at=min(missed.last_at, now), count=kept)

    def _decide(
        self,
        seen: Sequence[Schedule],
        ahead: Mapping[ScheduleId, frozenset[datetime]],
        now: datetime,
    ) -> list[_Decided]:
        return [self._decided(each, ahead.get(each.id, frozenset()), now) for each in seen]

    def _decided(self, seen: Schedule, claimed: frozenset[datetime], now: datetime) -> _Decided:
        began = time.thread_time()
        try:
            claim = decide(seen, self._zones.clock(seen.zone), now, claimed=claimed)
        except NoProgressError as error:
            log.exception("the rule of schedule %s went in a circle", seen.id)
            return _Decided(seen, None, _stopped(now, PauseReason.NO_PROGRESS, str(error)))
        except InvalidInputError as error:
            log.info("schedule %s is paused: %s", seen.id, error.sentence)
            return _Decided(seen, None, _stopped(now, PauseReason.UNREADABLE, error.sentence))
        except Exception:
            # One that cannot be computed is told by name and stands still; the others go on.
            log.exception("schedule %s could not be computed", seen.id)
            return _Decided(seen, None, _stopped(now, PauseReason.UNREADABLE, NOT_COMPUTED))
        took = timedelta(seconds=time.thread_time() - began)
        if took > SLOW:
            log.warning("schedule %s took %s to compute", seen.id, took)
        plan = replace(claim.plan, is_slow=took > SLOW, version=self._zones.version)
        return _Decided(seen, replace(claim, plan=plan), None)

    async def _write(self, decided: Sequence[_Decided]) -> int:
        try:
            return await self._database.write(
                lambda tx: sum(self._store(tx, each) for each in decided)
            )
        except StorageError:
            raise
        except Exception:
            if len(decided) == 1:
                raise
            log.exception("a batch of claims was refused; each is tried alone")
            return sum([await self._write([each]) for each in decided])

    def _store(self, tx: Tx, decided: _Decided) -> bool:
        seen, claim = decided.seen, decided.claim
        if claim is None:
            return self._pause(tx, seen, decided.pause)
        if not schedules.advance(tx, seen, claim.plan):
            return False
        tx.faults.reached("claim.between")
        occurrences.add(tx, [self._occurrence(tx, seen, fate) for fate in claim.fates])
        return True

    def _pause(self, tx: Tx, seen: Schedule, pause: Pause | None) -> bool:
        """A rule that cannot be computed stands still with a message, and is due no more."""
        present = schedules.get(tx, seen.id)
        if present is None or present.revision != seen.revision:
            return False
        plan = replace(seen.plan, next_at=None, ahead=())
        schedules.save(tx, replace(seen, pause=pause, plan=plan))
        return True

    def _occurrence(self, tx: Tx, schedule: Schedule, fate: Fate) -> Occurrence:
        return Occurrence(
            id=OccurrenceId(self._ids.fresh()),
            schedule_id=schedule.id,
            kind=OccurrenceKind.PLANNED,
            planned_at=fate.planned_at,
            last_at=fate.last_at,
            count=fate.count,
            state=fate.state,
            timing=fate.timing,
            claimed_at=tx.now,
            owner=tx.boot_id,
            not_before=fate.not_before,
            reason=fate.reason,
            ended_at=None if fate.state.is_open else tx.now,
        )


def _due(
    tx: Tx, now: datetime
) -> tuple[tuple[Schedule, ...], Mapping[ScheduleId, frozenset[datetime]]]:
    due = schedules.due(tx, now, limit=BATCH)
    return due, occurrence_rewind.claimed_ahead(tx, [each.id for each in due])


def _brought_near(tx: Tx, *, far: datetime) -> None:
    for each in occurrence_rewind.far_off(tx, far):
        occurrences.requeue(tx, each, not_before=tx.now)


def _stopped(now: datetime, reason: PauseReason, message: str) -> Pause:
    return Pause(since=now, reason=reason, message=message)
