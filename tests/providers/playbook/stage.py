"""A stage for plays: keeps the history an engine would keep and lets scripted tools answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import aclosing
from pathlib import Path
from typing import Any

from bamboo_desktop.domain.ids import MessageId, RunId, SessionId
from bamboo_desktop.domain.message import (
    Message,
    Part,
    Role,
    TextPart,
    ToolCallPart,
    ToolOutcome,
    ToolResultPart,
)
from bamboo_desktop.domain.model import PLAYBOOK_PROVIDER, ModelRef
from bamboo_desktop.identifiers import CountedIds
from bamboo_desktop.providers.playbook import PlaybookProvider
from bamboo_desktop.providers.playbook.provider import FAST, Pacing
from bamboo_desktop.providers.port import Finished, ModelCallError, ModelDelta, ModelRequest
from tests.sim import START, SimClock

Result = tuple[ToolOutcome, str]
Tool = Callable[[str, Mapping[str, Any]], Result]
OK, ERROR, DENIED = ToolOutcome.OK, ToolOutcome.ERROR, ToolOutcome.DENIED
CANCELLED, INTERRUPTED = ToolOutcome.CANCELLED, ToolOutcome.INTERRUPTED

HEAD = "version: 1\ntitle: Test\n"


def playbook(path: Path, steps: str, *, head: str = "") -> Path:
    """Write a playbook with these steps and give back its path."""
    path.write_text(f"{HEAD}{head}steps:\n{steps}", encoding="utf-8")
    return path


def answer(*options: str, text: str = "", item: str = "answer", note: str = "") -> Result:
    """What the engine writes when a question is answered."""
    entry = {"item": item, "options": options, "labels": [o.title() for o in options], "text": text}
    return OK, json.dumps({"answers": [entry], "note": note})


def nothing(tool: str, arguments: Mapping[str, Any]) -> Result:
    """A tool that always works and says nothing."""
    return OK, ""


class Stage:
    """One session with a playbook."""

    def __init__(self, model: Path | str, *, workspace: str = "/work", **options: Any) -> None:
        self.model = str(model)
        self.workspace = workspace
        self.messages: list[Message] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.ids = CountedIds()
        self.clock = SimClock()
        self._options = options
        self.provider = self.restart()

    def restart(self, pacing: Pacing = FAST) -> PlaybookProvider:
        """Go on with a provider that knows nothing of what was before."""
        self.provider = PlaybookProvider(
            clock=self.clock, ids=self.ids, pacing=pacing, **self._options
        )
        return self.provider

    def add(self, role: Role, *parts: Part, **fields: Any) -> Message:
        message = Message(
            id=MessageId(self.ids.fresh()),
            session_id=SessionId("s"),
            run_id=RunId("r"),
            role=role,
            parts=parts,
            created_at=START,
            **fields,
        )
        self.messages.append(message)
        return message

    def user(self, text: str, *, origin: str = "person") -> None:
        self.add(Role.USER, TextPart(text=text), origin=origin)

    def request(self) -> ModelRequest:
        return ModelRequest(
            session_id=SessionId("s"),
            run_id=RunId("r"),
            round=len(self.messages),
            model=ModelRef(provider=PLAYBOOK_PROVIDER, model=self.model),
            system="",
            messages=tuple(self.messages),
            tools=(),
            workspace=self.workspace,
        )

    async def deltas(self) -> list[ModelDelta]:
        async with aclosing(self.provider.stream(self.request())) as stream:
            return [delta async for delta in stream]

    async def round(self) -> Message:
        """One model call, stored."""
        *_, last = await self.deltas()
        assert isinstance(last, Finished)
        return self.add(Role.ASSISTANT, *last.parts, library_json=last.library_json)

    def results(self, *results: Result) -> None:
        """The results of the newest message's calls, stored."""
        calls = self.messages[-1].tool_calls
        assert len(calls) == len(results)
        parts = [
            ToolResultPart(call_id=call.call_id, tool=call.tool, outcome=outcome, content=content)
            for call, (outcome, content) in zip(calls, results, strict=True)
        ]
        self.add(Role.TOOL, *parts)

    async def play(self, text: str = "go", tool: Tool = nothing, *, rounds: int = 100) -> str:
        """Play from a message of the person to the end; the whole text that was said."""
        if text:
            self.user(text)
        said: list[str] = []
        for _ in range(rounds):
            message = await self.round()
            said.append(message.text)
            if not message.tool_calls:
                return "\n\n".join(part for part in said if part)
            self.results(*(self._run(call, tool) for call in message.tool_calls))
        raise AssertionError("the play does not end")

    def _run(self, call: ToolCallPart, tool: Tool) -> Result:
        arguments = json.loads(call.arguments)
        self.calls.append((call.tool, arguments))
        return tool(call.tool, arguments)

    async def failure(self, text: str = "go", tool: Tool = nothing) -> str:
        """Play until it fails; the sentence."""
        try:
            said = await self.play(text, tool)
        except ModelCallError as error:
            return error.sentence
        raise AssertionError(f"it did not fail but said: {said}")
