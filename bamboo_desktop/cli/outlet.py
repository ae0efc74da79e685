"""Outlet: standard output that may be slow without holding up what runs in this process."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from bamboo_desktop.domain.errors import UserError


class OutletError(UserError):
    """What was to be printed finds no room, as when it goes into a file on a full disk."""


async def put(text: str) -> None:
    """Write text and wait until it is out; where standard output was closed it goes nowhere.

    Raises:
        BrokenPipeError: nobody reads any more.
        OutletError: it cannot be written.
    """
    if text:
        await asyncio.to_thread(_write, text)


async def put_json(values: Iterable[Mapping[str, Any]]) -> None:
    """Write one JSON object a line.

    Raises:
        BrokenPipeError: nobody reads any more.
        OutletError: it cannot be written.
    """
    await put("".join(json_line(value) for value in values))


def json_line(value: Mapping[str, Any]) -> str:
    """A value as one line; letters stay letters."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def say(sentence: str) -> None:
    """One sentence on standard error."""
    note(f"bambooctl: {sentence}")


def note(line: str) -> None:
    """One line on standard error; where that was closed or is full, nobody misses it."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            sys.stderr.write(f"{line}\n")


def forget() -> None:
    """Nothing goes out any more: the interpreter's own flush at its end must not complain."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError, AttributeError):
        pass


def _write(text: str) -> None:
    if sys.stdout is None:
        return
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        forget()
        reason = error.strerror or str(error)
        raise OutletError(f"The output cannot be written: {reason}.") from error
