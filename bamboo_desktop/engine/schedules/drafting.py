"""Drafting: a schedule from what a person wants, checked and planned."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

from bamboo_desktop.domain.codec import clean_text
from bamboo_desktop.domain.errors import InvalidInputError
from bamboo_desktop.domain.ids import ScheduleId
from bamboo_desktop.domain.model import ModelRef
from bamboo_desktop.domain.run_config import ModelSource, RunConfig
from bamboo_desktop.domain.schedule import Plan, Schedule
from bamboo_desktop.domain.schedule_view import ScheduleDraft
from bamboo_desktop.engine.runs.services import RunServices
from bamboo_desktop.engine.runs.snapshot import DEFAULT_MODEL, parse_model
from bamboo_desktop.engine.schedules.claims import planned
from bamboo_desktop.engine.schedules.previewing import NEVER
from bamboo_desktop.engine.schedules.zones import Zones
from bamboo_desktop.engine.workspace import checked_workspace
from bamboo_desktop.store import preferences
from bamboo_desktop.store.transaction import Tx

LONGEST_NAME = 200


class Drafting:
    """Makes schedules from drafts."""

    def __init__(self, services: RunServices, zones: Zones) -> None:
        self._services = services
        self._zones = zones

    async def made(self, draft: ScheduleDraft, *, may_be_over: bool = False) -> Schedule:
        """A new schedule, planned from now on.

        Args:
            draft: what is wanted.
            may_be_over: a rule without a further fire is taken too.

        Raises:
            InvalidInputError: the rule, the zone, the name or the folder cannot be used.
        """
        now = self._services.clock.now()
        name = " ".join(clean_text(draft.name).split())[:LONGEST_NAME]
        if not name:
            raise InvalidInputError("The schedule needs a name; write at least one letter.")
        place = await asyncio.to_thread(checked_workspace, draft.run_config.workspace)
        made = Schedule(
            id=ScheduleId(self._services.ids.fresh()),
            name=name,
            trigger=draft.trigger,
            zone=draft.zone,
            plan=Plan(accounted_at=now),
            created_at=now,
            updated_at=now,
            window=draft.window,
            policies=draft.policies,
            run_config=replace(draft.run_config, workspace=place),
            budgets=draft.budgets,
            is_enabled=draft.is_enabled,
        )
        plan = await asyncio.to_thread(self.plan, made, now)
        if plan.next_at is None and not may_be_over:
            raise InvalidInputError(NEVER)
        return replace(made, plan=plan)

    def plan(self, schedule: Schedule, after: datetime) -> Plan:
        """What comes after an instant; it blocks for as long as the rule takes to compute."""
        plan = planned(schedule, self._zones.clock(schedule.zone), after)
        return replace(plan, version=self._zones.version)


def draft_of(schedule: Schedule) -> ScheduleDraft:
    """The draft that would leave a schedule as it is."""
    return ScheduleDraft(
        name=schedule.name,
        trigger=schedule.trigger,
        zone=schedule.zone,
        window=schedule.window,
        policies=schedule.policies,
        run_config=schedule.run_config,
        budgets=schedule.budgets,
        is_enabled=schedule.is_enabled,
    )


def with_model(tx: Tx, schedule: Schedule) -> Schedule:
    """Write the default model into a schedule that names none: a later default moves nothing."""
    config: RunConfig = schedule.run_config
    if config.model is not None:
        source = ModelSource.SCHEDULE
        if config.model_source is ModelSource.DEFAULT:
            source = ModelSource.DEFAULT
        return replace(schedule, run_config=replace(config, model_source=source))
    default: ModelRef | None = parse_model(preferences.get(tx, DEFAULT_MODEL))
    source = ModelSource.NONE if default is None else ModelSource.DEFAULT
    return replace(schedule, run_config=replace(config, model=default, model_source=source))
