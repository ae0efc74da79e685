"""A terminal is told in sentences what a script reads as codes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bamboo_desktop.cli import schedule_lines
from bamboo_desktop.domain.ids import BootId, OccurrenceId, ScheduleId
from bamboo_desktop.domain.occurrence import (
    Occurrence,
    OccurrenceKind,
    OccurrenceState,
    Reason,
    Timing,
)
from bamboo_desktop.engine.remote.schedule_shapes import occurrence
from bamboo_desktop.engine.remote.schedule_words import reason_sentence


def line(**changes: Any) -> str:
    item = {
        "id": "0123456789", "planned_at": "2026-03-02T09:00:00Z", "state": "skipped",
        "reason": "", "count": 1, "error": "", "answer": "", "lag_ms": None,
    }  # fmt: skip
    return schedule_lines.past({**item, **changes})


@pytest.mark.parametrize("reason", [each for each in Reason if each])
def test_every_reason_is_a_sentence(reason: Reason) -> None:
    assert reason_sentence(reason).endswith(".")
    shown = line(reason=reason.value)
    assert reason_sentence(reason) in shown
    assert f"({reason.value})" not in shown
    entry = {"at": "2026-03-02T09:00:00Z", "state": "skipped", "name": "N", "count": 1}
    assert reason_sentence(reason) in schedule_lines.entry({**entry, "reason": reason.value})


def test_what_a_later_one_stands_for_is_not_said_to_be_run() -> None:
    assert reason_sentence(Reason.SUPERSEDED) == "A later one stands for it."


def test_a_script_reads_the_start_to_the_millisecond() -> None:
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    queued = Occurrence(
        id=OccurrenceId("one"),
        schedule_id=ScheduleId("hourly"),
        kind=OccurrenceKind.PLANNED,
        planned_at=at,
        last_at=at,
        count=1,
        state=OccurrenceState.QUEUED,
        timing=Timing.ON_TIME,
        claimed_at=at,
        owner=BootId("boot"),
        not_before=at,
    )
    started = replace(queued, started_at=at + timedelta(seconds=49, microseconds=123_900))
    assert occurrence(queued)["lag_ms"] is None
    assert occurrence(started)["lag_ms"] == 49_123
    assert occurrence(started)["started_at"] == "2026-03-02T09:00:49Z"
    spread = replace(started, not_before=at + timedelta(seconds=40))
    assert occurrence(spread)["lag_ms"] == 9_123
    assert occurrence(replace(spread, timing=Timing.CAUGHT_UP))["lag_ms"] == 49_123
    assert occurrence(replace(started, not_before=at + timedelta(hours=1)))["lag_ms"] == 49_123
    assert occurrence(replace(started, kind=OccurrenceKind.MANUAL))["lag_ms"] is None


@pytest.mark.parametrize(
    ("lag", "words"),
    [
        (None, ""), (4_999, ""), (5_000, ""), (49_700, "started 49 s late"),
        (600_000, "started 10 min late"), (90_000_000, "started 25 h late"),
    ],
)  # fmt: skip
def test_a_late_start_is_told_from_five_seconds_on(lag: int | None, words: str) -> None:
    shown = line(state="success", lag_ms=lag, answer="All well.")
    assert "All well." in shown
    assert words in shown
    assert ("late" in shown) == bool(words)
