"""What a person is shown of schedules: how they go, what came of each run, what is to come."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bamboo_desktop.domain.occurrence import OccurrenceState
from tests.engine.scripted import say
from tests.schedules.office import Office

SUCCESS, FAILED = OccurrenceState.SUCCESS, OccurrenceState.FAILED


@pytest.fixture
async def office(data_dir: Path) -> AsyncIterator[Office]:
    async with Office(data_dir) as office:
        yield office


async def test_a_summary_tells_the_rule_the_last_end_and_the_streak(office: Office) -> None:
    office.plays(say("All is well."), say("Still well."))
    schedule = await office.schedule(zone="Europe/Berlin")
    await office.hours_pass()
    await office.becomes(schedule.id, SUCCESS)
    await office.hours_pass()
    await office.becomes(schedule.id, SUCCESS, SUCCESS)
    (summary,) = await office.engine.schedules.summaries()
    assert summary == await office.engine.schedules.summary(schedule.id)
    assert re.fullmatch(r"every hour from [\d:]+, Europe/Berlin", summary.sentence)
    assert summary.last is not None
    assert summary.last.state is SUCCESS
    assert summary.streak == (SUCCESS, SUCCESS)
    assert summary.open == ()
    assert not summary.is_stale


async def test_history_tells_the_answer_and_whether_it_changed(office: Office) -> None:
    office.plays(say("All is well."), say("All  is\nwell."), say("It burns."))
    schedule = await office.schedule()
    for count in (1, 2, 3):
        await office.hours_pass()
        await office.becomes(schedule.id, *[SUCCESS] * count)
    details = await office.engine.occurrences.history(schedule.id)
    assert [detail.answer for detail in details] == ["It burns.", "All  is\nwell.", "All is well."]
    assert [detail.changed for detail in details] == [True, False, None]
    assert all(len(detail.attempts) == 1 for detail in details)
    assert details[0].usage.total_tokens > 0


async def test_the_calendar_holds_what_was_and_what_will_be(office: Office) -> None:
    office.plays(say("All is well."))
    schedule = await office.schedule()
    await office.hours_pass()
    await office.becomes(schedule.id, SUCCESS)
    now = office.clock.now()
    entries = await office.engine.occurrences.calendar(
        now - timedelta(hours=3), now + timedelta(hours=3)
    )
    assert [entry.occurrence is not None for entry in entries] == [True, False, False, False]
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
