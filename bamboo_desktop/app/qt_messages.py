"""Qt's own messages on their way into the log, kept until there is one."""

from __future__ import annotations

import logging
import sys
from types import TracebackType
from typing import TYPE_CHECKING, Self

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

if TYPE_CHECKING:
    from bamboo_desktop.logs import Logs

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class QtMessages:
    """Takes Qt's messages as long as it is entered; those from before the log wait for it."""

    def __init__(self) -> None:
        self._log: Logs | None = None
        self._waiting: list[tuple[int, str, str]] = []

    def __enter__(self) -> Self:
        qInstallMessageHandler(self._take)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        qInstallMessageHandler(None)

    def hand_to(self, log: Logs) -> None:
        """Write what waits, and everything from now on."""
        self._log = log
        waiting, self._waiting = self._waiting, []
        for level, category, text in waiting:
            log.qt_message(level, category, text)

    def _take(self, kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        level, category = _LEVELS.get(kind, logging.WARNING), context.category or ""
        if self._log is not None:
            self._log.qt_message(level, category, text)
            return
        self._waiting.append((level, category, text))
        if kind is QtMsgType.QtFatalMsg:
            sys.stderr.write(f"{text}\n")  # Qt aborts right after
