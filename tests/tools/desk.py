"""A toolbox with a folder to work in, for the tests of tools."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bamboo_desktop.clock import Clock, SystemClock
from bamboo_desktop.domain.ids import RunId, SessionId, ToolCallId
from bamboo_desktop.domain.question import ConsentRequest
from bamboo_desktop.domain.tasklist import TaskItem
from bamboo_desktop.domain.tool import ToolReply, ToolResult
from bamboo_desktop.identifiers import CountedIds
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.tools.port import CancelToken, ToolContext
from bamboo_desktop.tools.shells import BackgroundEnd
from bamboo_desktop.tools.toolbox import ToolBox


@dataclass
class Desk:
    """One session at work."""

    folder: Path
    secret: Path
    clock: Clock = field(default_factory=SystemClock)
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    errors: list[BaseException] = field(default_factory=list)
    live: list[str] = field(default_factory=list)
    ended: list[BackgroundEnd] = field(default_factory=list)
    cancel: CancelToken = field(default_factory=CancelToken)
    session: SessionId = field(default_factory=lambda: SessionId("session-1"))
    tasks_of_session: tuple[TaskItem, ...] = ()

    def __post_init__(self) -> None:
        self.tasks = TaskSet("desk", lambda _, error: self.errors.append(error))
        self.box = ToolBox.standard(
            tasks=self.tasks,
            clock=self.clock,
            ids=CountedIds(),
            environ=self.environ,
            protected=(self.secret,),
            on_background_end=self.ended.append,
        )

    @property
    def context(self) -> ToolContext:
        return ToolContext(
            session_id=self.session,
            run_id=RunId("run-1"),
            call_id=ToolCallId("call-1"),
            workspace=str(self.folder),
            cancel=self.cancel,
            emit=self.live.append,
            tasks=self.tasks_of_session,
        )

    async def reply(self, name: str, **arguments: Any) -> ToolReply:
        tool = self.box.get(name)
        assert tool is not None
        checked = self.box.check(tool, json.dumps(arguments))
        return await tool.run(checked.arguments, self.context)

    async def run(self, name: str, **arguments: Any) -> ToolResult:
        reply = await self.reply(name, **arguments)
        assert isinstance(reply, ToolResult)
        return reply

    async def consent(self, name: str, **arguments: Any) -> ConsentRequest | None:
        tool = self.box.get(name)
        assert tool is not None
        checked = self.box.check(tool, json.dumps(arguments))
        return await tool.consent(checked.arguments, self.context)

    async def asked(self, name: str, **arguments: Any) -> ConsentRequest:
        request = await self.consent(name, **arguments)
        assert request is not None
        return request

    async def close(self) -> None:
        await self.box.aclose()
        await self.tasks.close()
        assert self.errors == []
