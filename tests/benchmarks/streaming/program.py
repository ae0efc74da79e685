"""The window program as a person starts it, with a model that writes on time."""

from __future__ import annotations

import asyncio
import itertools
import logging
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from PySide6.QtWidgets import QApplication

from bamboo_desktop import logs
from bamboo_desktop.app.first_frame import FirstFrame
from bamboo_desktop.app.program import Program
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.transcript import EntryKind, TranscriptEntry
from bamboo_desktop.engine import Engine
from bamboo_desktop.paths import AppPaths
from bamboo_desktop.providers import registry
from bamboo_desktop.ui.views.workbench import Workbench
from tests.benchmarks.streaming.model import CONFIG, MODEL, SteadyModel

LINES = 500


@dataclass(frozen=True)
class Running:
    """The program with its sessions; the first one is in view."""

    engine: Engine
    bench: Workbench
    model: SteadyModel
    sessions: tuple[SessionId, ...]

    async def start(self) -> None:
        """Ask each session's model something, one after the other."""
        for session_id in self.sessions:
            await self.engine.runs.send(session_id, "Write, please.")

    async def end(self) -> bool:
        """Let all runs end; True when each came to a good end."""
        self.model.finish()
        while self.engine.runs.active():
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.5)
        found = [await self.engine.sessions.summary(one) for one in self.sessions]
        return all(one is not None and one.status is AgentStatus.COMPLETED for one in found)

    def missing_on_screen(self) -> str:
        """What is wrong with the rows of the session in view; empty when every word is there."""
        rows = self.bench.page.view.transcript.model
        found = [rows.row(number) for number in range(rows.rowCount())]
        said = "".join(
            row.text
            for row in found
            if isinstance(row, TranscriptEntry) and row.kind is EntryKind.ASSISTANT
        )
        if said != self.model.told(self.sessions[0]):
            return "the rows of the session in view"
        return "" if self._painted_end() in said else "what is painted at the end"

    def _painted_end(self) -> str:
        """The last numbered word that is laid out in the pane, as it is painted."""
        pane = self.bench.page.view.transcript.pane
        texts = [
            block.document.toPlainText()
            for row in pane.keeper.rows_in_view()
            for block in pane.layouts.of(row).blocks
        ]
        numbered = re.findall(r"\bn\d+\b", " ".join(texts))
        return numbered[-1] if numbered else "nothing"

    async def missing_in_store(self) -> str:
        """A session whose stored text is not what its model wrote; empty when all are whole."""
        for session_id in self.sessions:
            length = await self.engine.transcripts.length(session_id)
            page = await self.engine.transcripts.page(session_id, first=0, count=length)
            said = "".join(entry.text for entry in page if entry.kind is EntryKind.ASSISTANT)
            if said != (told := self.model.told(session_id)):
                pairs = enumerate(zip(said, told, strict=False))
                same = next((at for at, (one, other) in pairs if one != other), len(said))
                return f"the store has {said[same:][:40]!r} where {told[same:][:40]!r} was said"
        return ""


@asynccontextmanager
async def running(
    app: QApplication, place: Path, *, sessions: int, model: SteadyModel
) -> AsyncIterator[Running]:
    """The program on a new data folder, `sessions` sessions in its list."""
    paths = AppPaths.resolve(place / "data", {"XDG_CONFIG_HOME": str(place)})
    paths.make_way()
    frame = FirstFrame(app, paths.data)
    frame.window.resize(1280, 800)
    frame.show()
    log = logs.configure(paths.logs, level=logging.WARNING, console=sys.stderr)
    with patch.object(registry, "LibraryProvider", lambda _config, **_: model):
        program = Program(frame, paths, log)
        life = asyncio.create_task(program.run())
        while program._opening is None:
            await asyncio.sleep(0.02)
        await program._opening
        engine, bench = program._engine, program._bench
        assert engine is not None
        assert bench is not None
        await engine.models.save_provider(CONFIG)
        await engine.models.set_default_model(MODEL)
        made = [
            await engine.sessions.create(title=f"Session {number}", workspace=str(place))
            for number in range(sessions)
        ]
        bench.desk.show_session(made[0].id)
        await asyncio.sleep(1)
        yield Running(engine, bench, model, tuple(one.id for one in made))
        program._quit.set()
        await life
        log.close()


def numbered_file(place: Path) -> Path:
    """A file for the model to read."""
    path = place / "notes.txt"
    lines = itertools.islice(itertools.count(1), LINES)
    path.write_text("".join(f"line {number} of some notes\n" for number in lines))
    return path
