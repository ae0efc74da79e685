"""Schedules for tests, with defaults that a test changes by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bamboo_desktop.domain.ids import ScheduleId
from bamboo_desktop.domain.schedule import Plan, Policies, Schedule
from bamboo_desktop.domain.trigger import Cron
from bamboo_desktop.engine.schedules.zones import Zones

ZONES = Zones()


def utc(text: str) -> datetime:
    """An instant written as `2026-03-02 09:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def schedule(expression: str = "0 * * * *", *, accounted: str, **changes: Any) -> Schedule:
    """A schedule whose instants up to `accounted` are accounted for."""
    policies = {name: changes.pop(name) for name in list(changes) if hasattr(Policies(), name)}
    made = Schedule(
        id=ScheduleId("hourly"),
        name="Every hour",
        trigger=Cron(expression=expression),
        zone="UTC",
        plan=Plan(accounted_at=utc(accounted)),
        created_at=utc(accounted),
        updated_at=utc(accounted),
        policies=Policies(**policies),
    )
    return replace(made, **changes)
