"""The port every tool fills, and what a tool is handed when it runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bamboo_desktop.domain.ids import RunId, SessionId, ToolCallId
from bamboo_desktop.domain.question import ConsentRequest
from bamboo_desktop.domain.tasklist import TaskItem
from bamboo_desktop.domain.tool import ToolClass, ToolReply, ToolSpec

Arguments = Mapping[str, Any]


class CancelToken:
    """Tells a run, and the tools in it, to stop at the next safe point."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self.reason = ""

    def cancel(self, reason: str) -> None:
        """Ask to stop; the first reason counts."""
        if not self._event.is_set():
            self.reason = reason
            self._event.set()

    @property
    def is_cancelled(self) -> bool:
        """True once somebody asked to stop."""
        return self._event.is_set()

    async def wait(self) -> None:
        """Return when somebody has asked to stop."""
        await self._event.wait()


@dataclass(frozen=True, kw_only=True, slots=True)
class ToolContext:
    """What a call is handed: where it works, how it reports, when to stop.

    `emit` takes live output (text chunks). `tasks` is the session's present task list.
    `workspace` is an absolute path, or empty when the session has none.
    """

    session_id: SessionId
    run_id: RunId
    call_id: ToolCallId
    workspace: str
    cancel: CancelToken
    emit: Callable[[str], None]
    tasks: tuple[TaskItem, ...] = ()


class Tool(Protocol):
    """One thing an agent can do."""

    @property
    def spec(self) -> ToolSpec:
        """How a model sees the tool."""
        ...

    def classify(self, arguments: Arguments) -> ToolClass:
        """Whether a call with these arguments only reads or may have an effect."""
        ...

    def headline(self, arguments: Arguments) -> str:
        """The argument that matters, one line, for the call's row in the pane."""
        ...

    async def consent(self, arguments: Arguments, context: ToolContext) -> ConsentRequest | None:
        """What the person has to agree to before `run`, or None when nothing needs consent.

        The request's digest covers everything the person is shown, the present content of a file
        that is about to be changed included. Has no effect itself.

        Raises:
            ToolCallError: the call cannot work (a missing file, a path outside): told to the model.
        """
        ...

    async def run(self, arguments: Arguments, context: ToolContext) -> ToolReply:
        """Do it. Expected failures are a result with outcome ERROR, not an exception.

        Raises:
            ToolCallError: the same, for the convenience of the tool.
        """
        ...


class ToolCallError(Exception):
    """A call failed for a reason the model can act on; the text is what the model reads."""


class ToolArgumentError(ToolCallError):
    """The arguments are not JSON or do not fit the tool's schema."""
