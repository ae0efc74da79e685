"""A model whose answers come when they come, and are anything."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncGenerator, Callable

from bamboo_desktop.domain.ids import RunId, SessionId, ToolCallId
from bamboo_desktop.domain.message import Part, Role, TextPart, ToolCallPart
from bamboo_desktop.domain.model import ModelInfo
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.providers.port import (
    CallFault,
    Finished,
    ModelCallError,
    ModelDelta,
    ModelRequest,
    TextDelta,
)
from tests.faults.history import unanswered


class GustyModel:
    """Answers anything, after a while; keeps what no request may look like."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._gates: list[asyncio.Event] = []
        self._count = 0
        self.is_calm = False
        self.complaints: list[str] = []
        self.holder: Callable[[SessionId], RunId | None] = lambda _: None

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelDelta, None]:
        self.complaints += unanswered(request.messages)
        if not request.messages:
            self.complaints.append("asked about nothing")
        elif request.messages[-1].role is Role.ASSISTANT and not request.messages[-1].is_partial:
            self.complaints.append("asked to go on after its own last word")
        if self.holder(request.session_id) != request.run_id:
            self.complaints.append(f"asked by {request.run_id}, which does not hold the session")
        yield TextDelta("so ")
        await self._gate()
        kind = "say" if self.is_calm else self._dice.choice(["say", "say", "call", "call", "fail"])
        if kind == "fail":
            raise ModelCallError(CallFault.AUTHENTICATION, "The key was refused; enter it again.")
        parts: tuple[Part, ...] = (TextPart(text="so it is"),)
        if kind == "call":
            parts += tuple(self._call() for _ in range(self._dice.randint(1, 3)))
        yield Finished(parts=parts, usage=Usage(input_tokens=1, output_tokens=1), model="any")

    def _call(self) -> ToolCallPart:
        self._count += 1
        item = {"id": "way", "kind": "text", "prompt": "Which way?"}
        tool, arguments = self._dice.choice(
            [
                ("Read", {"file_path": "notes.txt", "offset": self._count}),
                ("Ask", {"items": [item]}),
                ("Write", {"file_path": f"free/{self._count}.txt", "content": "x"}),
                ("Write", {"file_path": f"asked-{self._count}.txt", "content": "x"}),
            ]
        )
        return ToolCallPart(
            call_id=ToolCallId(f"call-{self._count}"), tool=tool, arguments=json.dumps(arguments)
        )

    async def _gate(self) -> None:
        if self.is_calm or self._dice.random() < 0.4:
            return
        gate = asyncio.Event()
        self._gates.append(gate)
        await gate.wait()

    def open_one(self) -> None:
        if self._gates:
            self._gates.pop(self._dice.randrange(len(self._gates))).set()

    def calm(self) -> None:
        """Every answer comes at once from here on, and none asks for anything."""
        self.is_calm = True
        while self._gates:
            self._gates.pop().set()

    async def list_models(self) -> tuple[ModelInfo, ...]:
        return ()

    async def aclose(self) -> None:
        return None
