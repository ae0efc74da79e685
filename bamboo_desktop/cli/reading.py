"""Commands that read, and those that are done in a moment."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bamboo_desktop.cli import outlet, readable
from bamboo_desktop.cli.exits import Exit
from bamboo_desktop.cli.job import Job
from bamboo_desktop.cli.opening import Opened
from bamboo_desktop.cli.plain import plain
from bamboo_desktop.domain.errors import UserError

Json = dict[str, Any]


async def sessions(job: Job, opened: Opened) -> int:
    """The session list."""
    count = await _listed(job, opened, "sessions", readable.session_row)
    if not count and not job.as_json:
        await outlet.put("No sessions yet. Start one: bambooctl run 'what you want done'\n")
    return Exit.COMPLETED


async def events(job: Job, opened: Opened) -> int:
    """What is stored of the feed."""
    await _listed(job, opened, "events", readable.event)
    return Exit.COMPLETED


async def questions(job: Job, opened: Opened) -> int:
    """What waits for an answer."""
    waiting = await collected(opened, "questions", {})
    if job.as_json:
        await outlet.put_json(waiting)
    else:
        await outlet.put(readable.questions(waiting))
    return Exit.COMPLETED


async def show(job: Job, opened: Opened) -> int:
    """One session."""
    head, *entries = await collected(opened, "show", job.values)
    if job.as_json:
        await outlet.put_json([{**head, "entries": entries}])
        return Exit.COMPLETED
    await outlet.put(readable.session_head(head, entries=len(entries)))
    await outlet.put("".join(readable.entry(item) for item in entries))
    if head["questions"]:
        await outlet.put(readable.questions(head["questions"]))
    return Exit.COMPLETED


async def export(job: Job, opened: Opened) -> int:
    """A session as text, into a file or on standard output."""
    values = job.values
    arguments = {
        "session": values["session"],
        "format": "json" if job.as_json else values["format"],
    }
    parts = await collected(opened, "export", arguments)
    text = "".join(part["text"] for part in parts)
    if values["output"]:
        await asyncio.to_thread(_write, Path(values["output"]), text)
    else:
        await outlet.put(plain(text) if sys.stdout.isatty() else text)
    return Exit.COMPLETED


async def stop(job: Job, opened: Opened) -> int:
    """Stop a session's run, or its wait."""
    stopped = await opened.client.call("stop", job.values)
    if job.as_json:
        await outlet.put_json([stopped])
    if not stopped["stopped"]:
        raise UserError("There was nothing to stop: the session neither runs nor waits.")
    if not job.as_json:
        await outlet.put("Stopped.\n")
    return Exit.COMPLETED


async def collected(opened: Opened, command: str, arguments: Mapping[str, Any]) -> list[Json]:
    """All values of a stream that ends."""
    found: list[Json] = []
    async for batch in opened.client.stream(command, arguments):
        found += batch
    return found


async def _listed(job: Job, opened: Opened, command: str, line: Callable[[Json], str]) -> int:
    count = 0
    async for batch in opened.client.stream(command, job.values):
        count += len(batch)
        if job.as_json:
            await outlet.put_json(batch)
        else:
            await outlet.put("".join(line(item) for item in batch))
    return count


def _write(path: Path, text: str) -> None:
    """Put the file in place whole; what was there stays until then."""
    try:
        if path.exists() and not path.is_file():
            # A pipe or a device is written to; a folder is refused by the system.
            path.write_text(text, "utf-8")
        else:
            _replace(path, text)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UserError(f"{path} cannot be written: {reason}.") from error


def _replace(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        beside.write_text(text, "utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
