"""Keeps what the window remembers true while it is open: a kill costs half a second of it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from bamboo_desktop.ui.window_memory import WindowMemory, WindowState

SETTLE_MS = 500
_MOVED = frozenset({QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.WindowStateChange})


class WindowKeeper(QObject):
    """Writes the state a moment after it changed, and only when it did.

    Args:
        memory: where it is written, whole or not at all.
        window: moved and resized by the person.
        state: what to remember now.
    """

    def __init__(
        self, memory: WindowMemory, window: QWidget, state: Callable[[], WindowState]
    ) -> None:
        super().__init__(window)
        self._memory = memory
        self._state = state
        self._kept: WindowState | None = None
        self._timer = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._timer.timeout.connect(self.keep)
        window.installEventFilter(self)

    def touch(self) -> None:
        """Something may have changed; what goes on for long is written on its way."""
        if not self._timer.isActive():
            self._timer.start()

    def keep(self) -> None:
        """Write now."""
        self._timer.stop()
        state = self._state()
        if state != self._kept:
            self._kept = state
            self._memory.write(state)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVED:
            self.touch()
        return super().eventFilter(watched, event)
