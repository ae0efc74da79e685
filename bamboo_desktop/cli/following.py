"""Following the feed for hours: over the ends and starts of whoever owns the data folder."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
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


async def follow(job: Job) -> int:
    """Print every durable event after a number, none twice and none missing, until Ctrl-C.

    With no owner there is nothing to follow: what is stored is read, the folder is given back at
    once, and the next owner is waited for.
    """
    last = job.values["since"]
    is_begun = False
    while True:
        former = _former(job)
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
            pass
        except InstanceRunningError:
            # Somebody works on the folder in silence; after a first look that is waited for.
            if not is_begun:
                raise
        except asyncio.CancelledError:
            return Exit.COMPLETED
        is_begun = True
        try:
            await _wait_for_owner(job, former)
        except asyncio.CancelledError:
            return Exit.COMPLETED


async def _print(job: Job, batch: list[dict[str, Any]]) -> None:
    if job.as_json:
        await outlet.put_json(batch)
    else:
        await outlet.put("".join(readable.event(item) for item in batch))


async def _wait_for_owner(job: Job, former: int) -> None:
    """Return when an owner is there, or has come and gone since `former` was looked at."""
    clock, address = SystemClock(), job.paths.data / FILE_NAME
    while not address.exists() and _former(job) == former:
        await clock.sleep(LOOK_SECONDS)


def _former(job: Job) -> int:
    """Which owner was the last one to leave: the inode and time of what it left, as one number."""
    try:
        left = (job.paths.data / FORMER_NAME).stat()
    except OSError:
        return 0
    return hash((left.st_ino, left.st_mtime_ns))
