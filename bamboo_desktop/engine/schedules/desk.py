"""Schedules: what a person can do with schedules and their occurrences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bamboo_desktop.domain.errors import ConflictError, InvalidInputError
from bamboo_desktop.domain.ids import ScheduleId
from bamboo_desktop.domain.occurrence import Reason
from bamboo_desktop.domain.schedule import Pause, PauseReason, Schedule
from bamboo_desktop.domain.schedule_news import FiresMoved
from bamboo_desktop.domain.schedule_view import Heartbeat, ScheduleDraft
from bamboo_desktop.engine.runs.services import RunServices
from bamboo_desktop.engine.schedules.drafting import LONGEST_NAME, Drafting, draft_of, with_model
from bamboo_desktop.engine.schedules.letting_go import let_go
from bamboo_desktop.engine.schedules.schedule_views import ScheduleViews
from bamboo_desktop.engine.schedules.standstill import Standstill
from bamboo_desktop.engine.schedules.ticker import ScheduleTicker
from bamboo_desktop.engine.schedules.upkeep import Upkeep
from bamboo_desktop.engine.schedules.zones import Zones
from bamboo_desktop.store import schedules
from bamboo_desktop.store.transaction import Tx


class Schedules(ScheduleViews):
    """Shows, makes, changes and runs schedules.

    Args:
        on_change: wakes the ticker and the dispatcher.
    """

    def __init__(
        self,
        services: RunServices,
        zones: Zones,
        ticker: ScheduleTicker,
        upkeep: Upkeep,
        on_change: Callable[[], None],
    ) -> None:
        super().__init__(services.database, zones, services.clock)
        self._services = services
        self._standstill = Standstill(services.database)
        self._drafting = Drafting(services, zones)
        self._ticker = ticker
        self._upkeep = upkeep
        self._on_change = on_change

    @property
    def heartbeat(self) -> Heartbeat:
        """How the ticker is."""
        return self._ticker.heartbeat

    @property
    def moves(self) -> tuple[FiresMoved, ...]:
        """The schedules whose fires an update of the program has moved, since this start."""
        return self._upkeep.moves

    def confirm_clock(self) -> None:
        """A person says that the clock is right; claims go on."""
        self._ticker.confirm_clock()

    async def create(self, draft: ScheduleDraft) -> Schedule:
        """A new schedule; its first fire is the first occurrence of the rule from now on.

        Raises:
            InvalidInputError: the rule, the zone, the name or the folder cannot be used.
        """
        made = await self._drafting.made(draft)
        await self._services.database.write(lambda tx: schedules.insert(tx, with_model(tx, made)))
        self._on_change()
        return await self.get(made.id)

    async def edit(
        self, schedule_id: ScheduleId, draft: ScheduleDraft, *, expected_revision: int
    ) -> Schedule:
        """Change a schedule. A name moves nothing; a rule is planned anew from now, without a fire.

        Raises:
            InvalidInputError: what is wanted cannot be used; nothing was changed.
            ConflictError: somebody else has changed it since.
            NotFoundError: it is gone.
        """
        seen = await self.get(schedule_id)
        # A rule that has run dry may keep its place under another name.
        made = await self._drafting.made(draft, may_be_over=_rule(seen) == _rule(draft))

        def work(tx: Tx) -> Schedule:
            present = schedules.required(tx, schedule_id)
            if present.revision != expected_revision:
                raise ConflictError(schedules.CHANGED)
            is_same_rule = _rule(present) == _rule(made)
            if not is_same_rule:
                # What came due under the old rule is decided by the old rule.
                present = self._ticker.claim_in(tx, present)
            edited = replace(
                made,
                id=schedule_id,
                created_at=present.created_at,
                revision=present.revision,
                pause=present.pause,
                plan=present.plan,
            )
            if not is_same_rule:
                plan = self._drafting.plan(edited, present.plan.accounted_at)
                edited = replace(edited, plan=plan)
            if not edited.is_enabled and present.is_enabled:
                let_go(tx, schedule_id, Reason.DISABLED)
            return schedules.save(tx, with_model(tx, edited))

        await self._ticker.claim_now()
        edited = await self._services.database.write(work)
        self._on_change()
        return edited

    async def set_enabled(self, schedule_id: ScheduleId, *, enabled: bool) -> Schedule:
        """Switch a schedule on or off; what is queued and not started yet is skipped."""
        await self._ticker.claim_now()

        def work(tx: Tx) -> Schedule:
            present = schedules.required(tx, schedule_id)
            if present.is_enabled == enabled:
                return present
            if not enabled:
                let_go(tx, schedule_id, Reason.DISABLED)
            return schedules.save(tx, replace(present, is_enabled=enabled))

        return await self._changed(work)

    async def pause(self, schedule_id: ScheduleId, *, until: datetime | None = None) -> Schedule:
        """Let a schedule stand still, for ever or until an instant.

        Raises:
            InvalidInputError: `until` has passed.
        """
        now = self._checked(until)
        await self._ticker.claim_now()

        def work(tx: Tx) -> Schedule:
            present = schedules.required(tx, schedule_id)
            let_go(tx, schedule_id, Reason.PAUSED)
            stand_still = Pause(since=now, until=until, reason=PauseReason.PERSON)
            return schedules.save(tx, replace(present, pause=stand_still))

        return await self._changed(work)

    async def resume(self, schedule_id: ScheduleId) -> Schedule:
        """End a pause, whoever began it; what came due during it is told as missed.

        Raises:
            InvalidInputError: its rule cannot be computed.
        """
        await self._ticker.claim_now()

        def work(tx: Tx) -> Schedule:
            present = schedules.required(tx, schedule_id)
            if present.plan.next_at is None:
                # It was due no more, so nobody has told its instants' fate since.
                told = self._ticker.claim_in(tx, present)
                present = replace(told, plan=self._drafting.plan(told, told.plan.accounted_at))
            return schedules.save(tx, replace(present, pause=None))

        return await self._changed(work)

    async def pause_all(self, *, until: datetime | None = None) -> int:
        """Let every schedule stand still that does not yet; returns how many those are.

        Raises:
            InvalidInputError: `until` has passed.
        """
        now = self._checked(until)
        await self._ticker.claim_now()
        changed = await self._standstill.begin(now=now, until=until)
        self._on_change()
        return changed

    async def resume_all(self) -> int:
        """End what `pause_all` began; what was paused on its own stays paused."""
        await self._ticker.claim_now()
        changed = await self._standstill.end()
        self._on_change()
        return changed

    async def duplicate(self, schedule_id: ScheduleId) -> Schedule:
        """A copy under another name, switched off."""
        present = await self.get(schedule_id)
        name = f"{present.name} (copy)"[:LONGEST_NAME]
        draft = replace(draft_of(present), name=name, is_enabled=False)
        return await self.create(draft)

    async def trash(self, schedule_id: ScheduleId) -> None:
        """Into the bin: what is queued is cancelled, what runs goes on, nothing fires any more."""

        def work(tx: Tx) -> Schedule:
            present = schedules.required(tx, schedule_id)
            let_go(tx, schedule_id, Reason.DELETED, manual=True)
            return schedules.save(tx, replace(present, deleted_at=tx.now))

        await self._changed(work)

    async def restore(self, schedule_id: ScheduleId) -> Schedule:
        """Back from the bin; what came due meanwhile is shown as missed."""

        def work(tx: Tx) -> Schedule:
            present = schedules.get(tx, schedule_id)
            if present is None:
                raise InvalidInputError(schedules.GONE)
            pause, since = present.pause, present.deleted_at
            if since is None:
                return present
            gone = Pause(since=since, until=tx.now, reason=PauseReason.PERSON, message="deleted")
            if pause is None or (pause.until is not None and pause.until <= tx.now):
                pause = gone
            return schedules.save(tx, replace(present, deleted_at=None, pause=pause))

        return await self._changed(work)

    async def purge(self, schedule_id: ScheduleId) -> None:
        """Remove a schedule in the bin for good, with its history; the sessions it made stay.

        Raises:
            ConflictError: it is not in the bin.
        """

        def work(tx: Tx) -> None:
            present = schedules.get(tx, schedule_id)
            if present is not None and present.deleted_at is None:
                raise ConflictError("Only a schedule in the bin can be removed for good.")
            schedules.purge(tx, [schedule_id])

        await self._services.database.write(work)
        self._on_change()

    def _checked(self, until: datetime | None) -> datetime:
        """The present, if it comes before the end of a pause."""
        now = self._services.clock.now()
        if until is not None and until <= now:
            raise InvalidInputError("That instant has passed; choose a later one.")
        return now

    async def _changed(self, work: Callable[[Tx], Schedule]) -> Schedule:
        changed = await self._services.database.write(work)
        self._on_change()
        return changed


def _rule(schedule: Schedule | ScheduleDraft) -> tuple[object, ...]:
    return schedule.trigger, schedule.zone, schedule.window
