"""ToolBox: the tools of the program, by name."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bamboo_desktop.clock import Clock
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.tool import ToolSpec
from bamboo_desktop.identifiers import IdSource
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.tools import schema
from bamboo_desktop.tools.access import FileAccess
from bamboo_desktop.tools.ask import Ask
from bamboo_desktop.tools.bash import Bash
from bamboo_desktop.tools.edit import Edit
from bamboo_desktop.tools.file_info import GetFileInfo
from bamboo_desktop.tools.glob import Glob
from bamboo_desktop.tools.grep import Grep
from bamboo_desktop.tools.ledger import Ledger
from bamboo_desktop.tools.port import Tool
from bamboo_desktop.tools.processes import ProcessHost
from bamboo_desktop.tools.protected import Protected
from bamboo_desktop.tools.read import Read
from bamboo_desktop.tools.schedule import Schedule, ScheduleBook
from bamboo_desktop.tools.searching import Searcher
from bamboo_desktop.tools.shells import BackgroundEnd, Shells
from bamboo_desktop.tools.shelltools import BashOutput, KillShell
from bamboo_desktop.tools.tasklist import Task
from bamboo_desktop.tools.web_fetch import WebFetch
from bamboo_desktop.tools.write import Write

# Names other programs gave to the same things; models trained on those use them.
_OTHER_NAMES = {
    "execute_command": "Bash",
    "shell": "Bash",
    "run_command": "Bash",
    "read_file": "Read",
    "view": "Read",
    "write_file": "Write",
    "create_file": "Write",
    "apply_patch": "Edit",
    "str_replace": "Edit",
    "list_directory": "Glob",
    "ls": "Glob",
    "find": "Glob",
    "search": "Grep",
    "file_exists": "GetFileInfo",
    "get_file_info": "GetFileInfo",
    "fetch": "WebFetch",
    "todowrite": "Task",
    "conclusion_with_options": "Ask",
    "ask_user": "Ask",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckedCall:
    """A call whose arguments fit its tool's schema."""

    tool: Tool
    arguments: Mapping[str, Any]


class ToolBox:
    """The tools, their descriptions for a model, and the check of what a model sends."""

    def __init__(
        self, tools: Iterable[Tool], *, ledger: Ledger, shells: Shells, host: ProcessHost
    ) -> None:
        self._tools = {tool.spec.name: tool for tool in tools}
        self._ledger = ledger
        self._shells = shells
        self._host = host

    @classmethod
    def standard(
        cls,
        *,
        tasks: TaskSet,
        clock: Clock,
        ids: IdSource,
        environ: Mapping[str, str],
        protected: tuple[Path, ...] = (),
        schedules: ScheduleBook | None = None,
        on_background_end: Callable[[BackgroundEnd], None] = lambda _: None,
    ) -> ToolBox:
        """The built-in tools.

        Args:
            tasks: keeps the listeners of commands; closed after this box.
            clock: for timeouts.
            ids: names background commands.
            environ: the program's own environment; a command gets a part of it.
            protected: folders and files no tool may read or write, existing or not: the data
                folder, the settings, keyrings.
            schedules: tells of schedules; without it no agent sees any.
            on_background_end: told when a background command has ended.
        """
        guard = Protected(protected)
        access = FileAccess(protected=guard, ledger=Ledger())
        shells = Shells(tasks, ids, on_background_end)
        host = ProcessHost(tasks, environ)
        tools: tuple[Tool, ...] = (
            *_file_tools(access, Searcher(guard, tasks)),
            Bash(host, shells, protected=guard, clock=clock, tasks=tasks),
            BashOutput(shells),
            KillShell(shells),
            WebFetch(tasks),
            Task(),
            Ask(),
        )
        if schedules is not None:
            tools = (*tools, Schedule(schedules))
        return cls(tools, ledger=access.ledger, shells=shells, host=host)

    @property
    def names(self) -> tuple[str, ...]:
        """All tool names, in the order a model sees them."""
        return tuple(self._tools)

    def specs(self, disabled: frozenset[str] = frozenset()) -> tuple[ToolSpec, ...]:
        """What a model is told; always in the same order, so that prompts can be cached."""
        return tuple(tool.spec for name, tool in self._tools.items() if name not in disabled)

    def get(self, name: str) -> Tool | None:
        """The tool of exactly that name."""
        return self._tools.get(name)

    def suggest(self, name: str) -> str:
        """The tool that was probably meant by an unknown name, or empty."""
        folded = name.strip().casefold()
        by_folded = {known.casefold(): known for known in self._tools}
        meant = by_folded.get(folded) or _OTHER_NAMES.get(folded, "")
        if meant in self._tools:
            return meant
        close = difflib.get_close_matches(folded, by_folded, n=1, cutoff=0.6)
        return by_folded[close[0]] if close else ""

    def check(self, tool: Tool, raw_arguments: str) -> CheckedCall:
        """Parse and check what a model sent; broken arguments are never guessed at.

        Raises:
            ToolArgumentError: the sentence tells the model what to send instead.
        """
        name = tool.spec.name
        arguments = schema.parse_arguments(name, raw_arguments)
        schema.check(name, tool.spec.parameters, arguments)
        return CheckedCall(tool=tool, arguments=arguments)

    async def end_session(self, session_id: SessionId) -> None:
        """A session was deleted: nothing of it stays behind."""
        await self._shells.end_session(session_id)
        self._ledger.forget(session_id)

    async def aclose(self) -> None:
        """End every command."""
        await self._shells.aclose()
        await self._host.aclose()


def _file_tools(access: FileAccess, searcher: Searcher) -> tuple[Tool, ...]:
    return (
        Read(access),
        Write(access),
        Edit(access),
        Glob(access, searcher),
        Grep(access, searcher),
        GetFileInfo(access),
    )
