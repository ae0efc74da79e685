"""Calling a provider in a test: configurations, requests, and what came of a call."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from bamboo_desktop.clock import Clock, SystemClock
from bamboo_desktop.domain.ids import MessageId, ProviderId, RunId, SessionId
from bamboo_desktop.domain.message import Message, Part, Role, TextPart
from bamboo_desktop.domain.model import ModelRef, ProviderConfig, ProviderKind, ReasoningEffort
from bamboo_desktop.domain.tool import ToolSpec
from bamboo_desktop.identifiers import CountedIds
from bamboo_desktop.providers.keys import MemoryKeys
from bamboo_desktop.providers.port import (
    Finished,
    ModelDelta,
    ModelRequest,
    Provider,
    TextDelta,
    ThinkingDelta,
    ToolCallDelta,
)
from bamboo_desktop.providers.registry import ProviderRegistry
from tests.providers.servers import ModelServer

# It has no shape that a filter could know it by.
KEY = "a7f3c9d21e8b4056aa01"
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
READ = ToolSpec(
    name="Read",
    description="Read a file.",
    parameters={
        "type": "object",
        "properties": {"path": {"type": "string"}},
        "required": ["path"],
    },
)
MODELS = {
    ProviderKind.OPENAI_CHAT: "gpt-5",
    ProviderKind.OPENAI_RESPONSES: "gpt-5",
    ProviderKind.ANTHROPIC: "claude-opus-4-8",
    ProviderKind.GOOGLE: "gemini-2.5-pro",
}


def config_for(kind: ProviderKind, address: str) -> ProviderConfig:
    """A configuration of a kind at an address."""
    return ProviderConfig(
        id=ProviderId(f"the-{kind.value}"), kind=kind, label="The Server", base_url=address
    )


@asynccontextmanager
async def registry_with_key(
    *kinds: ProviderKind, clock: Clock | None = None
) -> AsyncIterator[ProviderRegistry]:
    """A registry whose key store knows the test key for each kind."""
    keys = MemoryKeys()
    for kind in kinds or tuple(ProviderKind):
        await keys.set(ProviderId(f"the-{kind.value}"), KEY)
    registry = ProviderRegistry(keys=keys, clock=clock or SystemClock(), ids=CountedIds("made"))
    try:
        yield registry
    finally:
        await registry.aclose()


@asynccontextmanager
async def calling(
    kind: ProviderKind, server: ModelServer, *, clock: Clock | None = None
) -> AsyncIterator[Provider]:
    """A provider of a kind whose other end is the server."""
    async with registry_with_key(kind, clock=clock) as registry:
        yield registry.provider(config_for(kind, server.base_url))


def message(
    role: Role, *parts: Part, library_json: bytes | None = None, number: int = 1
) -> Message:
    """A stored message."""
    return Message(
        id=MessageId(f"m-{role.value}-{number}"),
        session_id=SessionId("s"),
        run_id=RunId("r"),
        role=role,
        parts=parts,
        created_at=AT,
        library_json=library_json,
    )


def user(text: str, *, number: int = 1) -> Message:
    """A message of the person."""
    return message(Role.USER, TextPart(text=text), number=number)


def request(
    kind: ProviderKind,
    *messages: Message,
    effort: ReasoningEffort | None = ReasoningEffort.HIGH,
    model: str = "",
    system: str = "You are helpful.",
) -> ModelRequest:
    """A call with a history, a tool and a system prompt."""
    name = model or MODELS.get(kind, "local-model")
    return ModelRequest(
        session_id=SessionId("s"),
        run_id=RunId("r"),
        round=1,
        model=ModelRef(provider=ProviderId(f"the-{kind.value}"), model=name),
        system=system,
        messages=messages or (user("Hello?"),),
        tools=(READ,),
        reasoning_effort=effort,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What a whole call gave."""

    deltas: tuple[ModelDelta, ...]
    finished: Finished

    @property
    def text(self) -> str:
        """The streamed text."""
        return "".join(delta.text for delta in self.deltas if isinstance(delta, TextDelta))

    @property
    def thinking(self) -> str:
        """The streamed thinking."""
        return "".join(delta.text for delta in self.deltas if isinstance(delta, ThinkingDelta))

    @property
    def call_deltas(self) -> tuple[ToolCallDelta, ...]:
        """The streamed pieces of tool calls."""
        return tuple(delta for delta in self.deltas if isinstance(delta, ToolCallDelta))


async def call(provider: Provider, asked: ModelRequest) -> Outcome:
    """Make a call to its end."""
    deltas: list[ModelDelta] = []
    async with aclosing(provider.stream(asked)) as stream:
        async for delta in stream:
            deltas.append(delta)
    finished = deltas.pop()
    assert isinstance(finished, Finished)
    assert not any(isinstance(delta, Finished) for delta in deltas)
    return Outcome(deltas=tuple(deltas), finished=finished)
