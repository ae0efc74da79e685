"""`bambooctl schedules`: what runs by itself, seen and changed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bamboo_desktop.cli import carrying, outlet, schedule_lines
from bamboo_desktop.cli.exits import Exit
from bamboo_desktop.cli.job import Job
from bamboo_desktop.cli.opening import Opened, Purpose, key_of_environment

Json = dict[str, Any]
_PATHS = ("playbook", "workspace")


async def schedules(job: Job, opened: Opened) -> int:
    """The list of schedules."""
    rows = await _stream(job, opened, "schedules", schedule_lines.row)
    if not rows and not job.as_json and not job.values["bin"]:
        await outlet.put(schedule_lines.EMPTY)
    return Exit.COMPLETED


async def show(job: Job, opened: Opened) -> int:
    """One schedule."""
    await _stream(job, opened, "schedule", schedule_lines.whole)
    return Exit.COMPLETED


async def history(job: Job, opened: Opened) -> int:
    """What came of a schedule's runs."""
    rows = await _stream(job, opened, "schedule_history", schedule_lines.past)
    if not rows and not job.as_json:
        await outlet.put("Nothing has come due yet.\n")
    return Exit.COMPLETED


async def calendar(job: Job, opened: Opened) -> int:
    """What was and what will be."""
    await _stream(job, opened, "calendar", schedule_lines.entry)
    return Exit.COMPLETED


async def run(job: Job, opened: Opened) -> int:
    """Run a schedule once and wait for its end."""
    return await carrying.carry(job, opened, "schedule_run_and_watch", job.values)


async def change(job: Job, opened: Opened) -> int:
    """Make or change a schedule."""
    action = job.values["action"]
    arguments: Json = {**job.values, "key": key_of_environment()}
    for name in _PATHS:
        if arguments.get(name):
            arguments[name] = carrying.here(arguments[name])
    if action in _SWITCHES:
        arguments["enabled"] = _SWITCHES[action]
    changed = await opened.client.call(_COMMANDS[action], arguments)
    if job.as_json:
        await outlet.put_json([changed])
    else:
        await outlet.put(schedule_lines.changed(action, changed))
    return Exit.COMPLETED


_SWITCHES: Mapping[str, bool] = {"enable": True, "disable": False}
_COMMANDS: Mapping[str, str] = {
    "add": "schedule_add",
    "edit": "schedule_edit",
    "remove": "schedule_remove",
    "restore": "schedule_restore",
    "enable": "schedule_switch",
    "disable": "schedule_switch",
    "pause": "schedule_pause",
    "resume": "schedule_resume",
}
_READS: Mapping[str, Callable[[Job, Opened], Awaitable[int]]] = {
    "list": schedules,
    "show": show,
    "history": history,
    "calendar": calendar,
}


def command_of(action: str) -> tuple[Callable[[Job, Opened], Awaitable[int]], Purpose]:
    """What an action does, and what it does it with."""
    if action in _READS:
        return _READS[action], Purpose.READ
    return (run, Purpose.WORK) if action == "run" else (change, Purpose.CHANGE)


async def _stream(job: Job, opened: Opened, command: str, line: Callable[[Json], str]) -> int:
    count = 0
    async for batch in opened.client.stream(command, job.values):
        count += len(batch)
        if job.as_json:
            await outlet.put_json(batch)
        else:
            await outlet.put("".join(line(item) for item in batch))
    return count
