"""A rule that goes in a circle, breaks or is slow is told by name; every other one goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bamboo_desktop.domain.fire import Fire
from bamboo_desktop.domain.occurrence import OccurrenceState
from bamboo_desktop.domain.schedule import PauseReason
from bamboo_desktop.domain.trigger import Cron, Interval
from bamboo_desktop.engine.schedules import claimer, fires
from bamboo_desktop.engine.schedules.claimer import NOT_COMPUTED
from tests.engine.scripted import say
from tests.schedules.office import Office

BROKEN = Cron(expression="0 * * * *")


@pytest.fixture
async def office(data_dir: Path) -> AsyncIterator[Office]:
    async with Office(data_dir) as office:
        yield office


async def others_run(office: Office, monkeypatch: pytest.MonkeyPatch, ahead: Any) -> Any:
    """The pause of a schedule whose rule is broken by now, while another one runs."""
    office.plays(say("done"))
    broken = await office.schedule(name="Broken", trigger=BROKEN)
    sound = await office.schedule(name="Sound")
    whole = fires._unbounded

    def unbounded(trigger: Any, *rest: Any) -> Iterator[Fire]:
        return whole(trigger, *rest) if isinstance(trigger, Interval) else ahead(*rest)

    monkeypatch.setattr(fires, "_unbounded", unbounded)
    await office.hours_pass(1.001)
    await office.becomes(sound.id, OccurrenceState.SUCCESS)
    return (await office.engine.schedules.get(broken.id)).pause


@pytest.mark.usefixtures("expects_log")
async def test_a_rule_whose_fires_do_not_come_one_after_another_is_paused_with_a_message(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def circle(_clock: Any, after: datetime, _until: datetime) -> Iterator[Fire]:
        at = after + timedelta(minutes=1)
        return iter([Fire(at=at), Fire(at=at)])

    pause = await others_run(office, monkeypatch, circle)
    assert pause.reason is PauseReason.NO_PROGRESS
    assert "is not after" in pause.message


@pytest.mark.usefixtures("expects_log")
async def test_a_rule_that_breaks_the_arithmetic_is_paused_and_stops_no_other(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: Any) -> Iterator[Fire]:
        raise ZeroDivisionError

    pause = await others_run(office, monkeypatch, breaks)
    assert (pause.reason, pause.message) == (PauseReason.UNREADABLE, NOT_COMPUTED)


@pytest.mark.usefixtures("expects_log")
async def test_a_rule_that_takes_long_is_marked_slow(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule = await office.schedule(trigger=BROKEN)
    monkeypatch.setattr(claimer, "SLOW", timedelta(microseconds=-1))
    await office.hours_pass()
    assert (await office.engine.schedules.get(schedule.id)).plan.is_slow
