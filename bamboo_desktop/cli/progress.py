"""Progress of a run for people: the answer on stdout as it is written, the tools on stderr."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bamboo_desktop.cli import outlet
from bamboo_desktop.cli.plain import one_line, plain

Json = Mapping[str, Any]


class Progress:
    """Follows the events of one session."""

    def __init__(self) -> None:
        self._is_open = False

    async def show(self, batch: Sequence[Json]) -> None:
        """Print what a person wants to follow."""
        written: list[str] = []
        for item in batch:
            if item["type"] == "token":
                written.append(plain(item["data"]["content"]))
                continue
            note = _note(item["type"], item["data"])
            if note or item["type"] == "message_appended":
                await self._put("".join(written))
                written.clear()
                await self.close_line()
            if note:
                outlet.note(note)
        await self._put("".join(written))

    async def _put(self, text: str) -> None:
        if text:
            await outlet.put(text)
            self._is_open = not text.endswith("\n")

    async def close_line(self) -> None:
        """Begin a new line if one is under way."""
        if self._is_open:
            self._is_open = False
            await outlet.put("\n")


def _note(kind: str, data: Json) -> str:
    if not data:  # the stored one is damaged
        return ""
    match kind:
        case "tool_start":
            return f"> {one_line(data['tool_name'])} {one_line(data['arguments'])}"
        case "tool_error":
            return f"! {one_line(data['tool_name'])}: {one_line(data['error'])}"
        case "model_retry":
            return f"~ again in {data['delay_seconds']:.1f} s: {one_line(data['reason'])}"
        case _:
            return ""
