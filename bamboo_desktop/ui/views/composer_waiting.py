"""What the person does with messages that wait, and the list of them kept true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.domain.ids import QueuedId, SessionId
from bamboo_desktop.domain.work import QueueMode
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui.views.composer_edit import ComposerEdit
from bamboo_desktop.ui.views.composer_notice import ComposerNotice
from bamboo_desktop.ui.views.composer_queue import QueueList

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from bamboo_desktop.engine import Engine


class WaitingMessages(QObject):
    """Changes and takes back the waiting messages of the shown session.

    Args:
        engine: keeps them.
        tasks: owns the work.
        queue: shows them.
        edit: gets the words of a message that could not be changed any more.
        notice: says what went wrong.
    """

    def __init__(
        self,
        engine: Engine,
        tasks: TaskSet,
        queue: QueueList,
        edit: ComposerEdit,
        notice: ComposerNotice,
    ) -> None:
        super().__init__(queue)
        self._engine = engine
        self._tasks = tasks
        self._queue = queue
        self._edit = edit
        self._notice = notice
        self._session_id: SessionId | None = None
        queue.edited.connect(self._change_text)
        queue.removed.connect(self._take_back)
        queue.mode_chosen.connect(self._change_mode)

    def show_session(self, session_id: SessionId) -> None:
        """Show what waits in another session."""
        self._session_id = session_id
        self._queue.show_messages(())
        self.load()

    def load(self) -> None:
        """Read again what waits."""
        if self._session_id is not None:
            self._run(self._load(self._session_id), name="load waiting messages")

    def _run(self, work: Coroutine[object, object, None], *, name: str) -> None:
        task = self._tasks.spawn(self._told(work), name=name)
        # A task that is cancelled before its first step never comes to the work itself.
        task.add_done_callback(lambda _: work.close())

    async def _told(self, work: Coroutine[object, object, None]) -> None:
        try:
            await work
        except UserError as error:
            self._notice.tell(error)

    async def _load(self, session_id: SessionId) -> None:
        waiting = await self._engine.runs.queued(session_id)
        if session_id == self._session_id:
            self._queue.show_messages(waiting)

    def _change_text(self, queued_id: QueuedId, text: str) -> None:
        if self._session_id is not None:
            self._run(self._changed(self._session_id, queued_id, text), name="edit waiting message")

    async def _changed(self, session_id: SessionId, queued_id: QueuedId, text: str) -> None:
        try:
            is_done = await self._engine.runs.edit_queued(session_id, queued_id, text)
        except UserError:
            self._give_back(session_id, text)
            raise
        if not is_done and session_id == self._session_id:
            self._give_back(session_id, text)
            self._notice.say(self.tr("That message was delivered already; your edit is below."))
        await self._load(session_id)

    def _give_back(self, session_id: SessionId, text: str) -> None:
        """The new words of a message that could not be changed must not be lost."""
        if session_id == self._session_id:
            written = self._edit.toPlainText()
            self._edit.put(f"{written}\n{text}" if written else text)

    def _take_back(self, queued_id: QueuedId) -> None:
        if self._session_id is not None:
            self._run(self._taken(self._session_id, queued_id), name="take back waiting message")

    async def _taken(self, session_id: SessionId, queued_id: QueuedId) -> None:
        if not await self._engine.runs.remove_queued(session_id, queued_id):
            self._notice.say(self.tr("That message was delivered already."))
        await self._load(session_id)

    def _change_mode(self, queued_id: QueuedId, mode: QueueMode) -> None:
        if self._session_id is not None:
            self._run(self._moved(self._session_id, queued_id, mode), name="queue or steer")

    async def _moved(self, session_id: SessionId, queued_id: QueuedId, mode: QueueMode) -> None:
        await self._engine.runs.set_queued_mode(session_id, queued_id, mode)
        await self._load(session_id)
