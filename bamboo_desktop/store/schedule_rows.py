"""Schedules from and to their rows."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Row

from bamboo_desktop.domain.budget import Budgets
from bamboo_desktop.domain.ids import ScheduleId
from bamboo_desktop.domain.run_config import RunConfig
from bamboo_desktop.domain.schedule import Pause, Plan, Policies, Schedule
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
from bamboo_desktop.store.revive import revive, revive_tuple, unreadable

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

    Raises:
        StorageError: the row is damaged.
    """
    with unreadable():
        kind = _KINDS[row.trigger_kind]
    return Schedule(
        id=ScheduleId(row.id),
        name=row.name,
        trigger=revive(kind, row.trigger),
        zone=row.zone,
        plan=Plan(
            accounted_at=row.accounted_at,
            next_at=row.next_at,
            ahead=revive_tuple(datetime, row.ahead),
            version=row.plan_version,
            is_slow=row.is_slow,
        ),
        created_at=row.created_at,
        updated_at=row.updated_at,
        window=_window(row.window),
        policies=_policies(row.policies),
        run_config=revive(RunConfig, row.run_config),
        budgets=_budgets(row.budgets),
        is_enabled=row.is_enabled,
        pause=revive(Pause, row.pause) if row.pause is not None else None,
        revision=row.revision,
        deleted_at=row.deleted_at,
    )


# Most of ten thousand schedules have the same; the values are frozen and may be shared.


@lru_cache(maxsize=256)
def _window(text: str) -> FireWindow:
    return revive(FireWindow, text)


@lru_cache(maxsize=256)
def _policies(text: str) -> Policies:
    return revive(Policies, text)


@lru_cache(maxsize=256)
def _budgets(text: str) -> Budgets:
    return revive(Budgets, text)
