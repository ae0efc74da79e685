"""A model that writes a given number of chunks a second, and remembers what it wrote."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Iterator

from bamboo_desktop.domain.ids import ProviderId, SessionId, ToolCallId
from bamboo_desktop.domain.message import Part, TextPart, ToolCallPart
from bamboo_desktop.domain.model import ModelInfo, ModelRef, ProviderConfig, ProviderKind
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.providers.port import Finished, ModelDelta, ModelRequest, TextDelta

MODEL = ModelRef(provider=ProviderId("steady"), model="writer")
CONFIG = ProviderConfig(
    id=MODEL.provider,
    kind=ProviderKind.OPENAI_COMPATIBLE,
    label="Steady",
    base_url="http://localhost",
)
_PARAGRAPH = (
    "some **words** of an answer with `code` and a [link](https://example.org) in it, then "
    "a list\n\n- first item\n- second item\n\n```py\nx = 1\nprint(x)\n```\n\nand so on."
)
_PIECES = _PARAGRAPH.split(" ")
"""None of them blank: an answer of nothing but blanks is no row of a transcript."""


def chunk(number: int) -> str:
    """The next piece of an answer; one in five bears its number, so that a loss would show."""
    piece = _PIECES[number % len(_PIECES)]
    return f"{piece} n{number} " if number % 5 == 0 and "```" not in piece else f"{piece} "


class SteadyModel:
    """Writes on time: what is late is caught up, and a read of a file ends each round.

    Args:
        chunks_a_second: of each run.
        round_chunks: about how many chunks a round has; runs differ, as they do in life.
        path: a file of the workspace, read between two rounds.
    """

    def __init__(self, *, chunks_a_second: int, round_chunks: int, path: str) -> None:
        self._rate = chunks_a_second
        self._round_chunks = round_chunks
        self._path = path
        self._is_over = False
        self.said: dict[SessionId, list[str]] = {}
        self.chunks = 0

    def finish(self) -> None:
        """Let every run come to its end."""
        self._is_over = True

    def told(self, session_id: SessionId) -> str:
        """Everything that was written in a session."""
        return "".join(self.said[session_id])

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelDelta, None]:
        said = self.said.setdefault(request.session_id, [])
        spread = len(self.said) * 37 % 100 - 50  # no two runs end their rounds together
        first, begun = len(said), time.monotonic()
        for place in range(self._round_chunks + spread):
            due = begun + place / self._rate - time.monotonic()
            if due > 0:
                await asyncio.sleep(due)
            if self._is_over:
                break
            said.append(chunk(first + place))
            self.chunks += 1
            yield TextDelta(said[-1])
        yield Finished(
            parts=tuple(self._parts("".join(said[first:]), request.round)),
            usage=Usage(input_tokens=1_000, output_tokens=self._round_chunks),
            model=MODEL.model,
        )

    def _parts(self, text: str, number: int) -> Iterator[Part]:
        if text:
            yield TextPart(text=text)
        if not self._is_over:
            # Another part of the file each time: the third equal call would be refused.
            arguments = json.dumps({"file_path": self._path, "offset": number, "limit": 20})
            call_id = ToolCallId(f"call-{number}")
            yield ToolCallPart(call_id=call_id, tool="Read", arguments=arguments)

    async def list_models(self) -> tuple[ModelInfo, ...]:
        return (ModelInfo(ref=MODEL, label="writer", context_window=10_000_000),)

    async def aclose(self) -> None:
        return None
