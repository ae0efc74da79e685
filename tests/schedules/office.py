"""A Desk whose schedules are driven by a test: claimed and started when it says so."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from bamboo_desktop.domain.ids import ScheduleId
from bamboo_desktop.domain.occurrence import Occurrence, OccurrenceState
from bamboo_desktop.domain.run_config import RunConfig
from bamboo_desktop.domain.schedule import Policies, Schedule
from bamboo_desktop.domain.schedule_view import ScheduleDraft
from bamboo_desktop.domain.trigger import Interval, Trigger
from bamboo_desktop.store import occurrence_lists
from tests.engine.scripted import MODEL, Desk
from tests.waiting import until


class Office(Desk):
    """The words of a person who works with schedules."""

    def draft(self, **changes: Any) -> ScheduleDraft:
        """An hourly schedule with a prompt and a model, unless a test says otherwise."""
        policies = {name: changes.pop(name) for name in list(changes) if hasattr(Policies(), name)}
        config = {name: changes.pop(name) for name in list(changes) if hasattr(RunConfig(), name)}
        trigger: Trigger = changes.pop("trigger", None) or Interval(
            every=timedelta(hours=1), anchor_at=self.clock.now()
        )
        return ScheduleDraft(
            name=changes.pop("name", "Hourly"),
            trigger=trigger,
            zone=changes.pop("zone", "UTC"),
            policies=Policies(**policies),
            run_config=RunConfig(**{"prompt": "Look after it.", "model": MODEL, **config}),
            **changes,
        )

    async def schedule(self, **changes: Any) -> Schedule:
        return await self.engine.schedules.create(self.draft(**changes))

    async def hours_pass(self, hours: float = 1) -> None:
        """Time goes by, the ticker ticks and what is due is started."""
        self.passes(timedelta(hours=hours))
        await self.tick()

    async def tick(self) -> None:
        timetable = self.engine._timetable
        await timetable._ticker.tick()
        await timetable._dispatcher.start_due()

    async def rows(self, schedule_id: ScheduleId) -> tuple[Occurrence, ...]:
        """The occurrences of a schedule, oldest first."""
        found = await self.engine._services.database.read(
            lambda tx: occurrence_lists.history(tx, schedule_ids=[schedule_id])
        )
        return tuple(reversed(found))

    async def told(self, schedule_id: ScheduleId) -> list[str]:
        """The fates in short."""
        return [f"{row.state} {row.reason or row.timing}" for row in await self.rows(schedule_id)]

    async def becomes(self, schedule_id: ScheduleId, *states: OccurrenceState) -> None:
        """Wait until the occurrences stand like this."""

        found: tuple[OccurrenceState, ...] = ()
        for _ in range(5_000):
            found = tuple(row.state for row in await self.rows(schedule_id))
            if found == states:
                return
            await asyncio.sleep(0.002)
        raise AssertionError(f"the occurrences are {found}, not {states}")

    async def settles(self) -> None:
        """Wait until nothing follows from what has happened."""

        def is_over() -> bool:
            names = (task.get_name() for task in self.engine._services.tasks._tasks)
            return not any(name.startswith(("follow up", "settle", "run ")) for name in names)

        await until(is_over, what="nothing follows")
