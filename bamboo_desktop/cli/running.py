"""Running a command: in the program that owns the data folder, or here when there is none."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bamboo_desktop.cli import output
from bamboo_desktop.cli.arguments import Options
from bamboo_desktop.cli.exits import OF_STATUS, Exit
from bamboo_desktop.cli.opening import Opened, open_client
from bamboo_desktop.domain.errors import InvalidInputError, UserError
from bamboo_desktop.paths import AppPaths

_USAGE = frozenset({"InvalidInputError", "InvalidAnswerError", "PlaybookError"})


def run_command(options: Options) -> int:
    """Run a command; returns the exit code. A user error is one sentence on stderr."""
    try:
        return asyncio.run(_run(options))
    except UserError as error:
        sys.stderr.write(f"bambooctl: {error.sentence}\n")
        return _code_of(error)
    except KeyboardInterrupt:
        return Exit.CANCELLED


def _code_of(error: UserError) -> Exit:
    kind = getattr(error, "kind", type(error).__name__)
    is_usage = kind in _USAGE or isinstance(error, InvalidInputError)
    return Exit.USAGE if is_usage else Exit.FAILED


async def _run(options: Options) -> int:
    paths = AppPaths.resolve(options.data_dir, os.environ)
    if options.command == "doctor":
        from bamboo_desktop.cli.doctor import doctor

        return await doctor(paths, as_json=options.as_json)
    is_working = options.command in {"run", "answer"}
    async with await open_client(paths, goes_on=is_working) as opened:
        return await _COMMANDS[options.command](opened, options)


async def _run_run(opened: Opened, options: Options) -> int:
    values = options.values
    what = str(values["what"])
    arguments: dict[str, Any] = {
        key: values[key] for key in ("session", "provider", "base_url", "model", "effort", "allow")
    }
    arguments["workspace"] = _here(values["workspace"])
    if what.endswith((".yaml", ".yml")):
        arguments["playbook"] = _here(what)
        arguments["prompt"] = values["message"]
    else:
        arguments["prompt"] = what
    return await _watch(opened, options, "run_and_watch", arguments)


def _here(path: str) -> str:
    """The path as the owner of the data folder finds it, wherever that one was started."""
    return os.path.abspath(path) if path else ""  # noqa: PTH100 - no look at the disk


async def _watch(
    opened: Opened, options: Options, command: str, arguments: Mapping[str, Any]
) -> int:
    printer = output.JsonLines() if options.as_json else output.Readable()
    stopper = _Stopper(opened)
    end: dict[str, Any] | None = None
    async for item in opened.client.stream(command, arguments):
        if "end" in item:
            end = item["end"]
            break
        stopper.session_id = item["session_id"]
        printer.event(item)
    stopper.close()
    if end is None:
        return Exit.FAILED
    printer.end(end)
    return OF_STATUS.get(end["status"], Exit.FAILED)


class _Stopper:
    """Ctrl-C stops the run in order; the exit code then says cancelled."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._presses = 0
        self.session_id = ""
        self._loop = asyncio.get_running_loop()
        if sys.platform != "win32":
            self._loop.add_signal_handler(signal.SIGINT, self._pressed)

    def _pressed(self) -> None:
        self._presses += 1
        if not self.session_id:
            raise KeyboardInterrupt
        is_forced = self._presses > 1
        arguments = {"session": self.session_id, "force": is_forced}
        self._opened.tasks.spawn(self._opened.aside("stop", arguments), name="stop")

    def close(self) -> None:
        if sys.platform != "win32":
            self._loop.remove_signal_handler(signal.SIGINT)


async def _run_answer(opened: Opened, options: Options) -> int:
    values = options.values
    if not values["question"]:
        waiting = await opened.client.call("questions", {})
        output.questions(waiting, as_json=options.as_json)
        return Exit.COMPLETED
    items: dict[str, list[str]] = {}
    for name, option in values["item"]:
        items.setdefault(name, []).append(option)
    arguments = {
        "question": values["question"],
        "items": items,
        "texts": dict(values["text"]),
        "note": values["note"],
    }
    if opened.is_alone:
        return await _watch(opened, options, "answer_and_watch", arguments)
    answered = await opened.client.call("answer", arguments)
    output.answered(answered, as_json=options.as_json)
    return Exit.COMPLETED


async def _run_sessions(opened: Opened, options: Options) -> int:
    rows = await opened.client.call("sessions", options.values)
    output.sessions(rows, as_json=options.as_json)
    return Exit.COMPLETED


async def _run_show(opened: Opened, options: Options) -> int:
    shown = await opened.client.call("show", options.values)
    output.show(shown, as_json=options.as_json)
    return Exit.COMPLETED


async def _run_stop(opened: Opened, options: Options) -> int:
    stopped = await opened.client.call("stop", options.values)
    if options.as_json:
        sys.stdout.write(json.dumps(stopped) + "\n")
        return Exit.COMPLETED
    if not stopped["stopped"]:
        raise UserError("There was nothing to stop: the session neither runs nor waits.")
    sys.stdout.write("Stopped.\n")
    return Exit.COMPLETED


async def _run_export(opened: Opened, options: Options) -> int:
    values = options.values
    wanted = "json" if options.as_json else values["format"]
    arguments = {"session": values["session"], "format": wanted}
    exported = await opened.client.call("export", arguments)
    if not values["output"]:
        sys.stdout.write(exported["text"])
        return Exit.COMPLETED
    await asyncio.to_thread(_write, Path(values["output"]), exported["text"])
    return Exit.COMPLETED


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}.") from error


async def _run_events(opened: Opened, options: Options) -> int:
    printer = output.JsonLines() if options.as_json else output.EventLines()
    try:
        async for item in opened.client.stream("follow", options.values):
            printer.event(item)
    except asyncio.CancelledError:
        return Exit.COMPLETED
    return Exit.COMPLETED


_COMMANDS = {
    "run": _run_run,
    "answer": _run_answer,
    "sessions": _run_sessions,
    "show": _run_show,
    "stop": _run_stop,
    "export": _run_export,
    "events": _run_events,
}
