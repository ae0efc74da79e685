"""Running a command: in the program that owns the data folder, or here when there is none."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping

from bamboo_desktop.cli import carrying, outlet, reading
from bamboo_desktop.cli.arguments import Options
from bamboo_desktop.cli.exits import Exit
from bamboo_desktop.cli.following import follow
from bamboo_desktop.cli.interrupts import Interrupts
from bamboo_desktop.cli.job import Job
from bamboo_desktop.cli.opening import Opened, Purpose, open_client
from bamboo_desktop.domain.errors import InvalidInputError, UserError
from bamboo_desktop.engine.remote.client import OwnerLeftError
from bamboo_desktop.paths import AppPaths

MOST_OWNERS = 5
"""How many owners may leave before a command that none of them began is given up."""

Command = Callable[[Job, Opened], Awaitable[int]]
_WORKING: Mapping[str, Command] = {"run": carrying.run, "answer": carrying.answer}
_READING: Mapping[str, Command] = {
    "sessions": reading.sessions,
    "show": reading.show,
    "answer": reading.questions,
    "export": reading.export,
    "events": reading.events,
    "stop": reading.stop,
}


def run_command(options: Options) -> int:
    """Run a command; returns the exit code. A user error is one sentence on stderr."""
    try:
        return asyncio.run(_run(options))
    except UserError as error:
        outlet.say(error.sentence)
        return Exit.USAGE if isinstance(error, InvalidInputError) else Exit.FAILED
    except (KeyboardInterrupt, asyncio.CancelledError):
        return Exit.CANCELLED


async def _run(options: Options) -> int:
    task = asyncio.current_task()
    assert task is not None
    interrupts = Interrupts(task)
    interrupts.install()
    try:
        paths = AppPaths.resolve(options.data_dir, os.environ)
        job = Job(options=options, paths=paths, interrupts=interrupts)
        return await _do(job)
    finally:
        interrupts.remove()


async def _do(job: Job) -> int:
    name, values = job.options.command, job.options.values
    if name == "doctor":
        from bamboo_desktop.cli.doctor import doctor

        return await doctor(job)
    if name == "schedules":
        return await _schedules(job)
    if name == "events" and values["follow"]:
        return await follow(job)
    if name in _WORKING and (name == "run" or values["question"]):
        return await _repeated(job, _WORKING[name], Purpose.WORK)
    purpose = Purpose.CHANGE if name == "stop" else Purpose.READ
    return await _repeated(job, _READING[name], purpose)


async def _schedules(job: Job) -> int:
    values = job.values
    if values["action"] == "preview":
        # It needs neither a data folder nor an engine, and scripts ask it often.
        from bamboo_desktop.cli.schedule_previews import preview

        return await preview(values, as_json=job.as_json)
    from bamboo_desktop.cli.scheduling import command_of

    command, purpose = command_of(values["action"])
    return await _repeated(job, command, purpose)


async def _repeated(job: Job, command: Command, purpose: Purpose) -> int:
    """An owner that leaves before it has begun is followed by the next one, or by this process."""
    for _ in range(MOST_OWNERS):
        try:
            async with await open_client(job.paths, purpose, on_quit=job.give_up) as opened:
                for sentence in opened.notices:
                    outlet.say(sentence)
                return await command(job, opened)
        except OwnerLeftError as error:
            if not error.was_refused:
                raise
        except asyncio.CancelledError:
            if not job.is_given_up:
                raise
            outlet.say(
                "Ended because another program asked for the data folder; what ran here is "
                "interrupted and can be continued there."
            )
            return Exit.FAILED
    raise UserError("The programs that own the data folder come and go; try again.")
