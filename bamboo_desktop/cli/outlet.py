"""Outlet: standard output that may be slow without holding up what runs in this process."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterable, Mapping
from typing import Any


async def put(text: str) -> None:
    """Write text and wait until it is out.

    Raises:
        BrokenPipeError: nobody reads any more.
    """
    if text:
        await asyncio.to_thread(_write, text)


async def put_json(values: Iterable[Mapping[str, Any]]) -> None:
    """Write one JSON object a line.

    Raises:
        BrokenPipeError: nobody reads any more.
    """
    await put("".join(json_line(value) for value in values))


def json_line(value: Mapping[str, Any]) -> str:
    """A value as one line; letters stay letters."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def say(sentence: str) -> None:
    """One sentence on standard error."""
    sys.stderr.write(f"bambooctl: {sentence}\n")


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
