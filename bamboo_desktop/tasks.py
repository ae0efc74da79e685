"""TaskSet: the only place that starts tasks, so that every task has an owner and an end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, TypeVar

from bamboo_desktop.domain.errors import BambooError

T = TypeVar("T")


class TaskSetClosedError(BambooError):
    """A task was to be started by an owner that has already been taken down."""


class TaskSet:
    """The tasks of one owner: kept alive, their errors reported, ended together with it.

    Args:
        name: whose tasks these are, for logs.
        on_error: called once with the task's name and the error of each task that failed.
    """

    def __init__(self, name: str, on_error: Callable[[str, BaseException], None]) -> None:
        self._name = name
        self._on_error = on_error
        # The loop itself holds tasks weakly: without this set a waiting task may vanish.
        self._tasks: set[asyncio.Task[Any]] = set()
        self._is_closed = False

    def __len__(self) -> int:
        return len(self._tasks)

    @property
    def is_closed(self) -> bool:
        """True from the moment `close` was called."""
        return self._is_closed

    def spawn(self, coro: Coroutine[Any, Any, T], *, name: str) -> asyncio.Task[T]:
        """Start a task on the running loop.

        Raises:
            TaskSetClosedError: the set is closed; the coroutine never starts.
        """
        if self._is_closed:
            coro.close()
            raise TaskSetClosedError(f"{self._name} is closed and does not start {name}")
        task = asyncio.create_task(coro, name=name)
        self._tasks.add(task)
        task.add_done_callback(partial(self._ended, name))
        return task

    async def close(self) -> None:
        """Refuse new tasks, cancel the present ones and wait until the last has ended.

        Called from one of its own tasks it ends the others and leaves that one alone.
        """
        self._is_closed = True
        others = self._tasks - {asyncio.current_task()}
        for task in others:
            task.cancel(f"{self._name} is closing")
        if others:
            await asyncio.wait(others)

    def _ended(self, name: str, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            self._on_error(name, error)
