"""A schedule without a success for three periods is told, and no other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bamboo_desktop.domain.occurrence import OccurrenceState
from bamboo_desktop.domain.schedule import Misfire, WhileWaiting
from tests.engine.scripted import call, say, use
from tests.schedules.office import Office

SUCCESS, WAITING = OccurrenceState.SUCCESS, OccurrenceState.WAITING
ASK = call("Ask", items=[{"id": "q", "kind": "text", "prompt": "Which?"}])


@pytest.fixture
async def office(data_dir: Path) -> AsyncIterator[Office]:
    async with Office(data_dir) as opened:
        yield opened


async def test_three_instants_without_a_success_make_a_schedule_stale(office: Office) -> None:
    schedule = await office.schedule(misfire=Misfire.NONE)
    await office.hours_pass(3.5)
    assert (await office.engine.schedules.summary(schedule.id)).is_stale
    await office.engine.schedules.set_enabled(schedule.id, enabled=False)
    assert not (await office.engine.schedules.summary(schedule.id)).is_stale


@pytest.mark.parametrize("hours", [4, 14])
async def test_a_success_that_was_answered_late_ends_staleness(office: Office, hours: int) -> None:
    office.plays(use(ASK), say("Done after all."))
    schedule = await office.schedule(while_waiting=WhileWaiting.SKIP)
    await office.hours_pass()
    await office.becomes(schedule.id, WAITING)
    for _ in range(hours):
        await office.hours_pass()
    assert (await office.engine.schedules.summary(schedule.id)).is_stale
    (question,) = await office.engine.questions.open()
    await office.answer(question, text="this one")
    await office.becomes(schedule.id, SUCCESS, *[OccurrenceState.SKIPPED] * hours)
    assert not (await office.engine.schedules.summary(schedule.id)).is_stale
    (row,) = await office.engine.schedules.summaries()
    assert not row.is_stale
