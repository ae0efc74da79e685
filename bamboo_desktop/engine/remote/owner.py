"""The other process that owns a data folder: bring it forward, wait for it, or ask it to end."""

from __future__ import annotations

import asyncio
import contextlib
from enum import StrEnum
from pathlib import Path

from bamboo_desktop.clock import Clock, SystemClock
from bamboo_desktop.domain.errors import InstanceRunningError, UserError
from bamboo_desktop.engine.remote.client import RemoteClient, connect
from bamboo_desktop.engine.remote.context import BAMBOOCTL, WINDOW
from bamboo_desktop.store.folder import DataFolder

PATIENCE_SECONDS = 5.0
ENDING_SECONDS = 20.0
_TRY_SECONDS = 0.1
_LOOK_SECONDS = 1.0


class Meeting(StrEnum):
    """What came of meeting the owner of a data folder."""

    RAISED = "raised"
    """A window has it and was brought forward: there is nothing left to do here but to end."""
    BAMBOOCTL = "bambooctl"
    """A command line carries a run on it: offer to end that with `end_owner`."""
    FREE = "free"
    """The owner is gone, as after a short read: open the engine again."""
    SILENT = "silent"
    """Somebody has it and does not answer."""


async def take_over_or_raise(data_dir: Path, *, clock: Clock | None = None) -> Meeting:
    """What a window does whose folder is taken: raise the other window, or learn who is there.

    Call it when `Engine.open` raised InstanceRunningError. Short reads of bambooctl hold a folder
    for a moment and answer nobody, and a program that is just starting does not answer yet: both
    are waited for, up to 5 s.
    """
    clock = clock or SystemClock()
    until = clock.monotonic() + PATIENCE_SECONDS
    while True:
        meeting = await _meet(data_dir)
        if meeting is not Meeting.SILENT or clock.monotonic() >= until:
            return meeting
        if await asyncio.to_thread(is_free, data_dir):
            return Meeting.FREE
        await clock.sleep(_TRY_SECONDS)


async def end_owner(data_dir: Path, *, clock: Clock | None = None) -> bool:
    """Ask the owner to end in order, and wait until the folder is free.

    Its runs become interrupted and can be continued.

    Returns:
        False when it does not answer, or has not ended after 20 s.
    """
    clock = clock or SystemClock()
    client = await _connected(data_dir)
    if client is not None:
        try:
            await client.call("quit", {})
        except UserError:
            # It is on its way out already.
            pass
        finally:
            await client.aclose()
    until = clock.monotonic() + (ENDING_SECONDS if client is not None else 0.0)
    while not await asyncio.to_thread(is_free, data_dir):
        if clock.monotonic() >= until:
            return False
        await clock.sleep(_TRY_SECONDS)
    return True


async def until_free(data_dir: Path, *, clock: Clock | None = None) -> None:
    """Wait, for as long as it takes, until the owner of a folder has ended by itself."""
    clock = clock or SystemClock()
    while not await asyncio.to_thread(is_free, data_dir):
        await clock.sleep(_LOOK_SECONDS)


def is_free(data_dir: Path) -> bool:
    """True when no process owns the folder at this moment."""
    try:
        DataFolder.claim(data_dir).release()
    except InstanceRunningError:
        return False
    except UserError:
        # Nobody has it: opening it will say what is wrong with it.
        return True
    return True


async def _meet(data_dir: Path) -> Meeting:
    client = await _connected(data_dir)
    if client is None:
        return Meeting.SILENT
    try:
        face = (await client.call("raise", {})).get("face")
    except (UserError, AttributeError):
        return Meeting.SILENT
    finally:
        with contextlib.suppress(OSError):
            await client.aclose()
    return {WINDOW: Meeting.RAISED, BAMBOOCTL: Meeting.BAMBOOCTL}.get(face, Meeting.SILENT)


async def _connected(data_dir: Path) -> RemoteClient | None:
    try:
        return await connect(data_dir)
    except UserError:
        return None
