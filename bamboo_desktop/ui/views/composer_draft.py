"""Keeps what was written and not sent, session by session, on the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from bamboo_desktop.domain.codec import clean_text
from bamboo_desktop.domain.errors import NotFoundError, UserError
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui.views.composer_edit import ComposerEdit

if TYPE_CHECKING:
    from bamboo_desktop.engine import Engine

_SAVE_MS = 600


class MessageDraftKeeper(QObject):
    """Saves a draft when the person pauses, at once when another session is shown."""

    failed = Signal(object)

    def __init__(self, engine: Engine, tasks: TaskSet, edit: ComposerEdit) -> None:
        super().__init__(edit)
        self._engine = engine
        self._tasks = tasks
        self._edit = edit
        self._session_id: SessionId | None = None
        self._is_loading = False
        self._loads = 0
        self._saved = ""
        self._early: dict[SessionId, str] = {}
        """What was written before the draft was there, in sessions that were left at once."""
        self._timer = QTimer(self, singleShot=True, interval=_SAVE_MS)
        self._timer.timeout.connect(self.flush)
        edit.textChanged.connect(self._changed)

    def show_session(self, session_id: SessionId) -> None:
        """Save the draft of the session before and bring back that of this one."""
        self.flush()
        self._session_id = session_id
        self._is_loading = True
        self._edit.put("")
        self._saved = ""
        self._loads += 1
        self._tasks.spawn(self._load(session_id, self._loads), name="load draft")

    def flush(self) -> None:
        """Save now what is not saved yet."""
        self._timer.stop()
        session_id, text = self._session_id, clean_text(self._edit.toPlainText())
        if session_id is not None and self._is_loading and text:
            self._early[session_id] = text
        if session_id is None or self._is_loading or text == self._saved:
            return
        self._saved = text
        self._tasks.spawn(self._save(session_id, text), name="save draft")

    async def _load(self, session_id: SessionId, number: int) -> None:
        try:
            text = await self._engine.sessions.draft(session_id)
        except UserError as error:
            text = ""
            self.failed.emit(error)
        is_meant = number == self._loads
        if not is_meant and session_id == self._session_id:
            return  # the person is back, and a later load with them
        early = self._early.pop(session_id, "")
        if is_meant:
            self._show(text, early)
        elif early:
            await self._save(session_id, _joined(text, early))

    def _show(self, stored: str, early: str) -> None:
        written, draft = self._edit.toPlainText(), _joined(stored, early)
        self._is_loading = False
        self._saved = stored
        if draft:
            self._edit.put(_joined(draft, written))
        self._changed()

    async def _save(self, session_id: SessionId, text: str) -> None:
        try:
            await self._engine.sessions.save_draft(session_id, text)
        except NotFoundError:
            return  # the session is gone, and its draft with it
        except UserError as error:
            self._saved = "" if text else "?"
            self.failed.emit(error)

    def _changed(self) -> None:
        if not self._is_loading:
            self._timer.start()


def _joined(draft: str, written: str) -> str:
    """A draft and what was typed while it was on its way: both are kept."""
    return "\n".join(part for part in (draft, written) if part)
