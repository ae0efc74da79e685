"""What no test may leave behind: warnings in the log, and tasks that nobody ended."""

from __future__ import annotations

import asyncio
import asyncio.runners
import logging
from typing import Any

from typing_extensions import override

WATCHED = ("bamboo_desktop", "asyncio", "qasync")


class LogGuard(logging.Handler):
    """Keeps every record from WARNING up of the watched loggers."""

    def __init__(self) -> None:
        super().__init__(level=logging.WARNING)
        self.records: list[logging.LogRecord] = []
        self.is_expected = False

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def attach(self) -> None:
        for name in WATCHED:
            logging.getLogger(name).addHandler(self)

    def detach(self) -> None:
        for name in WATCHED:
            logging.getLogger(name).removeHandler(self)

    @property
    def complaints(self) -> list[str]:
        """What was logged though nobody expected it, one line each."""
        if self.is_expected:
            return []
        return [f"{item.name} {item.levelname}: {_text(item)}" for item in self.records]


class LeftTasks:
    """Notes the tasks that were still alive when a test's loop was taken down."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def watch(self) -> None:
        """Look on while `asyncio.Runner` ends what is left on its loop."""
        cancel_all: Any = asyncio.runners._cancel_all_tasks  # type: ignore[attr-defined]

        def noting(loop: asyncio.AbstractEventLoop) -> None:
            self.names += [repr(task) for task in asyncio.all_tasks(loop)]
            cancel_all(loop)

        asyncio.runners._cancel_all_tasks = noting  # type: ignore[attr-defined]

    def taken(self) -> list[str]:
        """The tasks noted since the last call."""
        names, self.names = self.names, []
        return names


def _text(record: logging.LogRecord) -> str:
    text = record.getMessage()
    if record.exc_info and record.exc_info[1] is not None:
        text += f" ({record.exc_info[1]!r})"
    return text
