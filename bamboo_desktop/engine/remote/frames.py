"""Frames: one JSON object a line, bounded, in both directions."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from bamboo_desktop.domain.errors import UserError

LONGEST_LINE = 64 * 1024 * 1024


class ProtocolError(UserError):
    """The other side speaks something else, or another version."""


async def read_frame(reader: asyncio.StreamReader) -> dict[str, Any] | None:
    """The next frame, or None at the end.

    Raises:
        ProtocolError: not a JSON object, or a line that is too long.
    """
    try:
        line = await reader.readline()
    except ValueError as error:
        raise ProtocolError("The other program sent a line that is too long.") from error
    if not line:
        return None
    try:
        frame = json.loads(line)
    except ValueError as error:
        raise ProtocolError("The other program sent something that is not JSON.") from error
    if not isinstance(frame, dict):
        raise ProtocolError("The other program sent something that is not a JSON object.")
    return frame


async def write_frame(writer: asyncio.StreamWriter, frame: Mapping[str, object]) -> None:
    """Send a frame and wait until the other side keeps up."""
    writer.write(json.dumps(frame, separators=(",", ":")).encode("ascii") + b"\n")
    await writer.drain()
