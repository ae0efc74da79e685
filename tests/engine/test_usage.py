"""What work has cost, by the calendar of the person."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.engine.scripted import Desk, say


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine stands in Berlin."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Europe/Berlin")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize(
    ("spent_at", "looked_at", "tokens"),
    [
        (datetime(2026, 3, 28, 23, 30, tzinfo=UTC), datetime(2026, 3, 29, 10, tzinfo=UTC), 15),
        (datetime(2026, 3, 28, 22, 30, tzinfo=UTC), datetime(2026, 3, 29, 10, tzinfo=UTC), 0),
        (datetime(2026, 10, 24, 22, 30, tzinfo=UTC), datetime(2026, 10, 25, 12, tzinfo=UTC), 15),
        (datetime(2026, 10, 24, 21, 30, tzinfo=UTC), datetime(2026, 10, 25, 12, tzinfo=UTC), 0),
    ],
)
async def test_today_begins_at_local_midnight_also_when_the_clocks_change(
    desk: Desk, spent_at: datetime, looked_at: datetime, tokens: int
) -> None:
    desk.passes(spent_at - desk.clock.now())
    session_id = await desk.begin(say("one"))
    await desk.ends(session_id)
    desk.passes(looked_at - desk.clock.now())
    assert (await desk.engine.sessions.usage_today()).total_tokens == tokens
