"""What a person does to sessions: new, rename, pin, archive, export, bin, undo."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from bamboo_desktop.domain.errors import StorageError
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.session import Session
from bamboo_desktop.ui.dialogs import ask_text, choose_folder, choose_new_file, confirm
from bamboo_desktop.ui.errands import Errands
from bamboo_desktop.ui.formats import one_line
from bamboo_desktop.ui.session_playbook import title_of

if TYPE_CHECKING:
    from bamboo_desktop.engine import Engine


class SessionCommands(QObject):
    """Commands on one session, each a call of the engine with its dialog before or undo after.

    `created`, `trashed` and `archived` carry the session; `restored` its id when it is to be seen
    again; `returned` its id when nothing about it is to be undone any more; `undoable` says whether
    there is anything to undo; `written` the path of an export.
    """

    created = Signal(object)
    trashed = Signal(object)
    archived = Signal(object)
    undoable = Signal(bool)
    restored = Signal(object)
    returned = Signal(object)
    written = Signal(object)

    def __init__(self, engine: Engine, errands: Errands, window: QWidget) -> None:
        super().__init__(window)
        self._engine = engine
        self._errands = errands
        self._window = window
        self._last_moved: Session | None = None
        """What Undo would bring back, as it was before."""
        self._is_in_archive = False

    def create(self, workspace: str = "") -> None:
        """Start an empty session and show it."""

        async def work() -> None:
            title = await title_of(self._engine, await self._engine.models.default_model())
            sessions = self._engine.sessions
            self.created.emit(await sessions.create(workspace=workspace, title=title))

        self._errands.run(work(), name="create session")

    def rename(self, session_id: SessionId) -> None:
        """Ask for a title."""

        async def work() -> None:
            session = await self._engine.sessions.get(session_id)
            title = await ask_text(
                self._window,
                title=self.tr("Rename session"),
                label=self.tr("Title"),
                text=one_line(session.title),
            )
            if title is not None and title.strip():
                await self._engine.sessions.rename(session_id, title.strip())

        self._errands.run(work(), name="rename session")

    def set_title(self, session_id: SessionId, title: str) -> None:
        """Take over a title that was edited in place."""
        self._errands.run(self._engine.sessions.rename(session_id, title), name="set title")

    def toggle_pinned(self, session_id: SessionId) -> None:
        """Pin, or unpin."""

        async def work() -> None:
            session = await self._engine.sessions.get(session_id)
            await self._engine.sessions.set_pinned(session_id, pinned=not session.is_pinned)

        self._errands.run(work(), name="pin session")

    def toggle_archived(self, session_id: SessionId) -> None:
        """Archive, or bring back from the archive."""

        async def work() -> None:
            session = await self._engine.sessions.get(session_id)
            if session.is_archived:
                await self._unarchive(session_id)
                return
            await self._engine.sessions.set_archived(session_id, archived=True)
            self._moved(session, is_in_archive=True)
            self.archived.emit(session)

        self._errands.run(work(), name="archive session")

    async def _unarchive(self, session_id: SessionId) -> None:
        await self._engine.sessions.set_archived(session_id, archived=False)
        self._settle(session_id)

    def _moved(self, session: Session, *, is_in_archive: bool) -> None:
        self._last_moved, self._is_in_archive = session, is_in_archive
        self.undoable.emit(True)  # noqa: FBT003 - Qt's signature

    def _settle(self, session_id: SessionId) -> None:
        if self._last_moved is not None and self._last_moved.id == session_id:
            self._last_moved = None
            self.undoable.emit(False)  # noqa: FBT003 - Qt's signature
        self.returned.emit(session_id)

    def choose_workspace(self, session_id: SessionId) -> None:
        """Ask for the folder the session works in."""

        async def work() -> None:
            session = await self._engine.sessions.get(session_id)
            start = await asyncio.to_thread(_nearest_folder, session.workspace)
            title = self.tr("Choose the folder this session works in")
            folder = await choose_folder(self._window, title=title, start=start)
            if folder is not None:
                await self._engine.sessions.set_workspace(session_id, str(folder))

        self._errands.run(work(), name="choose workspace")

    def trash(self, session_id: SessionId) -> None:
        """Move a session into the bin; `undo_move` brings it back."""

        async def work() -> None:
            session = await self._engine.sessions.get(session_id)
            await self._engine.sessions.trash(session_id)
            self._moved(session, is_in_archive=False)
            self.trashed.emit(session)

        self._errands.run(work(), name="trash session")

    def undo_move(self) -> None:
        """Bring back what was moved into the bin or the archive last."""
        if self._last_moved is None:
            return
        session_id = self._last_moved.id
        if not self._is_in_archive:
            self.restore(session_id)
            return

        async def work() -> None:
            await self._unarchive(session_id)
            self.restored.emit(session_id)

        self._errands.run(work(), name="undo archiving")

    def restore(self, session_id: SessionId) -> None:
        """Bring a session back from the bin."""

        async def work() -> None:
            await self._engine.sessions.restore(session_id)
            self._settle(session_id)
            self.restored.emit(session_id)

        self._errands.run(work(), name="restore session")

    def purge(self, session_id: SessionId) -> None:
        """Delete for good, after asking: there is no undo for it."""

        async def work() -> None:
            session = await self._engine.sessions.get(session_id)
            is_sure = await confirm(
                self._window,
                question=self.tr('Delete "{}" for good?').format(one_line(session.title)[:120]),
                details=self.tr("Its messages and results cannot be brought back."),
                yes=self.tr("Delete for good"),
                no=self.tr("Keep"),
            )
            if is_sure:
                await self._engine.sessions.purge(session_id)
                self._settle(session_id)

        self._errands.run(work(), name="purge session")

    def go_on(self, session_id: SessionId) -> None:
        """Take up a session that was interrupted, stopped, failed or ran out of rounds."""
        self._errands.run(self._engine.runs.continue_(session_id), name="continue run")

    def stop(self, session_id: SessionId) -> None:
        """Stop the run; partial text stays."""
        self._errands.run(self._engine.runs.stop(session_id), name="stop run")

    def export_markdown(self, session_id: SessionId) -> None:
        """Write the session as Markdown to a file of the person's choice."""
        self._errands.run(self._export(session_id, suffix="md"), name="export markdown")

    def export_json(self, session_id: SessionId) -> None:
        """Write the session as JSON to a file of the person's choice."""
        self._errands.run(self._export(session_id, suffix="json"), name="export json")

    async def _export(self, session_id: SessionId, *, suffix: str) -> None:
        session = await self._engine.sessions.get(session_id)
        path = await choose_new_file(
            self._window,
            title=self.tr("Export session"),
            name=f"{file_name(session.title)}.{suffix}",
            filters=(f"*.{suffix}", self.tr("All files (*)")),
        )
        if path is None:
            return
        transcripts = self._engine.transcripts
        is_markdown = suffix == "md"
        export = transcripts.export_markdown if is_markdown else transcripts.export_json
        await write_text(path, await export(session_id))
        self.written.emit(path)


def _nearest_folder(path: str) -> Path | None:
    """The folder, or what is left of the way to it."""
    way = (Path(path), *Path(path).parents) if path else ()
    return next((folder for folder in way if folder.is_dir()), None)


def file_name(title: str) -> str:
    """A title as a file name that every system takes."""
    plain = re.sub(r"[^\w .()-]+", " ", title, flags=re.UNICODE)
    return " ".join(plain.split())[:80].strip(" .") or "session"


async def write_text(path: Path, text: str) -> None:
    """Write a file without holding up the window.

    Raises:
        StorageError: the disk refused; with what to do.
    """
    try:
        await asyncio.to_thread(path.write_text, text, encoding="utf-8", errors="replace")
    except OSError as error:
        reason = error.strerror or str(error)
        sentence = f"{path} could not be written ({reason}); choose another place."
        raise StorageError(sentence) from error
