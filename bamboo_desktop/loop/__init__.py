"""The event loop of the window program; nothing else knows which one it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication

from bamboo_desktop.loop.bamboo import BambooLoop, QtLoop
from bamboo_desktop.settings import LoopKind

__all__ = ["BambooLoop", "QtLoop", "new_loop", "run"]

T = TypeVar("T")


def new_loop(app: QCoreApplication, *, kind: LoopKind) -> asyncio.AbstractEventLoop:
    """A loop on Qt's, our own or qasync's as it comes; it outlives the last window."""
    if isinstance(app, QGuiApplication):
        app.setQuitOnLastWindowClosed(False)
    return BambooLoop(app) if kind is LoopKind.BAMBOO else QtLoop(app)  # type: ignore[arg-type]


def run(main: Callable[[], Coroutine[Any, Any, T]], *, app: QCoreApplication, kind: LoopKind) -> T:
    """Run the program's main coroutine to its end, then end the tasks it left behind."""
    with asyncio.Runner(loop_factory=lambda: new_loop(app, kind=kind)) as runner:
        return runner.run(main())
