"""What a doctor wants to know of schedules."""

from __future__ import annotations

from datetime import datetime

from bamboo_desktop.domain.codec import second_text
from bamboo_desktop.domain.schedule import Schedule
from bamboo_desktop.engine.door import Engine
from bamboo_desktop.engine.remote.shapes import Json, value


def _runs(schedule: Schedule, at: datetime) -> bool:
    """True when the schedule does not stand still at that instant."""
    pause = schedule.pause
    return schedule.is_enabled and (pause is None or not pause.covers(at))


async def schedule_health(engine: Engine) -> Json:
    """How many schedules there are, how many are due, and how the ticker is.

    `seconds_since_tick` is None where nobody keeps time.
    """
    heartbeat, now = engine.schedules.heartbeat, engine.schedules.now()
    every = await engine.schedules.listed()
    next_at = [at for each in every if (at := each.plan.next_at) is not None and _runs(each, at)]
    last = heartbeat.last_tick_at
    return {
        "count": len(every),
        "enabled": sum(each.is_enabled for each in every),
        "due": sum(at <= now for at in next_at),
        "next_at": second_text(min(next_at)) if next_at else None,
        "seconds_since_tick": None if last is None else int((now - last).total_seconds()),
        "behind": heartbeat.is_behind,
        "hold": value(heartbeat.hold) if heartbeat.hold is not None else None,
        "moved": [move.name for move in engine.schedules.moves],
    }
