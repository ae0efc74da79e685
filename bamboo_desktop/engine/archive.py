"""Archive: what is stored in a data folder, read without owning it and without changing it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from typing_extensions import override

from bamboo_desktop.bus import EventBus
from bamboo_desktop.clock import Clock
from bamboo_desktop.domain.ids import RunId, SessionId
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.session import SessionScope, SessionSummary
from bamboo_desktop.domain.storage import StorageNotice
from bamboo_desktop.engine.feed import Feed
from bamboo_desktop.engine.question_list import QuestionList
from bamboo_desktop.engine.runs.registry import RunnerRegistry
from bamboo_desktop.engine.schedules.occurrence_views import OccurrenceViews
from bamboo_desktop.engine.schedules.schedule_views import ScheduleViews
from bamboo_desktop.engine.schedules.zones import Zones
from bamboo_desktop.engine.session_list import SessionList
from bamboo_desktop.engine.transcripts import Transcripts
from bamboo_desktop.store import disk
from bamboo_desktop.store.reading import StillDatabase


class Stored(Protocol):
    """What can be read, of an engine or of an archive."""

    @property
    def sessions(self) -> SessionList:
        """The session list."""
        ...

    @property
    def questions(self) -> QuestionList:
        """What was asked."""
        ...

    @property
    def schedules(self) -> ScheduleViews:
        """What runs by itself."""
        ...

    @property
    def occurrences(self) -> OccurrenceViews:
        """What came of it."""
        ...

    @property
    def transcripts(self) -> Transcripts:
        """What happened."""
        ...

    @property
    def feed(self) -> Feed:
        """Every durable event."""
        ...


class Archive:
    """A data folder as its last owner left it.

    Args:
        database: the opened database, which the archive closes.
        clock: for the registry of runs, in which there are none.
        why_not_written: why nothing can be written, as part of a sentence; empty when it can be.
    """

    def __init__(self, database: StillDatabase, clock: Clock, *, why_not_written: str = "") -> None:
        self._database = database
        self.why_not_written = why_not_written
        registry = RunnerRegistry(fresh_run_id=lambda: RunId(""), now=clock.now)
        self.sessions: SessionList = _LeftSessions(database)
        self.questions = QuestionList(database)
        zones = Zones()
        self.schedules = ScheduleViews(database, zones, clock)
        self.occurrences = OccurrenceViews(database, zones, clock)
        self.transcripts = Transcripts(database)
        self.feed = Feed(EventBus(lambda *_: None), database, registry)

    @classmethod
    async def open_in_order(cls, data_dir: Path, clock: Clock) -> Archive | None:
        """What was left in order; None where a start has something to bring in order first.

        Raises:
            InstanceRunningError: another process owns the folder.
        """
        opened = await asyncio.to_thread(StillDatabase.open_in_order, data_dir, clock=clock)
        if opened is None:
            return None
        reason = await asyncio.to_thread(disk.refusal, data_dir)
        return cls(opened, clock, why_not_written=reason)

    @classmethod
    async def open_unwritable(cls, data_dir: Path, clock: Clock) -> Archive | None:
        """What is in a folder that cannot be written; None when it can be.

        Raises:
            InstanceRunningError: another process owns the folder.
            StorageError: it cannot be read either.
        """
        reason = await asyncio.to_thread(disk.tried_refusal, data_dir)
        if not reason:
            return None
        opened = await asyncio.to_thread(StillDatabase.open_as_it_is, data_dir, clock=clock)
        return cls(opened, clock, why_not_written=reason)

    @property
    def notices(self) -> tuple[StorageNotice, ...]:
        """What the person has to be told about the data folder."""
        return self._database.notices

    async def close(self) -> None:
        """Let go of the folder."""
        await asyncio.to_thread(self._database.close)


class _LeftSessions(SessionList):
    """Nobody owns the folder, so no run is under way: one that seems to be was cut off."""

    @override
    async def summaries(
        self,
        *,
        scope: SessionScope = SessionScope.ACTIVE,
        limit: int = 500,
        offset: int = 0,
        title_contains: str = "",
    ) -> tuple[SessionSummary, ...]:
        rows = await super().summaries(
            scope=scope, limit=limit, offset=offset, title_contains=title_contains
        )
        return tuple(_cut_off(row) for row in rows)

    @override
    async def summary(self, session_id: SessionId) -> SessionSummary | None:
        row = await super().summary(session_id)
        return None if row is None else _cut_off(row)


def _cut_off(row: SessionSummary) -> SessionSummary:
    is_live = row.status is not None and row.status.is_live
    return replace(row, status=AgentStatus.INTERRUPTED) if is_live else row
