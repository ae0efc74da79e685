"""Frames: one JSON object a line, bounded, in both directions."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from bamboo_desktop.domain.errors import UserError

PROTOCOL = 1
"""The version both sides have to speak; `ping` names it."""
LONGEST_LINE = 64 * 1024 * 1024
LONGEST_GREETING = 4_096
"""What somebody may send before the token was seen."""
_PIECE = 65_536


class ProtocolError(UserError):
    """The other side speaks something else, or another version."""


class FrameReader:
    """Reads frames from a connection; how long a line may be is said at each read."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader
        self._waiting = bytearray()
        self._searched = 0

    async def next(self, *, longest: int = LONGEST_LINE) -> dict[str, Any] | None:
        """The next frame, or None at the end of the connection.

        Raises:
            ProtocolError: not a JSON object, or a line that is too long.
            OSError: the connection broke.
        """
        while (end := self._waiting.find(b"\n", self._searched)) < 0:
            self._searched = len(self._waiting)
            if self._searched > longest:
                raise ProtocolError("The other program sent a line that is too long.")
            piece = await self._reader.read(_PIECE)
            if not piece:
                return None
            self._waiting += piece
        if end > longest:
            raise ProtocolError("The other program sent a line that is too long.")
        line = bytes(self._waiting[:end])
        del self._waiting[: end + 1]
        self._searched = 0
        return _frame(line)

    async def until_gone(self) -> None:
        """Return when the other side has hung up; what it sends meanwhile waits for `next`."""
        while len(self._waiting) <= LONGEST_LINE:
            try:
                piece = await self._reader.read(_PIECE)
            except OSError:
                return
            if not piece:
                return
            self._waiting += piece


def _frame(line: bytes) -> dict[str, Any]:
    try:
        frame = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ProtocolError("The other program sent something that is not JSON.") from error
    if not isinstance(frame, dict):
        raise ProtocolError("The other program sent something that is not a JSON object.")
    return frame


async def write_frame(writer: asyncio.StreamWriter, frame: Mapping[str, object]) -> None:
    """Send a frame and wait until the other side keeps up."""
    writer.write(json.dumps(frame, separators=(",", ":")).encode("ascii") + b"\n")
    await writer.drain()
