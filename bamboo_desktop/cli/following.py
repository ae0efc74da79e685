"""Following the feed for hours: over the ends and starts of whoever owns the data folder."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bamboo_desktop.cli import outlet, readable
from bamboo_desktop.cli.exits import Exit
from bamboo_desktop.cli.job import Job
from bamboo_desktop.cli.opening import Purpose, open_client
from bamboo_desktop.clock import SystemClock
from bamboo_desktop.domain.errors import InstanceRunningError
from bamboo_desktop.engine.remote.address import FILE_NAME, FORMER_NAME
from bamboo_desktop.engine.remote.client import OwnerLeftError

LOOK_SECONDS = 0.05
_Marks = tuple[tuple[int, int] | None, ...]


async def follow(job: Job) -> int:
    """Print every durable event after a number, none twice and none missing, until Ctrl-C.

    With no owner there is nothing to follow: what is stored is read, the folder is given back at
    once, and the next owner is waited for.
    """
    last = job.values["since"]
    is_begun = False
    while True:
        seen: _Marks | None = _marks(job)
        try:
            async with await open_client(job.paths, Purpose.READ) as opened:
                arguments: Mapping[str, Any] = {
                    "since": last,
                    "session": job.values["session"],
                    "follow": not opened.is_alone,
                }
                async for batch in opened.client.stream("events", arguments):
                    await _print(job, batch)
                    last = batch[-1]["seq"]
        except OwnerLeftError:
            seen = None  # it may have stored more than it told
        except InstanceRunningError:
            # Somebody works on the folder in silence; after a first look that is waited for.
            if not is_begun:
                raise
            seen = None
        except asyncio.CancelledError:
            return Exit.COMPLETED
        is_begun = True
        try:
            await _wait_for_owner(job, seen)
        except asyncio.CancelledError:
            return Exit.COMPLETED


async def _print(job: Job, batch: list[dict[str, Any]]) -> None:
    if job.as_json:
        await outlet.put_json(batch)
    else:
        await outlet.put("".join(readable.event(item) for item in batch))


async def _wait_for_owner(job: Job, seen: _Marks | None) -> None:
    """Return when an owner has come since the marks were looked at, whether it is still there."""
    clock = SystemClock()
    while True:
        await clock.sleep(LOOK_SECONDS)
        if _marks(job) != seen:
            return


def _marks(job: Job) -> _Marks:
    """Which owner wrote its address last, and which left in order last.

    The address of one that was killed stays: that it is there says nothing, only that it changes.
    """
    return tuple(_mark(job.paths.data / name) for name in (FILE_NAME, FORMER_NAME))


def _mark(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns
