"""The whole program in one process, as the composition root puts it together, to be restarted."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from PySide6.QtWidgets import QApplication

from bamboo_desktop.clock import SystemClock
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.model import PLAYBOOK_PROVIDER, ModelRef
from bamboo_desktop.domain.question import QuestionRecord
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.session import Session
from bamboo_desktop.domain.transcript import EntryKind, TranscriptEntry
from bamboo_desktop.engine import Engine, EngineOptions
from bamboo_desktop.engine.remote import CommandContext, ControlServer, RemoteClient, connect
from bamboo_desktop.providers.keys import MemoryKeys
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui.relay import EventRelay
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import ThemeMode
from bamboo_desktop.ui.views.main_window import MainWindow
from bamboo_desktop.ui.views.question_dialog import QuestionDialog
from bamboo_desktop.ui.views.workbench import Workbench
from bamboo_desktop.ui.window_memory import WindowState
from tests.waiting import until


@dataclass
class WindowProgram:
    """Window, engine and control socket on one data folder; leaving it is quitting."""

    app: QApplication
    data_dir: Path
    failures: list[str] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        options = EngineOptions(
            data_dir=self.data_dir, on_bug=self._failed, keys=MemoryKeys(reason="")
        )
        self.engine = await Engine.open(options)
        self.tasks = TaskSet("window", lambda name, error: self._failed(error, name))
        self.theme = Theme(self.app, mode=ThemeMode.LIGHT)
        self.window = MainWindow(self.theme)
        self.relay = EventRelay(self.engine.feed, self.window)
        self.bench = Workbench(
            self.engine,
            self.tasks,
            self.relay,
            SystemClock(),
            self.window,
            log_dir=self.data_dir,
        )
        self.window.show()
        await self.bench.start(WindowState())
        context = CommandContext(engine=self.engine, face="window")
        self.server = ControlServer(context, self.data_dir, self.tasks)
        await self.server.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.bench.flush()
        self.window.hide()
        await self.server.close()
        self.relay.close()
        await self.tasks.close()
        await self.engine.close()
        self.window.deleteLater()
        if error is None:
            assert self.failures == []

    async def ctl(self) -> RemoteClient:
        """A client on the program's socket, as bambooctl is one."""
        client = await connect(self.data_dir)
        assert client is not None
        return client

    async def play(self, playbook: str) -> Session:
        """Start a session that plays a playbook, with the window on it."""
        path = self.data_dir / "playbooks" / "flow.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(playbook, encoding="utf-8")
        workspace = self.data_dir.parent / "work"
        workspace.mkdir(exist_ok=True)
        session = await self.engine.sessions.create(
            model=ModelRef(provider=PLAYBOOK_PROVIDER, model=str(path)),
            title="A flow",
            workspace=str(workspace),
        )
        self.bench.desk.show_session(session.id)
        await self.engine.runs.send(session.id, "go")
        return session

    async def question(self, session_id: SessionId) -> QuestionRecord:
        """The question the session waits for, as soon as there is one."""
        async with asyncio.timeout(20):
            while not (waiting := await self.engine.questions.open(session_id)):
                pass
        return waiting[0]

    async def dialog(self) -> QuestionDialog:
        """The question dialog on screen, as soon as there is one."""
        await until(lambda: self.bench.dialogs.open_dialogs, what="a question dialog")
        return self.bench.dialogs.open_dialogs[0]

    async def ended(self, session_id: SessionId) -> AgentStatus:
        """How the session came to its end: nothing runs, and nobody is waited for."""
        async with asyncio.timeout(20):
            while True:
                summary = await self.engine.sessions.summary(session_id)
                assert summary is not None
                status = summary.status
                if status is not None and not status.is_live and not status.is_waiting:
                    return status

    async def said(self, session_id: SessionId) -> list[str]:
        """What the agent said, in order."""
        entries = await self.entries(session_id)
        return [entry.text.strip() for entry in entries if entry.kind is EntryKind.ASSISTANT]

    async def entries(self, session_id: SessionId) -> tuple[TranscriptEntry, ...]:
        """The whole transcript."""
        return await self.engine.transcripts.page(session_id, first=0, count=1_000)

    def _failed(self, error: BaseException, where: str) -> None:
        self.failures.append(f"{where}: {error!r}")
