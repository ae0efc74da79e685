"""Carrying a run: from the wish on the command line to the exit code."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bamboo_desktop.cli import outlet, readable
from bamboo_desktop.cli.exits import Exit, of_end
from bamboo_desktop.cli.job import Job
from bamboo_desktop.cli.opening import Opened, key_of_environment
from bamboo_desktop.cli.progress import Progress
from bamboo_desktop.cli.uncovered import not_covered
from bamboo_desktop.clock import SystemClock
from bamboo_desktop.domain.errors import InvalidInputError

SUFFIXES = (".yaml", ".yml")
LONGEST_PROMPT = 16_000_000
"""Bytes that are read at most; the engine then says how many characters fit."""
_LOOK_SECONDS = 0.05
_COPIED = ("session", "provider", "base_url", "model", "effort", "allow")
Json = dict[str, Any]


async def run(job: Job, opened: Opened) -> int:
    """Run a prompt or a playbook to its end."""
    values = job.values
    arguments: Json = {name: values[name] for name in _COPIED}
    arguments["workspace"] = here(values["workspace"])
    arguments["key"] = key_of_environment()
    what = str(values["what"])
    message = values["message"]
    if _is_playbook(what):
        arguments["playbook"] = here(what)
        arguments["prompt"] = _checked_message(message)
    elif message is not None:
        raise InvalidInputError(
            "--message is for a playbook (run FILE.yaml --message TEXT); a prompt is the message."
        )
    else:
        arguments["prompt"] = await asyncio.to_thread(_stdin) if what == "-" else what
    return await carry(job, opened, "run_and_watch", arguments)


def _checked_message(message: str | None) -> str:
    if message is None:
        return ""
    if not message.strip():
        raise InvalidInputError(
            "The message is empty; write what the playbook shall work with, or leave --message out."
        )
    return message


async def answer(job: Job, opened: Opened) -> int:
    """Answer a question; with no other program running, carry the run that goes on."""
    values = job.values
    items: dict[str, list[str]] = {}
    for name, option in values["item"]:
        items.setdefault(name, []).append(option)
    arguments = {
        "question": values["question"],
        "items": items,
        "texts": dict(values["text"]),
        "note": values["note"],
        "key": key_of_environment(),
    }
    if opened.is_alone:
        return await carry(job, opened, "answer_and_watch", arguments)
    answered = await opened.client.call("answer", arguments)
    if job.as_json:
        await outlet.put_json([answered])
    else:
        await outlet.put("Answered; the session goes on.\n")
    return Exit.COMPLETED


async def carry(job: Job, opened: Opened, command: str, arguments: Mapping[str, Any]) -> int:
    """Run a command that gives the events of a run; returns the code of that run's end."""
    carried = _Carried(job, opened)
    job.interrupts.listener = carried.pressed
    try:
        async with contextlib.aclosing(opened.client.stream(command, arguments)) as batches:
            async for batch in batches:
                await carried.take(batch)
        code = await carried.ended()
    finally:
        job.interrupts.listener = None
    await _wait_for_others(opened)
    return code


async def _wait_for_others(opened: Opened) -> None:
    """Runs that others have started in this process would be interrupted by its end."""
    if not opened.carries_others():
        return
    outlet.say(
        "Done; this process stays until the other runs in it have ended (Ctrl-C interrupts them)."
    )
    clock = SystemClock()
    while opened.carries_others():
        await clock.sleep(_LOOK_SECONDS)


class _Carried:
    """A run under way: prints what comes, and stops it when the person or the reader is gone."""

    def __init__(self, job: Job, opened: Opened) -> None:
        self._job = job
        self._opened = opened
        self._progress = Progress()
        self._session_id = ""
        self._lost: BrokenPipeError | outlet.OutletError | None = None
        self._end: Json | None = None

    async def take(self, batch: list[Json]) -> None:
        """Print a batch of events; nobody has to be there to read it."""
        events = []
        for item in batch:
            if "begun" in item:
                self._session_id = item["begun"]["session_id"]
            elif "end" in item:
                self._end = item["end"]
            else:
                events.append(item)
        if self._lost is not None or not events:
            return
        try:
            if self._job.as_json:
                await outlet.put_json(events)
            else:
                await self._progress.show(events)
        except (BrokenPipeError, outlet.OutletError) as error:
            # As with every program whose reader has gone: it ends, this one in order.
            self._lost = error
            self._stop(is_forced=False)

    async def ended(self) -> int:
        """Say how it ended and how to answer what waits."""
        if self._lost is not None:
            # Its code is of no use to anybody, but the run's own end is in the store.
            raise self._lost
        end = self._end
        if end is None:
            outlet.say(
                "The program that carries the run stopped telling about it before it ended; "
                "see how it goes on with 'bambooctl sessions'."
            )
            return Exit.FAILED
        if not self._job.as_json:
            await self._progress.close_line()
        if end["error"]:
            outlet.say(end["error"])
        if end["questions"] and not self._job.as_json:
            await outlet.put(readable.questions(end["questions"]))
        if self._job.values.get("allow"):
            for sentence in not_covered(end["questions"], self._job.options.data_dir):
                outlet.say(sentence)
        return of_end(end)

    def pressed(self, count: int) -> None:
        """The first press stops the run in order, the second by force."""
        if self._end is not None or not self._session_id:
            self._job.interrupts.cancel()
        else:
            self._stop(is_forced=count > 1)

    def _stop(self, *, is_forced: bool) -> None:
        arguments = {"session": self._session_id, "force": is_forced}
        self._opened.tasks.spawn(self._opened.aside("stop", arguments), name="stop")


def _is_playbook(what: str) -> bool:
    """A file by its ending; a sentence that ends like one is a prompt, unless the file exists."""
    if not what.endswith(SUFFIXES):
        return False
    return not any(letter.isspace() for letter in what) or os.path.exists(what)  # noqa: PTH110


def here(path: str) -> str:
    """The path as the owner of the data folder finds it, wherever that one was started."""
    return os.path.abspath(Path(path).expanduser()) if path else ""  # noqa: PTH100


def _stdin() -> str:
    if sys.stdin is None or sys.stdin.isatty():
        raise InvalidInputError("Pipe the prompt into it: echo 'do this' | bambooctl run -")
    return sys.stdin.buffer.read(LONGEST_PROMPT).decode("utf-8", "replace")
