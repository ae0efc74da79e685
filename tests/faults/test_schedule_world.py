"""Whatever happens to clocks, disk and program: no instant is lost, doubled or hidden."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from sqlalchemy import update

from bamboo_desktop.domain.schedule import Plan, Schedule
from bamboo_desktop.engine.schedules import claimer, fires
from bamboo_desktop.engine.schedules.claims import Claim, decide
from bamboo_desktop.engine.schedules.wall_clock import Stretch, WallClock
from bamboo_desktop.store import schedules
from bamboo_desktop.store.schedule_rows import plan_columns
from bamboo_desktop.store.tables_schedule import SCHEDULE
from bamboo_desktop.store.transaction import Tx
from tests.faults.schedule_world import inline_store
from tests.faults.schedule_world.__main__ import told
from tests.faults.schedule_world.inspector import Findings

pytestmark = pytest.mark.usefixtures("expects_log")  # a slow machine is told of slow rules
DAYS = 30
SAMPLE = 6
WHOLE = 2_000
FOLDED = (7, 24, 47)
"""Seeds whose stories pass a night that has an hour twice."""


def _wrong(seeds: Any) -> list[tuple[int, Findings]]:
    return [(story.seed, story.found) for story in told(seeds, DAYS) if not story.found.are_none]


def test_a_month_of_trouble_loses_doubles_and_hides_nothing() -> None:
    assert _wrong(range(SAMPLE)) == []


@pytest.mark.long
def test_many_months_of_trouble_lose_double_and_hide_nothing() -> None:
    assert _wrong(range(WHOLE)) == []


def test_the_world_notices_claims_that_exclude_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = sqlite3.connect(":memory:", isolation_level=None)
    raw.deserialize(inline_store.empty())
    raw.execute("DROP INDEX occurrence_instant")
    careless = raw.serialize()
    raw.close()

    def advance(tx: Tx, seen: Schedule, plan: Plan) -> bool:
        tx.run(update(SCHEDULE).where(SCHEDULE.c.id == seen.id).values(**plan_columns(plan)))
        return True

    monkeypatch.setattr(inline_store, "empty", lambda: careless)
    monkeypatch.setattr(schedules, "advance", advance)
    assert _first(lambda found: found.double)


def test_the_world_notices_a_next_fire_computed_from_now(monkeypatch: pytest.MonkeyPatch) -> None:
    def from_now(seen: Schedule, clock: WallClock, now: datetime, **more: Any) -> Claim:
        forgotten = max(seen.plan.accounted_at, now - timedelta(seconds=30))
        plan = replace(seen.plan, accounted_at=forgotten)
        return decide(replace(seen, plan=plan), clock, now, **more)

    monkeypatch.setattr(claimer, "decide", from_now)
    assert _first(lambda found: found.lost)


def test_the_world_notices_an_hour_that_fires_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    def whole(stretch: Stretch) -> datetime:
        return stretch.wall(stretch.start)

    monkeypatch.setattr(fires, "_first_new_wall", whole)
    assert _first(lambda found: found.double, seeds=FOLDED)


def _first(wrong: Any, *, seeds: Any = range(SAMPLE)) -> list[str]:
    """What the first story with that kind of damage says."""
    found = (wrong(story.found) for story in told(seeds, DAYS))
    return next(islice(filter(None, found), 1), [])
