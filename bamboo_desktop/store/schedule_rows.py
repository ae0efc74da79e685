"""Schedules from and to their rows."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from sqlalchemy import Row

from bamboo_desktop.domain.budget import Budgets
from bamboo_desktop.domain.errors import InvalidInputError, StorageError
from bamboo_desktop.domain.ids import ScheduleId
from bamboo_desktop.domain.run_config import RunConfig
from bamboo_desktop.domain.schedule import Pause, PauseReason, Plan, Policies, Schedule
from bamboo_desktop.domain.trigger import (
    Cron,
    Daily,
    FireWindow,
    Interval,
    Monthly,
    Once,
    Trigger,
    Weekly,
)
from bamboo_desktop.store.columns import json_text
from bamboo_desktop.store.damage import number_of, values_of
from bamboo_desktop.store.revive import revive

LOST = (
    "A part of this schedule is damaged on the disk and was left empty, and so it stands still. "
    "Open it, look at every field, save it and resume it."
)

T = TypeVar("T")
U = TypeVar("U")

log = logging.getLogger(__name__)

_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_NO_RULE = Cron(expression="")
_KINDS: dict[str, type[Trigger]] = {
    "once": Once,
    "interval": Interval,
    "daily": Daily,
    "weekly": Weekly,
    "monthly": Monthly,
    "cron": Cron,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def row_of(schedule: Schedule) -> dict[str, Any]:
    """All columns of a schedule."""
    return {
        "id": schedule.id,
        "created_at": schedule.created_at,
        **rule_columns(schedule),
        **plan_columns(schedule.plan),
    }


def rule_columns(schedule: Schedule) -> dict[str, Any]:
    """What a person decides about."""
    pause = schedule.pause
    return {
        "name": schedule.name,
        "trigger_kind": _NAMES[type(schedule.trigger)],
        "trigger": json_text(schedule.trigger),
        "zone": schedule.zone,
        "window": json_text(schedule.window),
        "policies": json_text(schedule.policies),
        "run_config": json_text(schedule.run_config),
        "budgets": json_text(schedule.budgets),
        "is_enabled": schedule.is_enabled,
        "pause": json_text(pause) if pause is not None else None,
        "revision": schedule.revision,
        "updated_at": schedule.updated_at,
        "deleted_at": schedule.deleted_at,
    }


def plan_columns(plan: Plan) -> dict[str, Any]:
    """What was computed from the rule."""
    return {
        "accounted_at": plan.accounted_at,
        "next_at": plan.next_at,
        "ahead": json_text(plan.ahead),
        "plan_version": plan.version,
        "is_slow": plan.is_slow,
    }


def schedule_of(row: Row[*tuple[Any, ...]]) -> Schedule:
    """The schedule of a row.

    One of which something is damaged can still be seen, edited and deleted, and keeps nobody else
    from running; it stands still, for what it was told not to do may be among what is lost.
    """
    parts = _Parts()
    schedule = Schedule(
        id=ScheduleId(row.id),
        name=parts.text(row.name),
        trigger=cast("Trigger", parts.value(_KINDS.get(row.trigger_kind), row.trigger, _NO_RULE)),
        zone=parts.text(row.zone),
        plan=Plan(
            accounted_at=row.accounted_at,
            next_at=row.next_at,
            ahead=values_of(datetime, row.ahead),
            version=row.plan_version if isinstance(row.plan_version, str) else "",
            is_slow=row.is_slow is True,
        ),
        created_at=row.created_at,
        updated_at=row.updated_at,
        window=parts.value(FireWindow, row.window, FireWindow()),
        policies=parts.value(Policies, row.policies, Policies()),
        run_config=parts.value(RunConfig, row.run_config, RunConfig()),
        budgets=parts.value(Budgets, row.budgets, Budgets()),
        is_enabled=row.is_enabled is True,
        pause=parts.value(Pause, row.pause, None) if row.pause is not None else None,
        revision=number_of(row.revision),
        deleted_at=row.deleted_at,
    )
    if not parts.is_damaged:
        return schedule
    return replace(schedule, pause=Pause(since=_EVER, reason=PauseReason.UNREADABLE, message=LOST))


class _Parts:
    """Reads the parts of a row, and knows whether one of them was damaged."""

    def __init__(self) -> None:
        self.is_damaged = False

    def text(self, stored: object) -> str:
        if isinstance(stored, str):
            return stored
        self._lost(stored)
        return ""

    def value(self, kind: type[T] | None, stored: str, otherwise: U) -> T | U:
        if kind is not None:
            try:
                return revive(kind, stored)
            except (StorageError, InvalidInputError) as error:
                self._lost(f"{kind.__name__}: {error.details or error.sentence}")
                return otherwise
        self._lost(stored)
        return otherwise

    def _lost(self, what: object) -> None:
        self.is_damaged = True
        log.warning("a part of a stored schedule is damaged: %.80r", what)
