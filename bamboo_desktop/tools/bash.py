"""Bash: a shell command in the session's folder."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path

from typing_extensions import override

from bamboo_desktop.clock import Clock
from bamboo_desktop.domain.question import ConsentRequest
from bamboo_desktop.domain.tool import ToolClass, ToolReply, ToolResult, ToolSpec
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.tools import consent
from bamboo_desktop.tools.command import LONGEST_COMMAND, uses_network, warnings
from bamboo_desktop.tools.output import Capture, LiveOutput
from bamboo_desktop.tools.plainkind import PlainKind
from bamboo_desktop.tools.port import Arguments, ToolCallError, ToolContext
from bamboo_desktop.tools.processes import Exit, HostedProcess, ProcessHost
from bamboo_desktop.tools.protected import Protected
from bamboo_desktop.tools.results import cancelled, failed, succeeded
from bamboo_desktop.tools.rules import command_rule
from bamboo_desktop.tools.shells import Shells
from bamboo_desktop.tools.workspace import Workspace

_DEFAULT_MS = 120_000
_LONGEST_MS = 600_000
_GRACE_SECONDS = 2.0
_CANCELLED = "the run was stopped"

SPEC = ToolSpec(
    name="Bash",
    description=(
        "Run a shell command in the session's folder and return its output (standard output and "
        "error together) and exit code. Each call is a new shell: variables and `cd` do not carry "
        "over; chain with && where steps depend on each other. There is no terminal and no input: "
        "use flags that do not ask (-y, --no-pager). The person is shown the command and asked, so "
        "keep each one simple and say in `description` what it is for. To read, find, search or "
        "change files use Read, Glob, Grep, Edit and Write instead. Output beyond 512 KiB is cut "
        "in the middle. A command is ended with everything it started after `timeout` "
        "milliseconds (120,000 by default, 600,000 at most), and what it leaves behind when it "
        "exits is ended too. For servers, watchers and long builds set `run_in_background`: you "
        "get an id at once; read the output with BashOutput, end it with KillShell."
    ),
    parameters={
        "type": "object",
        "properties": {
            "command": {"type": "string", "minLength": 1, "description": "The command line."},
            "description": {
                "type": "string",
                "maxLength": 500,
                "description": "What it is for, in a few words.",
            },
            "timeout": {
                "type": "integer",
                "minimum": 1,
                "maximum": _LONGEST_MS,
                "description": "Milliseconds.",
            },
            "run_in_background": {"type": "boolean"},
        },
        "required": ["command"],
        "additionalProperties": False,
    },
)


@dataclass(kw_only=True)
class Stop:
    """Why a foreground command was ended before its own end; empty when it was not."""

    reason: str = ""


class Bash(PlainKind):
    """Runs commands under the process host."""

    def __init__(
        self,
        host: ProcessHost,
        shells: Shells,
        *,
        protected: Protected,
        clock: Clock,
        tasks: TaskSet,
    ) -> None:
        super().__init__(SPEC, ToolClass.EFFECT, headline="command")
        self._host = host
        self._shells = shells
        self._protected = protected
        self._clock = clock
        self._tasks = tasks

    @override
    async def consent(self, arguments: Arguments, context: ToolContext) -> ConsentRequest | None:
        """Always: the exact command and where it runs."""
        command = checked_command(arguments)
        folder = await asyncio.to_thread(self._folder, context)
        found = warnings(command)
        network = " It talks to the network." if uses_network(command) else ""
        how = "in the background " if arguments.get("run_in_background") else ""
        purpose = str(arguments.get("description") or "").strip()
        return consent.build(
            tool="Bash",
            sentence=f"Run a command {how}in {folder}.{network}",
            exact=command,
            where=folder,
            digest=consent.digest_of("Bash", arguments, context.workspace, folder),
            rule="" if found else command_rule(command),
            warnings=found,
            reason=purpose,
        )

    @override
    async def run(self, arguments: Arguments, context: ToolContext) -> ToolReply:
        """Run it to its end, or start it in the background."""
        command = checked_command(arguments)
        folder = await asyncio.to_thread(self._folder, context)
        in_background = bool(arguments.get("run_in_background"))
        if in_background:
            self._shells.require_room(context.session_id)
        process = await self._host.start(shell_argv(command), folder=folder)
        if in_background:
            shell = self._shells.adopt(context.session_id, command, process)
            return succeeded(f"Started in the background as {shell.id}.")
        return await self._foreground(process, arguments, context)

    async def _foreground(
        self, process: HostedProcess, arguments: Arguments, context: ToolContext
    ) -> ToolResult:
        capture = Capture()
        live = LiveOutput(context.emit, self._clock.monotonic)

        def take(piece: bytes) -> None:
            capture.add(piece)
            live.add(piece)

        seconds = int(arguments.get("timeout", _DEFAULT_MS)) / 1000
        stop = Stop()
        late = f"it ran longer than {seconds:g} s"
        watchers = (
            self._tasks.spawn(
                self._end_when(self._clock.sleep(seconds), late, stop, process), name="timeout"
            ),
            self._tasks.spawn(
                self._end_when(context.cancel.wait(), _CANCELLED, stop, process), name="cancel"
            ),
        )
        try:
            end = await process.collect(take)
        finally:
            # Also when this task itself is cancelled: the tree dies with the leash.
            process.let_go()
            for watcher in watchers:
                watcher.cancel()
        live.end()
        await process.kill()
        return _result(capture, end, stop.reason)

    async def _end_when(
        self, waiting: Coroutine[None, None, None], reason: str, stop: Stop, process: HostedProcess
    ) -> None:
        await waiting
        stop.reason = stop.reason or reason
        process.terminate()
        await self._clock.sleep(_GRACE_SECONDS)
        process.let_go()

    def _folder(self, context: ToolContext) -> str:
        if not context.workspace:
            return str(Path.home())
        return Workspace(context.workspace, self._protected).root()


def checked_command(arguments: Arguments) -> str:
    """The command of a call.

    Raises:
        ToolCallError: it is blank, too long, or holds a NUL.
    """
    command: str = arguments["command"]
    if not command.strip() or "\0" in command:
        raise ToolCallError("The command is blank or holds a NUL character.")
    if len(command.encode("utf-8", "replace")) > LONGEST_COMMAND:
        raise ToolCallError(
            f"The command is longer than {LONGEST_COMMAND // 1024} KiB; write a script file and "
            "run that."
        )
    return command


def shell_argv(command: str) -> tuple[str, ...]:
    """The shell that runs a command: bash without any start-up files, else the system's sh."""
    if os.name == "nt":
        return (os.environ.get("COMSPEC", "cmd.exe"), "/d", "/s", "/c", command)
    bash = shutil.which("bash")
    return (bash, "--noprofile", "--norc", "-c", command) if bash else ("/bin/sh", "-c", command)


def _result(capture: Capture, end: Exit, stopped: str) -> ToolResult:
    output = capture.text().rstrip("\n") or "(no output)"
    if stopped:
        text = f"{output}\n[ended with everything it had started, because {stopped}]"
        return cancelled(text) if stopped == _CANCELLED else failed(text)
    notes = []
    if end.left:
        notes.append(
            f"[{end.left} processes it left in the background were ended; use run_in_background "
            "for what is to go on]"
        )
    if end.code == 0:
        return succeeded("\n".join([output, *notes]))
    notes.insert(0, exit_line(end))
    return failed("\n".join([output, *notes]))


def exit_line(end: Exit) -> str:
    """How a command ended, one line."""
    if end.code is None:
        return "[ended; its exit code is unknown]"
    if end.code < 0:
        try:
            return f"[killed by {signal.Signals(-end.code).name}]"
        except ValueError:
            return f"[killed by signal {-end.code}]"
    return f"[exit code {end.code}]"
