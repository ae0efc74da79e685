"""What a view asks of the engine: a task with an owner, whose refusals are told to the person."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui.dialogs import tell


class Errands(QObject):
    """Runs coroutines for a window; a `UserError` becomes one dialog with its sentence.

    Args:
        tasks: owns the tasks; whatever is our own fault is reported by it.
        window: the parent of the dialogs.
    """

    def __init__(self, tasks: TaskSet, window: QWidget) -> None:
        super().__init__(window)
        self._tasks = tasks
        self._window = window

    def run(self, work: Coroutine[Any, Any, object], *, name: str) -> None:
        """Start the work; nothing happens when the window is already on its way down.

        Qt may deliver a timer that is late before the loop has begun or after it has ended.
        """
        if self._tasks.is_closed or not _has_loop():
            work.close()
            return
        task = self._tasks.spawn(self._told(work), name=name)
        # A task that is cancelled before its first step never comes to the work itself.
        task.add_done_callback(lambda _: work.close())

    async def _told(self, work: Coroutine[Any, Any, object]) -> None:
        try:
            await work
        except UserError as error:
            await tell(self._window, error)


def _has_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
