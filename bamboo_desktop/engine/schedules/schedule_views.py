"""ScheduleViews: what can be seen of schedules without changing one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bamboo_desktop.clock import Clock
from bamboo_desktop.domain.errors import InvalidInputError
from bamboo_desktop.domain.ids import ScheduleId
from bamboo_desktop.domain.occurrence import Occurrence
from bamboo_desktop.domain.run_config import RunConfig
from bamboo_desktop.domain.schedule import Policies, Schedule
from bamboo_desktop.domain.schedule_view import Preview, ScheduleSummary
from bamboo_desktop.domain.trigger import FireWindow, Trigger
from bamboo_desktop.engine.schedules.previewing import previewed
from bamboo_desktop.engine.schedules.staleness import stale
from bamboo_desktop.engine.schedules.wording import sentence
from bamboo_desktop.engine.schedules.zones import Zones
from bamboo_desktop.late import late_import
from bamboo_desktop.store import occurrence_lists, schedule_sums, schedules
from bamboo_desktop.store.reads import Reads
from bamboo_desktop.store.schedule_sums import End
from bamboo_desktop.store.transaction import Tx

_UNATTENDED = "bamboo_desktop.engine.schedules.unattended"
_MOST_SENTENCES = 20_000


@dataclass(frozen=True, kw_only=True, slots=True)
class _Found:
    """What is stored about some schedules."""

    schedules: tuple[Schedule, ...]
    streaks: Mapping[ScheduleId, tuple[End, ...]]
    stale: frozenset[ScheduleId]
    newest: Mapping[ScheduleId, Occurrence]
    open: Mapping[ScheduleId, tuple[Occurrence, ...]]
    costs: Mapping[ScheduleId, int | None]


class ScheduleViews:
    """Shows schedules: as they are stored, and as a list wants them.

    Args:
        reads: what is stored.
        zones: the time zones.
        clock: the present.
    """

    def __init__(self, reads: Reads, zones: Zones, clock: Clock) -> None:
        self._reads = reads
        self._zones = zones
        self._now = clock.now
        self._sentences: dict[tuple[Trigger, str], str] = {}

    def now(self) -> datetime:
        """The present, by the clock that schedules go by."""
        return self._now()

    async def listed(self) -> tuple[Schedule, ...]:
        """Every schedule by name, those in the bin left out."""
        return await self._reads.read(schedules.listed)

    async def in_bin(self) -> tuple[Schedule, ...]:
        """The schedules in the bin, the oldest first."""
        return await self._reads.read(schedules.in_bin)

    async def get(self, schedule_id: ScheduleId) -> Schedule:
        """One schedule.

        Raises:
            NotFoundError: there is none, or it is in the bin.
        """
        return await self._reads.read(lambda tx: schedules.required(tx, schedule_id))

    async def summaries(self) -> tuple[ScheduleSummary, ...]:
        """Every schedule by name with how it goes, those in the bin left out."""
        found = await self._reads.read(self._all)
        return await asyncio.to_thread(self._summarised, found)

    async def summary(self, schedule_id: ScheduleId) -> ScheduleSummary:
        """One schedule with how it goes.

        Raises:
            NotFoundError: there is none, or it is in the bin.
        """
        found = await self._reads.read(lambda tx: self._one(tx, schedule_id))
        (summary,) = await asyncio.to_thread(self._summarised, found)
        return summary

    async def preview(
        self,
        trigger: Trigger,
        zone: str,
        *,
        window: FireWindow | None = None,
        policies: Policies | None = None,
        run_config: RunConfig | None = None,
        after: datetime | None = None,
        count: int = 10,
    ) -> Preview:
        """What a rule means, before it is stored; computed beside the loop.

        Args:
            trigger: the rule.
            zone: the name of the time zone it is read in.
            window: when it counts; always when left out.
            policies: what it is warned about by; the usual ones when left out.
            run_config: what is run; where a playbook would stop and ask is told with it.
            after: fires later than this are shown; now when left out.
            count: how many fires are shown at most.

        Raises:
            InvalidInputError: the rule or the zone cannot be used; the sentence says what to write.
        """
        shown = await asyncio.to_thread(
            previewed,
            trigger,
            self._zones.clock(zone),
            window=window or FireWindow(),
            policies=policies or Policies(),
            after=after or self._now(),
            count=count,
        )
        if run_config is None:
            return shown
        # A command line that lists schedules has no use for the reader of playbooks.
        (unattended,) = await late_import(_UNATTENDED)
        hints: tuple[str, ...] = await asyncio.to_thread(unattended.hints, run_config)
        return replace(shown, warnings=(*shown.warnings, *hints))

    def sentence_of(self, schedule: Schedule) -> str:
        """When a schedule fires, in words; where its rule cannot be read any more, why not."""
        return self._sentence(schedule.trigger, schedule.zone)

    def zones(self) -> tuple[str, ...]:
        """The names of all time zones, in order."""
        return tuple(sorted(self._zones.names))

    def _all(self, tx: Tx) -> _Found:
        listed = schedules.listed(tx)
        return self._found(tx, listed, None, occurrence_lists.all_open(tx))

    def _one(self, tx: Tx, schedule_id: ScheduleId) -> _Found:
        schedule = schedules.required(tx, schedule_id)
        under_way = occurrence_lists.open_of(tx, schedule_id)
        return self._found(tx, (schedule,), (schedule_id,), under_way)

    def _found(
        self,
        tx: Tx,
        listed: tuple[Schedule, ...],
        only: tuple[ScheduleId, ...] | None,
        under_way: Iterable[Occurrence],
    ) -> _Found:
        by_schedule: dict[ScheduleId, list[Occurrence]] = {}
        for each in under_way:
            by_schedule.setdefault(each.schedule_id, []).append(each)
        costs: dict[ScheduleId, int | None] = {}
        for since, zones in self._months({schedule.zone for schedule in listed}).items():
            costs.update(
                schedule_sums.costs(tx, since, zones=zones, schedule_id=only[0] if only else None)
            )
        streaks = schedule_sums.streaks(tx, only)
        return _Found(
            schedules=listed,
            streaks=streaks,
            stale=stale(tx, streaks),
            newest=schedule_sums.newest(tx, only),
            open={key: tuple(found) for key, found in by_schedule.items()},
            costs=costs,
        )

    def _months(self, names: Iterable[str]) -> Mapping[datetime, Sequence[str]]:
        """When the present month began, with the zones it began in at that instant."""
        began: dict[datetime, list[str]] = {}
        for name in sorted(names):
            try:
                zone = self._zones.clock(name).zone
            except InvalidInputError:
                continue
            wall = self._now().astimezone(zone)
            first = wall.replace(day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)
            began.setdefault(first.astimezone(UTC), []).append(name)
        return began

    def _summarised(self, found: _Found) -> tuple[ScheduleSummary, ...]:
        return tuple(self._summary(each, found) for each in found.schedules)

    def _summary(self, schedule: Schedule, found: _Found) -> ScheduleSummary:
        ends = found.streaks.get(schedule.id, ())
        pause = schedule.pause
        stands_still = not schedule.is_enabled or (pause is not None and pause.covers(self._now()))
        return ScheduleSummary(
            schedule=schedule,
            sentence=self.sentence_of(schedule),
            last=found.newest.get(schedule.id),
            streak=tuple(end.state for end in reversed(ends)),
            open=found.open.get(schedule.id, ()),
            cost_month_micros=found.costs.get(schedule.id, 0),
            is_stale=not stands_still and schedule.id in found.stale,
        )

    def _sentence(self, trigger: Trigger, zone: str) -> str:
        """The words of a rule; of one that an update of the program cannot read, why not."""
        known = self._sentences.get((trigger, zone))
        if known is None:
            try:
                known = sentence(trigger, self._zones.clock(zone))
            except InvalidInputError as error:
                known = error.sentence
            if len(self._sentences) >= _MOST_SENTENCES:
                self._sentences.clear()
            self._sentences[trigger, zone] = known
        return known
