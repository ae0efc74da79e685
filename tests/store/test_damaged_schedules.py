"""A damaged schedule or occurrence costs itself: every other one is listed, due and startable."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from sqlalchemy import Table

from bamboo_desktop.domain.ids import OccurrenceId, ScheduleId
from bamboo_desktop.domain.occurrence import OccurrenceState
from bamboo_desktop.domain.schedule import PauseReason, Policies
from bamboo_desktop.store import (
    occurrence_lists,
    occurrence_outcomes,
    occurrence_rewind,
    occurrences,
    schedule_sums,
    schedules,
)
from bamboo_desktop.store.schedule_rows import LOST
from bamboo_desktop.store.tables_schedule import ATTEMPT, OCCURRENCE, OCCURRENCE_SUMMARY, SCHEDULE
from bamboo_desktop.store.transaction import Tx
from tests.store.making import World
from tests.store.test_damage import damaged
from tests.store.test_schedules import AT, NIGHTLY, a_schedule, an_occurrence, started

pytestmark = pytest.mark.usefixtures("expects_log")
SOUND = ScheduleId("sound")
WORDS = ["\x07?", "[1", '{"a": 1}', "{}", b"\xff\xfe", 9e99]


@pytest.fixture
async def filled(world: World) -> World:
    def fill(tx: Tx) -> None:
        started(tx)
        schedules.insert(tx, a_schedule(id=SOUND, name="Sound"))
        occurrences.add(tx, [an_occurrence("queued", schedule_id=SOUND)])
        tx.run(
            OCCURRENCE_SUMMARY.insert(),
            {
                "schedule_id": NIGHTLY,
                "state": "missed",
                "reason": "",
                "count": 2,
                "first_at": AT,
                "last_at": AT,
            },
        )

    await world.db.write(fill)
    return world


def everything(tx: Tx) -> None:
    """Read all that the ticker, the dispatcher and the lists read; the sound one is among it."""
    assert SOUND in {each.id for each in schedules.listed(tx)}
    assert SOUND in {each.id for each in schedules.due(tx, AT, limit=10)}
    assert "queued" in {each.id for each in occurrence_lists.startable(tx, AT, limit=10)}
    assert "queued" in {each.id for each in occurrence_lists.all_open(tx)}
    schedules.in_bin(tx)
    schedules.next_due(tx)
    schedules.next_run(tx)
    schedules.ahead_of(tx, AT)
    schedules.latest_accounted(tx)
    schedules.planned_otherwise(tx, "other", after=ScheduleId(""), limit=10)
    occurrence_lists.history(tx)
    occurrence_lists.open_of(tx, NIGHTLY)
    occurrence_lists.with_session(tx, NIGHTLY, limit=1)
    occurrence_lists.last_ended(tx, NIGHTLY, states=tuple(OccurrenceState), limit=3)
    occurrence_outcomes.attempts(tx, [OccurrenceId("first")])
    occurrence_rewind.claimed_ahead(tx, [NIGHTLY, SOUND])
    schedule_sums.streaks(tx)
    schedule_sums.newest(tx)
    schedule_sums.tallies(tx, NIGHTLY)


def fields(table: Table) -> list[str]:
    return [
        column.name
        for column in table.columns
        if not column.primary_key and not column.foreign_keys and column.name != "id"
    ]


@pytest.mark.parametrize("value", WORDS)
async def test_whatever_is_damaged_of_one_the_others_are_read(filled: World, value: Any) -> None:
    failed = []
    keys = {SCHEDULE: "id = 'nightly'", OCCURRENCE: "id = 'first'", ATTEMPT: "1"}
    for table, key in {**keys, OCCURRENCE_SUMMARY: "1"}.items():
        for column in fields(table):
            try:
                await damaged(filled.db, table.name, column, value, everything, key=key)
            except Exception as error:  # noqa: BLE001 - each failure is counted
                failed.append(f"{table.name}.{column}: {error!r}")
    assert not failed, "\n".join(failed)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("trigger", "[{"),
        ("trigger", '{"expression": 5}'),
        ("trigger_kind", "sometimes"),
        ("window", "?"),
        ("policies", '{"retries": 999}'),
        ("run_config", "?"),
        ("budgets", "?"),
        ("zone", b"\xff"),
    ],
)
async def test_a_schedule_of_which_something_is_lost_stands_still_and_says_so(
    filled: World, column: str, value: Any
) -> None:
    found = await damaged(
        filled.db,
        "schedule",
        column,
        value,
        lambda tx: schedules.required(tx, NIGHTLY),
        key="id = 'nightly'",
    )
    assert found.pause is not None
    assert (found.pause.reason, found.pause.message) == (PauseReason.UNREADABLE, LOST)
    assert found.pause.covers(AT)
    assert found.policies == Policies()


async def test_an_occurrence_whose_state_is_lost_is_not_run_again(
    filled: World, expects_log: list[logging.LogRecord]
) -> None:
    found = await damaged(
        filled.db,
        "occurrence",
        "state",
        "?",
        lambda tx: occurrences.required(tx, OccurrenceId("queued")),
        key="id = 'queued'",
    )
    assert found.state is OccurrenceState.INTERRUPTED
    assert "OccurrenceState" in expects_log[-1].getMessage()
