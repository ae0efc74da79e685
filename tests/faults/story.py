"""A story of reads, effects, questions and messages that goes on from wherever it was cut off.

The model keeps nothing in mind: what it says next follows from the history it is given. The
person keeps nothing in mind either: what is to be done next is read off the store.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.domain.ids import OptionId, ProviderId, SessionId, ToolCallId
from bamboo_desktop.domain.message import (
    Part,
    Role,
    TextPart,
    ToolCallPart,
)
from bamboo_desktop.domain.model import ModelInfo, ModelRef, ProviderConfig, ProviderKind
from bamboo_desktop.domain.question import (
    ALLOW_ONCE,
    EFFECT_RUN_AGAIN,
    EFFECT_WORKED,
    ItemAnswer,
    PendingQuestion,
    QuestionKind,
)
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.engine import Engine, EngineOptions
from bamboo_desktop.providers.keys import MemoryKeys
from bamboo_desktop.providers.port import Finished, ModelDelta, ModelRequest, TextDelta
from bamboo_desktop.store import messages
from bamboo_desktop.store.faults import FaultPoints
from tests.faults.history import unanswered
from tests.waiting import until

MODEL = ModelRef(provider=ProviderId("teller"), model="any")
TELLER = ProviderConfig(
    id=MODEL.provider, kind=ProviderKind.OPENAI_COMPATIBLE, label="Teller", base_url="http://x"
)
MESSAGES = ("do the work", "and this too", "one thing more")
CHOICE = OptionId("second")
MOST_STEPS = 60
EFFECT_SCRIPT = '#!/bin/sh\necho "$2" >> "$(dirname "$0")/../effects.log"\necho "did $2"\n'


@dataclass(frozen=True)
class Place:
    """The folder of one case: data, workspace, and what the outside world has seen."""

    path: Path

    @property
    def data(self) -> Path:
        return self.path / "data"

    @property
    def workspace(self) -> Path:
        return self.path / "workspace"

    def prepare(self) -> None:
        self.workspace.mkdir(parents=True, exist_ok=True)
        script = self.workspace / "effect"
        script.write_text(EFFECT_SCRIPT)
        script.chmod(0o755)
        (self.workspace / "notes.txt").write_text("nothing special\n")

    def effects(self) -> Counter[str]:
        """How often each effect has happened, counted where no database can undo it."""
        return Counter(self._lines("effects.log"))

    def promise(self, text: str) -> None:
        """Write down that the program said yes to something."""
        with (self.path / "promises.log").open("a") as log:
            log.write(text + "\n")

    def promises(self) -> list[str]:
        return self._lines("promises.log")

    def _lines(self, name: str) -> list[str]:
        log = self.path / name
        return log.read_text().splitlines() if log.exists() else []


def plot(seed: int) -> list[list[ToolCallPart]]:
    """The calls of each step, in an order that depends on the seed."""
    steps = [["read"], ["free"], ["ask"], ["asked"], ["read", "read", "free", "asked"]]
    dice = random.Random(seed)
    if seed:
        steps += dice.choices(steps, k=2)
        dice.shuffle(steps)
    return [
        [_call(kind, f"{step}-{place}") for place, kind in enumerate(kinds)]
        for step, kinds in enumerate(steps)
    ]


def _call(kind: str, name: str) -> ToolCallPart:
    item = {
        "id": "way",
        "kind": "single",
        "prompt": f"Which way at {name}?",
        "options": [{"id": "first", "label": "First"}, {"id": "second", "label": "Second"}],
    }
    tool, arguments = {
        "read": ("Read", {"file_path": "notes.txt", "limit": 1 + int(name.replace("-", ""))}),
        "ask": ("Ask", {"title": name, "items": [item]}),
        "free": ("Bash", {"command": f"./effect free free-{name}"}),
        "asked": ("Bash", {"command": f"./effect asked asked-{name}"}),
    }[kind]
    return ToolCallPart(
        call_id=ToolCallId(f"{kind}-{name}"), tool=tool, arguments=json.dumps(arguments)
    )


def effect_names(seed: int) -> list[str]:
    """The calls of the story that have an effect: each has to happen exactly once."""
    ids = [call.call_id for step in plot(seed) for call in step]
    return [name for name in ids if name.startswith(("free", "asked"))]


class Teller:
    """A model without a memory."""

    def __init__(self, seed: int) -> None:
        self._plot = plot(seed)
        self.complaints: list[str] = []

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelDelta, None]:
        self.complaints += unanswered(request.messages)
        told = [item for item in request.messages if item.role is Role.ASSISTANT]
        parts: tuple[Part, ...]
        if request.messages[-1] in told:
            self.complaints.append("asked to go on after its own last word")
        if len(told) < len(self._plot):
            parts = (TextPart(text=f"step {len(told)}"), *self._plot[len(told)])
        else:
            parts = (TextPart(text=f"done {len(told)}"),)
        yield TextDelta("thinking of it")
        yield Finished(parts=parts, usage=Usage(input_tokens=3, output_tokens=2), model="any")

    async def list_models(self) -> tuple[ModelInfo, ...]:
        return ()

    async def aclose(self) -> None:
        return None


async def opened(place: Place, teller: Teller, faults: FaultPoints, bugs: list[str]) -> Engine:
    """The program on the case's data folder."""
    options = EngineOptions(
        data_dir=place.data,
        on_bug=lambda error, where: bugs.append(f"{where}: {error!r}"),
        keys=MemoryKeys(),
        environ={"PATH": "/usr/bin:/bin", "HOME": str(place.path)},
        faults=faults,
        builders={ProviderKind.OPENAI_COMPATIBLE: lambda _: teller},
    )
    return await Engine.open(options)


class Person:
    """Does whatever there is to be done until the story is over."""

    def __init__(self, engine: Engine, place: Place) -> None:
        self._engine = engine
        self._place = place

    async def play(self) -> None:
        """Go on until nothing is left to do."""
        session_id = await self._session()
        for step in range(MOST_STEPS):
            if not await self._act(session_id):
                return
            await until(lambda: self._engine.runs.live(session_id) is None, what="the run ended")
            if step % 4 == 0:
                await self._engine.backup_now()
        raise AssertionError("the story does not come to an end")

    async def _session(self) -> SessionId:
        """Everything a new user has to set up, each thing once."""
        engine = self._engine
        if not await engine.models.providers() or await engine.models.default_model() is None:
            await engine.models.save_provider(TELLER)
            await engine.models.set_default_model(MODEL)
        if not await engine.grants.active():
            await engine.grants.add_rule("Bash(./effect free *)")
        found = await engine.sessions.summaries()
        if found:
            return found[0].session.id
        session = await engine.sessions.create(workspace=str(self._place.workspace), model=MODEL)
        return session.id

    async def _act(self, session_id: SessionId) -> bool:
        """The next thing a person would do; False when all is done."""
        await until(lambda: self._engine.runs.live(session_id) is None, what="the run ended")
        waiting = await self._engine.questions.open(session_id)
        if waiting:
            await self._answer(waiting[0].question)
            return True
        row = await self._engine.sessions.summary(session_id)
        assert row is not None
        if row.status is not None and row.status.can_continue:
            await self._engine.runs.continue_(session_id)
            return True
        left = await self._unsent(session_id)
        if left:
            # The second one is typed while the first one is being worked on, so it is queued.
            await asyncio.gather(*(self._send(session_id, text) for text in left[:2]))
            return True
        assert row.status is AgentStatus.COMPLETED, row
        if await self._engine.runs.queued(session_id):
            await self._delivered(session_id)
            return True
        return False

    async def _delivered(self, session_id: SessionId) -> None:
        """What waits behind a completed run is taken up without anybody asking."""
        deadline = time.monotonic() + 20
        while await self._engine.runs.queued(session_id):
            assert time.monotonic() < deadline, "a queued message is left lying"

    async def _send(self, session_id: SessionId, text: str) -> None:
        await self._engine.runs.send(session_id, text)
        self._place.promise(f"sent {text}")

    async def _unsent(self, session_id: SessionId) -> list[str]:
        # The queue first: what is in it may be delivered meanwhile, and what is delivered stays.
        known = {item.text for item in await self._engine.runs.queued(session_id)}
        history = await self._engine._services.database.read(
            lambda tx: messages.history(tx, session_id)
        )
        known |= {message.text for message in history if message.role is Role.USER}
        return [text for text in MESSAGES if text not in known]

    async def _answer(self, question: PendingQuestion) -> None:
        (item,) = question.items
        call_id = str(question.tool_call_id)
        choice = {
            QuestionKind.ASK: CHOICE,
            QuestionKind.CONSENT: ALLOW_ONCE,
            QuestionKind.UNKNOWN_EFFECT: (
                EFFECT_WORKED if self._place.effects()[call_id] else EFFECT_RUN_AGAIN
            ),
        }[question.kind]
        answer = ItemAnswer(item_id=item.id, option_ids=(choice,))
        try:
            await self._engine.questions.answer(question.id, (answer,))
        except UserError as error:
            raise AssertionError(f"an open question refused its answer: {error}") from error
        self._place.promise(f"answered {question.id}")
