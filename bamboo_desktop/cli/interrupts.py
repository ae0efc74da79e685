"""Interrupts: Ctrl-C, and the signals that ask a process to end, in order and then by force."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable

from bamboo_desktop.cli.exits import Exit

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
_LAST_PRESS = 3


class Interrupts:
    """Counts the presses: who has something to stop in order hears of them; else the command ends.

    The third press ends the process at once; the data folder stands that.

    Args:
        command: the task to cancel while nobody listens.
    """

    def __init__(self, command: asyncio.Task[int]) -> None:
        self._command = command
        self._loop = asyncio.get_running_loop()
        self._count = 0
        self.listener: Callable[[int], None] | None = None

    def install(self) -> None:
        """Take the signals over; elsewhere than in the main thread there are none to take."""
        for number in _numbers():
            with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
                self._loop.add_signal_handler(number, self.pressed)

    def remove(self) -> None:
        """Give them back."""
        for number in _numbers():
            with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
                self._loop.remove_signal_handler(number)

    def pressed(self) -> None:
        """One more."""
        self._count += 1
        if self._count >= _LAST_PRESS:
            os._exit(Exit.CANCELLED)
        if self.listener is None:
            self._command.cancel()
        else:
            self.listener(self._count)

    def cancel(self) -> None:
        """End the command."""
        self._command.cancel()


def _numbers() -> list[signal.Signals]:
    return [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
