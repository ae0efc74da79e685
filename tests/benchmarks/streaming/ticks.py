"""Ticks that should come every 16 ms, in this process or in a bare one beside it.

`python -m tests.benchmarks.streaming.ticks` ticks until its standard input ends, then prints
its gaps.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QCoreApplication, QMetaObject, Qt, QTimer

from tests.benchmarks.figure import ROOT

INTERVAL_MS = 16


class Ticks:
    """The gaps between ticks, in milliseconds."""

    def __init__(self, on_gap: Callable[[float], None] | None = None) -> None:
        self.gaps: list[float] = []
        self._on_gap = on_gap
        self._last = time.perf_counter()
        self._timer = QTimer(interval=INTERVAL_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def stop(self) -> None:
        """Tick no more."""
        self._timer.stop()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.gaps.append((now - self._last) * 1_000)
        self._last = now
        if self._on_gap is not None:
            self._on_gap(self.gaps[-1])


@contextmanager
def ticks_beside() -> Iterator[list[float]]:
    """A bare Qt process that ticks meanwhile: what the machine does to anybody. Filled at the end.

    The other process does nothing else, so its gaps are those of the machine.
    """
    gaps: list[float] = []
    command = [sys.executable, "-m", "tests.benchmarks.streaming.ticks"]
    pipe = subprocess.PIPE
    bare = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True)
    assert bare.stdout is not None
    bare.stdout.readline()  # it ticks
    try:
        yield gaps
    finally:
        told, _ = bare.communicate("")
        gaps.extend(json.loads(told))


def _tick_until_told() -> None:
    app = QCoreApplication([])
    ticks = Ticks()
    print(os.getpid(), flush=True)

    def wait() -> None:
        sys.stdin.read()
        QMetaObject.invokeMethod(app, "quit", Qt.ConnectionType.QueuedConnection)

    threading.Thread(target=wait, daemon=True).start()
    app.exec()
    print(json.dumps(ticks.gaps))


if __name__ == "__main__":
    _tick_until_told()
