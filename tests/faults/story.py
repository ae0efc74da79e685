"""A story of reads, effects, questions and messages that goes on from wherever it was cut off.

The model keeps nothing in mind: what it says next follows from the history it is given.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

from bamboo_desktop.domain.ids import ProviderId, ToolCallId
from bamboo_desktop.domain.message import (
    Part,
    Role,
    TextPart,
    ToolCallPart,
)
from bamboo_desktop.domain.model import ModelInfo, ModelRef, ProviderConfig, ProviderKind
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.engine import Engine, EngineOptions
from bamboo_desktop.providers.keys import MemoryKeys
from bamboo_desktop.providers.port import Finished, ModelDelta, ModelRequest, TextDelta
from bamboo_desktop.store.faults import FaultPoints
from tests.faults.history import unanswered

MODEL = ModelRef(provider=ProviderId("teller"), model="any")
TELLER = ProviderConfig(
    id=MODEL.provider, kind=ProviderKind.OPENAI_COMPATIBLE, label="Teller", base_url="http://x"
)
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
