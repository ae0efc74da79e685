"""A provider that plays replies given by a test, and an engine on top of it."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from typing_extensions import override

from bamboo_desktop.clock import SystemClock
from bamboo_desktop.domain.events import Envelope
from bamboo_desktop.domain.ids import ProviderId, SessionId, ToolCallId
from bamboo_desktop.domain.message import Part, TextPart, ThinkingPart, ToolCallPart
from bamboo_desktop.domain.model import ModelInfo, ModelRef, ProviderConfig, ProviderKind
from bamboo_desktop.domain.question import ItemAnswer, QuestionRecord
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.session import Session
from bamboo_desktop.domain.transcript import TranscriptEntry
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.engine import Engine, EngineOptions, RunLimits
from bamboo_desktop.providers.keys import MemoryKeys
from bamboo_desktop.providers.port import (
    Finished,
    ModelDelta,
    ModelRequest,
    TextDelta,
    ThinkingDelta,
)
from bamboo_desktop.store.faults import FaultPoints
from tests.waiting import until

MODEL = ModelRef(provider=ProviderId("scripted"), model="any")
SCRIPTED = ProviderConfig(
    id=MODEL.provider, kind=ProviderKind.OPENAI_COMPATIBLE, label="Scripted", base_url="http://x"
)
_NUMBERS = itertools.count(1)


def call(tool: str, call_id: str = "", **arguments: Any) -> ToolCallPart:
    """A tool call a model may ask for."""
    made = ToolCallId(call_id or f"call-{next(_NUMBERS)}")
    return ToolCallPart(call_id=made, tool=tool, arguments=json.dumps(arguments))


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One answer: its parts, and what happens before it ends.

    `gate` is awaited after the text has been streamed; `fails` is raised in place of an end.
    """

    text: str = ""
    thinking: str = ""
    calls: tuple[ToolCallPart, ...] = ()
    usage: Usage = field(default_factory=lambda: Usage(input_tokens=10, output_tokens=5))
    gate: Callable[[], Awaitable[object]] | None = None
    fails: Exception | None = None


def say(text: str, **more: Any) -> Reply:
    """An answer of text alone."""
    return Reply(text=text, **more)


def use(*calls: ToolCallPart, text: str = "") -> Reply:
    """An answer that asks for calls."""
    return Reply(text=text, calls=calls)


class ScriptedProvider:
    """Plays replies in order; when they run out it says so in a way no test expects.

    The next `cuts` streams end without an end.
    """

    def __init__(self) -> None:
        self.replies: deque[Reply] = deque()
        self.requests: list[ModelRequest] = []
        self.closed_streams = 0
        self.cuts = 0

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelDelta, None]:
        self.requests.append(request)
        reply = self.replies.popleft() if self.replies else say("(the script is over)")
        try:
            if reply.thinking:
                yield ThinkingDelta(reply.thinking)
            for piece in _pieces(reply.text):
                yield TextDelta(piece)
                await asyncio.sleep(0)
            if reply.gate is not None:
                await reply.gate()
            if reply.fails is not None:
                raise reply.fails
            if self.cuts:
                self.cuts -= 1
                return
            yield Finished(parts=_parts(reply), usage=reply.usage, model="any")
        finally:
            self.closed_streams += 1

    async def list_models(self) -> tuple[ModelInfo, ...]:
        return (ModelInfo(ref=MODEL, label="any"),)

    async def aclose(self) -> None:
        return None


def _pieces(text: str) -> list[str]:
    return [text[at : at + 5] for at in range(0, len(text), 5)]


def _parts(reply: Reply) -> tuple[Part, ...]:
    parts: list[Part] = []
    if reply.thinking:
        parts.append(ThinkingPart(text=reply.thinking))
    if reply.text:
        parts.append(TextPart(text=reply.text))
    return (*parts, *reply.calls)


class ShiftedClock(SystemClock):
    """The machine's clock, with a wall that a test may set forward or back.

    Seconds that are `lived` have gone by on its monotonic side.
    """

    def __init__(self) -> None:
        self.shift = timedelta()
        self.lived = 0.0

    @override
    def now(self) -> datetime:
        return super().now() + self.shift

    @override
    def monotonic(self) -> float:
        return super().monotonic() + self.lived


class Desk:
    """An engine with a scripted model, and the words of a person who works with it."""

    def __init__(
        self,
        data_dir: Path,
        *,
        workspace: Path | None = None,
        limits: RunLimits | None = None,
        faults: FaultPoints | None = None,
    ) -> None:
        self.data_dir = data_dir
        self.workspace = workspace or data_dir.parent / "workspace"
        self.workspace.mkdir(exist_ok=True)
        self.model = ScriptedProvider()
        self.bugs: list[tuple[BaseException, str]] = []
        self.events: list[Envelope] = []
        self.clock = ShiftedClock()
        self._limits = limits or RunLimits(model_delay=0.001)
        self._faults = faults or FaultPoints()
        self._engine: Engine | None = None

    @property
    def engine(self) -> Engine:
        assert self._engine is not None
        return self._engine

    async def open(self, *, goes_on: bool = True) -> None:
        options = EngineOptions(
            data_dir=self.data_dir,
            on_bug=lambda error, where: self.bugs.append((error, where)),
            keys=MemoryKeys(),
            goes_on=goes_on,
            clock=self.clock,
            environ={"PATH": "/usr/bin:/bin", "HOME": str(self.data_dir.parent)},
            limits=self._limits,
            faults=self._faults,
            builders={ProviderKind.OPENAI_COMPATIBLE: lambda _: self.model},
        )
        self._engine = await Engine.open(options)
        self._engine.feed.subscribe(self.events.append)
        if all(config.id != SCRIPTED.id for config in await self._engine.models.providers()):
            await self._engine.models.save_provider(SCRIPTED)

    async def close(self) -> None:
        if self._engine is not None:
            await self._engine.close()
            self._engine = None

    async def restart(self) -> None:
        """Quit the program and start it again on the same data."""
        await self.close()
        await self.open()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()
        if kind is None:
            assert self.bugs == []

    def passes(self, time: timedelta) -> None:
        """So much time goes by on the wall."""
        self.clock.shift += time

    def plays(self, *replies: Reply) -> None:
        """What the model will answer, in order."""
        self.model.replies.extend(replies)

    async def session(self) -> Session:
        return await self.engine.sessions.create(workspace=str(self.workspace), model=MODEL)

    async def send(self, session_id: SessionId, text: str = "go", **more: Any) -> None:
        await self.engine.runs.send(session_id, text, **more)

    async def begin(self, *replies: Reply, text: str = "go", **more: Any) -> SessionId:
        """A new session that is sent a first message."""
        self.plays(*replies)
        session = await self.session()
        await self.send(session.id, text, **more)
        return session.id

    async def ends(self, session_id: SessionId, status: AgentStatus | None = None) -> AgentStatus:
        """Wait until nothing runs in the session; returns how it stands."""
        await until(lambda: self.engine.runs.live(session_id) is None, what="the run has ended")
        found: AgentStatus | None = (await self._summary(session_id)).status
        assert found is not None
        if status is not None:
            assert found is status, (found, (await self._summary(session_id)).error)
        return found

    async def _summary(self, session_id: SessionId) -> Any:
        row = await self.engine.sessions.summary(session_id)
        assert row is not None
        return row

    async def question(self, session_id: SessionId) -> QuestionRecord:
        """The one question that waits in a session."""
        await self.ends(session_id)
        (record,) = await self.engine.questions.open(session_id)
        return record

    async def answer(
        self, record: QuestionRecord, choice: str = "", *, text: str = "", **more: Any
    ) -> None:
        """Answer a question of one item."""
        (item,) = record.question.items
        options = (next(o.id for o in item.options if o.id == choice),) if choice else ()
        given = ItemAnswer(item_id=item.id, option_ids=options, text=text)
        await self.engine.questions.answer(record.question.id, (given,), **more)

    async def transcript(self, session_id: SessionId) -> tuple[TranscriptEntry, ...]:
        return await self.engine.transcripts.page(session_id, first=0, count=10_000)

    async def shown(self, session_id: SessionId) -> list[str]:
        """The transcript in short: one word and text an entry."""
        return [_short(entry) for entry in await self.transcript(session_id)]

    def types(self, session_id: SessionId, *, durable: bool = True) -> list[str]:
        """The names of the events of a session, in the order they were published."""
        return [
            item.event.type_name()
            for item in self.events
            if item.session_id == session_id and (item.index is None) == durable
        ]

    def told_model(self, number: int = -1) -> Sequence[tuple[str, str]]:
        """What the model was given in a call: (role, text) a message."""
        told = []
        for message in self.model.requests[number].messages:
            texts = [getattr(part, "text", getattr(part, "content", "")) for part in message.parts]
            told.append((message.role.value, " | ".join(texts)))
        return told


def _short(entry: TranscriptEntry) -> str:
    if entry.call is not None:
        outcome = entry.call.outcome or entry.call.state
        return f"tool {entry.call.tool} {outcome}"
    if entry.run_end is not None:
        return f"run_end {entry.run_end.status}"
    if entry.question is not None:
        return f"question {entry.question.question.kind}"
    return f"{entry.kind.value} {entry.text}"


ArgumentMap = Mapping[str, Any]
