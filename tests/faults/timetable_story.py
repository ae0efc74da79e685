"""A story of one schedule: five hours go by, each with a run; it goes on from wherever it was cut.

The wall of the story is kept beside the data folder, so that no life sees it go back.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

from typing_extensions import override

from bamboo_desktop.clock import SystemClock
from bamboo_desktop.domain.message import TextPart
from bamboo_desktop.domain.model import ModelInfo, ProviderKind
from bamboo_desktop.domain.occurrence import Occurrence, OccurrenceState
from bamboo_desktop.domain.run_config import RunConfig
from bamboo_desktop.domain.schedule import Misfire, Overlap, Policies
from bamboo_desktop.domain.schedule_view import ScheduleDraft
from bamboo_desktop.domain.trigger import Interval
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.engine import Engine, EngineOptions
from bamboo_desktop.providers.keys import MemoryKeys
from bamboo_desktop.providers.port import Finished, ModelDelta, ModelRequest, TextDelta
from bamboo_desktop.store import occurrence_lists, schedules
from bamboo_desktop.store.faults import FaultPoints
from bamboo_desktop.store.transaction import Tx
from tests.faults.story import MODEL, TELLER, Place
from tests.waiting import until

HOURS = 5
STEP = timedelta(minutes=20)
_HOUR = timedelta(hours=1)


class KeptClock(SystemClock):
    """The machine's clock with a wall that is set forward, and stays so in the next life."""

    def __init__(self, place: Place) -> None:
        self._file = place.path / "wall"
        text = self._file.read_text() if self._file.exists() else ""
        self._shift = timedelta(seconds=float(text or 0))

    @override
    def now(self) -> datetime:
        return super().now() + self._shift

    def passes(self, time: timedelta) -> None:
        self._shift += time
        beside = self._file.with_suffix(".new")
        beside.write_text(str(self._shift.total_seconds()))
        beside.replace(self._file)


class _Worker:
    """A model that is done at once."""

    async def stream(self, _request: ModelRequest) -> AsyncGenerator[ModelDelta, None]:
        yield TextDelta("done")
        yield Finished(parts=(TextPart(text="done"),), usage=Usage(), model="any")

    async def list_models(self) -> tuple[ModelInfo, ...]:
        return ()

    async def aclose(self) -> None:
        return None


async def live(place: Place, faults: FaultPoints, bugs: list[str]) -> None:
    """One life of the program, to the end of the story unless it is killed."""
    clock = KeptClock(place)
    options = EngineOptions(
        data_dir=place.data,
        on_bug=lambda error, where: bugs.append(f"{where}: {error!r}"),
        clock=clock,
        keys=MemoryKeys(),
        environ={"PATH": "/usr/bin:/bin", "HOME": str(place.path)},
        faults=faults,
        builders={ProviderKind.OPENAI_COMPATIBLE: lambda _: _Worker()},
    )
    engine = await Engine.open(options)
    try:
        await _play(engine, clock)
    finally:
        await engine.close()


async def _play(engine: Engine, clock: KeptClock) -> None:
    if all(known.id != TELLER.id for known in await engine.models.providers()):
        await engine.models.save_provider(TELLER)
    database = engine._services.database
    if not await database.read(schedules.listed):
        await engine.schedules.create(_draft(clock.now()))
    (schedule,) = await database.read(schedules.listed)
    end = schedule.created_at + HOURS * _HOUR + STEP
    while True:
        await _look(engine)
        if clock.now() > end:
            return
        clock.passes(STEP)


async def _look(engine: Engine) -> None:
    """Claim, start, and let what was interrupted go on, until nothing is left to do."""
    timetable, database = engine._timetable, engine._services.database
    await timetable._ticker.tick()
    while True:
        await timetable._dispatcher.start_due()
        await until(lambda: engine.runs.active() == (), what="the runs have ended")
        rows = await database.read(_history)
        left = [row for row in rows if row.state is OccurrenceState.INTERRUPTED]
        for row in left:
            assert row.session_id is not None
            await engine.runs.continue_(row.session_id)
        if not left and not any(row.state.is_open for row in rows):
            return
        await asyncio.sleep(0)


def _history(tx: Tx) -> tuple[Occurrence, ...]:
    return occurrence_lists.history(tx)


def _draft(now: datetime) -> ScheduleDraft:
    return ScheduleDraft(
        name="Every hour",
        trigger=Interval(every=_HOUR, anchor_at=now),
        zone="UTC",
        policies=Policies(misfire=Misfire.EACH, overlap=Overlap.ALLOW, retries=0, pause_after=0),
        run_config=RunConfig(prompt="Look after it.", model=MODEL),
    )


def damage(place: Place) -> list[str]:
    """What is wrong when the story is over, read without the program."""
    database = sqlite3.connect(place.data / "bamboo.db")
    try:
        return [
            *_occurrences(database),
            *_sessions(database),
            *(f"integrity: {row[0]}" for row in database.execute("PRAGMA integrity_check")),
        ][:-1]  # the last word of the check is ok
    finally:
        database.close()


def _occurrences(database: sqlite3.Connection) -> list[str]:
    rows = database.execute(
        "SELECT o.planned_at - s.created_at, o.state, o.reason || o.error, o.attempt, "
        "count(a.number) "
        "FROM occurrence o JOIN schedule s ON s.id = o.schedule_id "
        "LEFT JOIN occurrence_attempt a ON a.occurrence_id = o.id GROUP BY o.id"
    ).fetchall()
    hours = Counter(round(row[0] / 3_600e6) for row in rows)
    found = [f"hour {hour}: {hours[hour]} rows" for hour in range(1, HOURS + 1) if hours[hour] != 1]
    found += [f"hour {hour} is none" for hour in hours if not 1 <= hour <= HOURS]
    return found + [
        f"{row} did not succeed once" for row in rows if row[1:] != ("success", "", 1, 1)
    ]


def _sessions(database: sqlite3.Connection) -> list[str]:
    """A session each, with one prompt and one run that the schedule began."""
    rows = database.execute(
        "SELECT s.id, "
        "(SELECT count(*) FROM occurrence o WHERE o.session_id = s.id), "
        "(SELECT count(*) FROM run r WHERE r.session_id = s.id AND r.cause = 'scheduled'), "
        "(SELECT count(*) FROM message m WHERE m.session_id = s.id AND m.role = 'user'), "
        "(SELECT count(*) FROM run r WHERE r.session_id = s.id AND r.completed_at IS NULL) "
        "FROM session s"
    ).fetchall()
    found = [] if len(rows) == HOURS else [f"{len(rows)} sessions"]
    return found + [f"session {row}" for row in rows if row[1:] != (1, 1, 1, 0)]
