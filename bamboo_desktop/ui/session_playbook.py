"""Sessions that play a playbook of the person's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.model import PLAYBOOK_PROVIDER, ModelRef
from bamboo_desktop.domain.session import TitleSource
from bamboo_desktop.ui.dialogs import choose_file
from bamboo_desktop.ui.errands import Errands

if TYPE_CHECKING:
    from bamboo_desktop.engine import Engine

FOLDER = "playbooks"
"""Files in this folder of the data folder are offered by the model picker."""


class PlaybookSessions(QObject):
    """Lets the person choose a playbook file; `created` carries the session that will play it."""

    created = Signal(object)

    def __init__(self, engine: Engine, errands: Errands, window: QWidget) -> None:
        super().__init__(window)
        self._engine = engine
        self._errands = errands
        self._window = window

    def choose(self) -> None:
        """Ask for a file and start a session with it; what is wrong with the file is told."""
        self._errands.run(self._choose(), name="play a playbook file")

    async def _choose(self) -> None:
        own = self._engine.data_dir / FOLDER
        path = await choose_file(
            self._window,
            title=self.tr("Play a playbook file"),
            start=own if own.is_dir() else None,
            filters=(self.tr("Playbooks (*.yaml *.yml)"), self.tr("All files (*)")),
        )
        if path is not None:
            await self.start(path)

    async def start(self, path: Path) -> None:
        """Make a session that plays the file, with a first message ready to be sent.

        Raises:
            UserError: the file is no playbook.
        """
        info = await self._engine.models.check_playbook(path)
        sessions = self._engine.sessions
        model = ModelRef(provider=PLAYBOOK_PROVIDER, model=str(path))
        session = await sessions.create(model=model, title=info.title)
        await sessions.save_draft(session.id, self.tr("Start"))
        self.created.emit(session)


async def title_of(engine: Engine, model: ModelRef | None) -> str:
    """The title of the playbook that would answer; empty when it is a model, or cannot be read."""
    if model is None or model.provider != PLAYBOOK_PROVIDER:
        return ""
    try:
        return (await engine.models.check_playbook(Path(model.model))).title
    except UserError:
        # What is wrong with it is told when it is played.
        return ""


async def name_after_playbook(engine: Engine, session_id: SessionId, model: ModelRef) -> None:
    """Give a session that has neither words nor a title yet the title of its playbook."""
    session = await engine.sessions.get(session_id)
    if session.title_source is not TitleSource.FALLBACK:
        return
    title = await title_of(engine, model)
    if title and not await engine.transcripts.length(session_id):
        await engine.sessions.rename(session_id, title)
