"""The back end that plays playbooks: history in, the next assistant message out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from pathlib import Path

from typing_extensions import override

from bamboo_desktop.clock import Clock
from bamboo_desktop.domain.ids import ToolCallId
from bamboo_desktop.domain.message import Part, TextPart, ThinkingPart, ToolCallPart
from bamboo_desktop.domain.model import PLAYBOOK_PROVIDER, ModelInfo, ModelRef
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.identifiers import IdSource
from bamboo_desktop.providers.playbook.errors import PlaybookError
from bamboo_desktop.providers.playbook.loader import describe, playbook_files
from bamboo_desktop.providers.playbook.play import Call, Spoken
from bamboo_desktop.providers.playbook.reading import Shelf
from bamboo_desktop.providers.playbook.turns import next_message
from bamboo_desktop.providers.port import (
    Finished,
    ModelDelta,
    ModelRequest,
    Provider,
    TextDelta,
    ThinkingDelta,
    ToolCallDelta,
)

_MOST_CHUNKS = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class Pacing:
    """How text is let out: so many characters, then a pause; a long text takes bigger bites."""

    characters: int = 24
    seconds: float = 0.0


FAST = Pacing()
TYPEWRITER = Pacing(characters=6, seconds=0.008)


class PlaybookProvider(Provider):
    """Plays playbooks as if a model had written what they say and call.

    The state of a play lives in its messages alone: two objects of this class, or the same one
    after a restart of the program, give the same answer to the same history.

    Args:
        clock: waits between pieces of text.
        ids: names the tool calls.
        folders: where playbooks are found by name; one that is missing holds none.
        pacing: how fast text appears.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        ids: IdSource,
        folders: tuple[Path, ...] = (),
        pacing: Pacing = FAST,
    ) -> None:
        self._clock = clock
        self._ids = ids
        self._folders = folders
        self._pacing = pacing
        self._shelf = Shelf(folders)

    @override
    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelDelta, None]:
        """Play on to the next tool call or to the end.

        Raises:
            ModelCallError: the playbook cannot be loaded, or the play cannot go on.
        """
        message = await asyncio.to_thread(next_message, request, self._shelf)
        parts = [*_spoken_parts(message.spoken), *(self._call_part(c) for c in message.calls)]
        if not parts and message.failure is None:
            parts = [TextPart(text="Done.")]
        for delta in self._deltas(parts):
            yield delta
            await self._pause()
        if message.failure is not None:
            raise message.failure
        yield Finished(
            parts=tuple(parts),
            usage=Usage(cost_micros=0),
            model=request.model.model,
            finish_reason="tool_calls" if message.calls else "stop",
            library_json=message.state,
        )

    def _call_part(self, call: Call) -> Part:
        arguments = json.dumps(call.arguments, ensure_ascii=False)
        call_id = ToolCallId(f"call_{self._ids.fresh()}")
        return ToolCallPart(call_id=call_id, tool=call.tool, arguments=arguments)

    def _deltas(self, parts: list[Part]) -> Iterator[ModelDelta]:
        begun: set[type[Part]] = set()
        for part in parts:
            if isinstance(part, ToolCallPart):
                yield ToolCallDelta(part.call_id, part.tool, part.arguments)
            elif isinstance(part, TextPart | ThinkingPart):
                kind = TextDelta if isinstance(part, TextPart) else ThinkingDelta
                lead = "\n\n" if type(part) in begun else ""
                begun.add(type(part))
                for chunk in self._chunks(lead + part.text):
                    yield kind(chunk)

    def _chunks(self, text: str) -> list[str]:
        size = max(self._pacing.characters, -(-len(text) // _MOST_CHUNKS))
        return [text[start : start + size] for start in range(0, len(text), size)]

    async def _pause(self) -> None:
        if self._pacing.seconds > 0:
            await self._clock.sleep(self._pacing.seconds)
        else:
            await asyncio.sleep(0)

    @override
    async def list_models(self) -> tuple[ModelInfo, ...]:
        """The playbooks of all folders; a broken one is listed by its file name."""
        return await asyncio.to_thread(self._listed)

    def _listed(self) -> tuple[ModelInfo, ...]:
        return tuple(_info(path) for path in playbook_files(self._folders))

    @override
    async def aclose(self) -> None:
        """Nothing is held open."""


def _info(path: Path) -> ModelInfo:
    try:
        label = describe(path).title
    except PlaybookError:
        label = path.stem
    return ModelInfo(ref=ModelRef(provider=PLAYBOOK_PROVIDER, model=str(path)), label=label)


def _spoken_parts(spoken: tuple[Spoken, ...]) -> list[Part]:
    """Pieces of the same kind that follow each other become one part."""
    parts: list[Part] = []
    for piece in spoken:
        last = parts[-1] if parts else None
        if piece.is_thought:
            before = last.text + "\n\n" if isinstance(last, ThinkingPart) else ""
            made: Part = ThinkingPart(text=before + piece.text)
        else:
            before = last.text + "\n\n" if isinstance(last, TextPart) else ""
            made = TextPart(text=before + piece.text)
        if before:
            parts.pop()
        parts.append(made)
    return parts
