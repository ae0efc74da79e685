"""An engine in memory for the pane's tests: sessions of entries, live runs, a feed by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import cast

from bamboo_desktop.domain import events
from bamboo_desktop.domain.errors import NotFoundError, UserError
from bamboo_desktop.domain.ids import MessageId, QueuedId, RunId, SessionId, ToolCallId
from bamboo_desktop.domain.question import QuestionRecord
from bamboo_desktop.domain.resume import ResumeOutcome, Started
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.transcript import EntryKind, ToolCallView, TranscriptEntry
from bamboo_desktop.domain.work import QueuedMessage, QueueMode
from bamboo_desktop.engine import Engine, LiveRun, Sent

START = datetime(2026, 3, 2, 9, 41, tzinfo=UTC)
SESSION = SessionId("s-1")
RUN = RunId("r-1")


def entry(position: int, kind: EntryKind, text: str = "", **more: object) -> TranscriptEntry:
    """An entry of the one run, a second after the one before."""
    at = START + timedelta(seconds=position)
    made = TranscriptEntry(position=position, kind=kind, at=at, run_id=RUN, text=text)
    return replace(made, **more)  # type: ignore[arg-type]


@dataclass
class FakeSubscription:
    handlers: list[Callable[[events.Envelope], None]]
    handler: Callable[[events.Envelope], None]

    def cancel(self) -> None:
        self.handlers.remove(self.handler)


@dataclass
class FakeFeed:
    handlers: list[Callable[[events.Envelope], None]] = field(default_factory=list)

    def subscribe(self, handler: Callable[[events.Envelope], None]) -> FakeSubscription:
        self.handlers.append(handler)
        return FakeSubscription(self.handlers, handler)


class FakeTranscripts:
    """Entries as a list or, for very long sessions, made when they are asked for."""

    def __init__(self) -> None:
        self.stored: dict[SessionId, list[TranscriptEntry]] = {}
        self.made: dict[SessionId, tuple[int, Callable[[int], TranscriptEntry]]] = {}
        self.whole: dict[ToolCallId, ToolCallView] = {}
        self.reads = 0
        self.gate: asyncio.Event | None = None

    async def length(self, session_id: SessionId) -> int:
        await asyncio.sleep(0)
        if session_id in self.made:
            return self.made[session_id][0]
        return len(self.stored.get(session_id, []))

    async def page(
        self, session_id: SessionId, *, first: int, count: int
    ) -> tuple[TranscriptEntry, ...]:
        self.reads += 1
        if session_id in self.made:
            length, make = self.made[session_id]
            found = tuple(make(n) for n in range(first, min(first + count, length)))
        else:
            found = tuple(self.stored.get(session_id, [])[first : first + count])
        await asyncio.sleep(0)
        if self.gate is not None:
            await self.gate.wait()
        return found

    async def find_in(self, session_id: SessionId, query: str) -> tuple[int, ...]:
        await asyncio.sleep(0)
        wanted = query.casefold()
        found = self.stored.get(session_id, [])
        return tuple(item.position for item in found if wanted in item.text.casefold())

    async def call(self, session_id: SessionId, call_id: ToolCallId) -> ToolCallView:
        await asyncio.sleep(0)
        if call_id not in self.whole:
            raise NotFoundError("This tool call does not exist any more.")
        return self.whole[call_id]


class FakeRuns:
    """Live runs as set by the test; what is asked of it is noted."""

    def __init__(self, engine: FakeEngine) -> None:
        self._engine = engine
        self.living: dict[SessionId, LiveRun] = {}
        self.sent: list[tuple[SessionId, str, QueueMode]] = []
        self.refusal: UserError | None = None
        self.gate: asyncio.Event | None = None
        self.waiting: list[QueuedMessage] = []
        self.asked: list[str] = []

    def live(self, session_id: SessionId) -> LiveRun | None:
        return self.living.get(session_id)

    def active(self) -> tuple[LiveRun, ...]:
        return tuple(self.living.values())

    async def send(
        self, session_id: SessionId, text: str, *, mode: QueueMode = QueueMode.QUEUE
    ) -> Sent:
        await asyncio.sleep(0)
        if self.gate is not None:
            await self.gate.wait()
        if self.refusal is not None:
            raise self.refusal
        self.sent.append((session_id, text, mode))
        return Sent(outcome=Started(RUN), message_id=MessageId(f"m-{len(self.sent)}"))

    async def stop(self, session_id: SessionId) -> bool:
        self.asked.append("stop")
        return True

    async def force_stop(self, session_id: SessionId) -> bool:
        self.asked.append("force_stop")
        return True

    async def continue_(self, session_id: SessionId) -> ResumeOutcome:
        self.asked.append("continue")
        return Started(RUN)

    async def queued(self, session_id: SessionId) -> tuple[QueuedMessage, ...]:
        await asyncio.sleep(0)
        return tuple(self.waiting)

    async def edit_queued(self, session_id: SessionId, queued_id: QueuedId, text: str) -> bool:
        return self._change(queued_id, text=text)

    async def set_queued_mode(
        self, session_id: SessionId, queued_id: QueuedId, mode: QueueMode
    ) -> bool:
        return self._change(queued_id, mode=mode)

    async def remove_queued(self, session_id: SessionId, queued_id: QueuedId) -> bool:
        before = len(self.waiting)
        self.waiting = [item for item in self.waiting if item.id != queued_id]
        return len(self.waiting) < before

    def _change(self, queued_id: QueuedId, **more: object) -> bool:
        known = any(item.id == queued_id for item in self.waiting)
        self.waiting = [
            replace(item, **more) if item.id == queued_id else item  # type: ignore[arg-type]
            for item in self.waiting
        ]
        return known


class FakeSessions:
    def __init__(self) -> None:
        self.drafts: dict[SessionId, str] = {}
        self.gate: asyncio.Event | None = None

    async def draft(self, session_id: SessionId) -> str:
        await asyncio.sleep(0)
        if self.gate is not None:
            await self.gate.wait()
        return self.drafts.get(session_id, "")

    async def save_draft(self, session_id: SessionId, text: str) -> None:
        await asyncio.sleep(0)
        self.drafts[session_id] = text


class FakeQuestions:
    def __init__(self) -> None:
        self.waiting: list[QuestionRecord] = []

    async def open(self, session_id: SessionId | None = None) -> tuple[QuestionRecord, ...]:
        await asyncio.sleep(0)
        return tuple(self.waiting)


class FakePreferences:
    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    async def get(self, key: str, default: str = "") -> str:
        return self.values.get(key, default)


class FakeEngine:
    """Has what pane and composer use of the engine; `publish` is the engine speaking."""

    def __init__(self) -> None:
        self.feed = FakeFeed()
        self.transcripts = FakeTranscripts()
        self.runs = FakeRuns(self)
        self.sessions = FakeSessions()
        self.questions = FakeQuestions()
        self.preferences = FakePreferences()
        self._sequence = 0
        self._index = 0

    @property
    def door(self) -> Engine:
        """The fake where an engine is wanted."""
        return cast("Engine", self)

    @property
    def index(self) -> int:
        """Number of the last transient event."""
        return self._index

    def publish(
        self, event: events.AgentEvent, *, run_id: RunId = RUN, session_id: SessionId = SESSION
    ) -> events.Envelope:
        """Hand an event to whoever listens, numbered as the engine numbers."""
        if event.durable:
            self._sequence += 1
        else:
            self._index += 1
        envelope = events.Envelope(
            session_id=session_id,
            run_id=run_id,
            at=START,
            event=event,
            sequence=self._sequence,
            index=None if event.durable else self._index,
        )
        for handler in tuple(self.feed.handlers):
            handler(envelope)
        return envelope

    def store(self, *entries: TranscriptEntry, session_id: SessionId = SESSION) -> None:
        """Commit entries, without a word about it."""
        self.transcripts.stored.setdefault(session_id, []).extend(entries)

    def alive(self, **more: object) -> LiveRun:
        """Let a run be live, with the snapshot it would give."""
        run = LiveRun(
            session_id=SESSION,
            run_id=RUN,
            status=AgentStatus.RUNNING,
            started_at=START,
            index=self._index,
        )
        run = replace(run, **more)  # type: ignore[arg-type]
        self.runs.living[run.session_id] = run
        return run


def outputs(**texts: str) -> Mapping[ToolCallId, str]:
    """Live output by call."""
    return {ToolCallId(key): text for key, text in texts.items()}
