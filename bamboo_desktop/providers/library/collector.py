"""The library's stream events as our deltas, and the whole reply at the end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from pydantic_ai import messages as theirs

from bamboo_desktop.domain.ids import ToolCallId
from bamboo_desktop.domain.message import Message, ToolCallPart
from bamboo_desktop.identifiers import IdSource
from bamboo_desktop.providers.port import ModelDelta, TextDelta, ThinkingDelta, ToolCallDelta


class Collector:
    """Follows one reply; gives each call an id of its own, also where the server did not.

    Args:
        ids: where missing ids come from.
        history: what was sent; an id used there is not used again.
    """

    def __init__(self, *, ids: IdSource, history: Iterable[Message]) -> None:
        self._ids = ids
        self._taken = {call.call_id for message in history for call in message.tool_calls}
        self._by_index: dict[int, tuple[ToolCallId, str]] = {}
        self._by_their_id: defaultdict[str, list[ToolCallId]] = defaultdict(list)

    def take(self, event: theirs.ModelResponseStreamEvent) -> ModelDelta | None:
        """The delta an event stands for, or None."""
        if isinstance(event, theirs.PartStartEvent):
            return self._started(event)
        if isinstance(event, theirs.PartDeltaEvent):
            return self._continued(event)
        return None

    def calls(self, reply: theirs.ModelResponse) -> tuple[ToolCallPart, ...]:
        """The reply's calls under their final ids, arguments as raw as they came."""
        return tuple(
            ToolCallPart(
                call_id=self._final_id(part.tool_call_id),
                tool=part.tool_name,
                arguments=_arguments(part.args) or "{}",
            )
            for part in reply.parts
            if isinstance(part, theirs.ToolCallPart)
        )

    def _started(self, event: theirs.PartStartEvent) -> ModelDelta | None:
        part = event.part
        if isinstance(part, theirs.TextPart):
            return TextDelta(part.content) if part.content else None
        if isinstance(part, theirs.ThinkingPart):
            return ThinkingDelta(part.content) if part.content else None
        if isinstance(part, theirs.ToolCallPart):
            call_id = self._fresh(part.tool_call_id)
            self._by_their_id[part.tool_call_id].append(call_id)
            self._by_index[event.index] = (call_id, part.tool_name)
            return ToolCallDelta(call_id, part.tool_name, _arguments(part.args))
        return None

    def _continued(self, event: theirs.PartDeltaEvent) -> ModelDelta | None:
        delta = event.delta
        if isinstance(delta, theirs.TextPartDelta):
            return TextDelta(delta.content_delta) if delta.content_delta else None
        if isinstance(delta, theirs.ThinkingPartDelta):
            return ThinkingDelta(delta.content_delta) if delta.content_delta else None
        if isinstance(delta, theirs.ToolCallPartDelta) and event.index in self._by_index:
            call_id, tool = self._by_index[event.index]
            return ToolCallDelta(call_id, tool, _arguments(delta.args_delta))
        return None

    def _final_id(self, their_id: str) -> ToolCallId:
        known = self._by_their_id[their_id]
        return known.pop(0) if known else self._fresh(their_id)

    def _fresh(self, their_id: str) -> ToolCallId:
        wanted = ToolCallId(their_id.strip())
        if not wanted or wanted in self._taken:
            wanted = ToolCallId(f"call_{self._ids.fresh()}")
        self._taken.add(wanted)
        return wanted


def _arguments(args: object) -> str:
    if isinstance(args, str):
        return args
    return theirs.tool_return_ta.dump_json(args).decode() if args else ""
