"""CallbackQueue: what is ready, what is due when, and the two Qt timers that bring it about."""

from __future__ import annotations

import asyncio
import heapq
import logging
import math
import time
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

log = logging.getLogger(__name__)

SLICE_SECONDS = 0.004
"""How long callbacks may run before Qt has its turn: a quarter of a frame."""
_LONGEST_NAP = 3_600.0
"""Qt counts milliseconds in 32 bits; a longer wait is made of several."""
_FEW = 64
"""Below so many cancelled timers a clean-up is not worth while."""


class CallbackQueue(QObject):
    """What is ready, what is due when, and the two Qt timers that bring it about."""

    _woken = Signal()

    def __init__(
        self, *, run: Callable[[asyncio.Handle], None], after_batch: Callable[[], None]
    ) -> None:
        super().__init__()
        self._run = run
        self._after_batch = after_batch
        self._ready: deque[asyncio.Handle] = deque()
        self._timers: list[asyncio.TimerHandle] = []
        self._cancelled = 0
        self._armed_for = math.inf
        self._is_open = False
        self._is_draining = False
        self._wake_is_sent = False
        self._to_finish: int | None = None
        self.slow_seconds = math.inf
        self._now = QTimer(self)
        self._now.setInterval(0)
        self._now.timeout.connect(self._drain)
        self._later = QTimer(self)
        self._later.setTimerType(Qt.TimerType.PreciseTimer)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._drain)
        self._woken.connect(self._wake, Qt.ConnectionType.QueuedConnection)

    @property
    def waiting_timers(self) -> int:
        """How many timers the heap holds, cancelled ones included."""
        return len(self._timers)

    def soon(self, handle: asyncio.Handle) -> None:
        """Queue a callback, from the loop's own thread."""
        self._ready.append(handle)
        self.nudge()

    def soon_from_thread(self, handle: asyncio.Handle) -> None:
        """Queue a callback from any thread; one wake-up serves all that arrive before it."""
        self._ready.append(handle)
        if not self._wake_is_sent:
            self._wake_is_sent = True
            self._woken.emit()

    def at(self, timer: asyncio.TimerHandle) -> None:
        """Queue a callback for its time."""
        heapq.heappush(self._timers, timer)
        timer._scheduled = True  # type: ignore[attr-defined]  # noqa: SLF001 - asyncio's own mark
        if timer.when() < self._armed_for and not self._is_draining:
            self._arm()

    def note_cancelled(self, timer: asyncio.TimerHandle) -> None:
        """Count a cancelled timer, and sweep once they are the greater part."""
        if not timer._scheduled:  # type: ignore[attr-defined]  # noqa: SLF001
            return
        self._cancelled += 1
        if self._cancelled > _FEW and self._cancelled * 2 > len(self._timers):
            self._timers = [kept for kept in self._timers if not kept.cancelled()]
            heapq.heapify(self._timers)
            self._cancelled = 0

    def nudge(self) -> None:
        """See to it that a batch runs soon."""
        if self._is_open and not self._is_draining and not self._now.isActive():
            self._now.start()

    def open(self) -> None:
        """Begin to run callbacks: the loop runs."""
        self._is_open = True
        self.nudge()

    def pause(self) -> None:
        """Run nothing until the next `open`; Qt's events may flow without the loop meanwhile."""
        self._is_open = False
        self._now.stop()
        self._later.stop()
        self._armed_for = math.inf

    def finish_ready(self) -> None:
        """End the present or the next batch after what is ready now."""
        if self._to_finish is None:
            self._to_finish = len(self._ready)
        self.nudge()

    def clear(self) -> None:
        """Forget everything; nothing runs any more."""
        self.pause()
        self._woken.disconnect(self._wake)
        self._ready.clear()
        self._timers.clear()

    def _wake(self) -> None:
        self._wake_is_sent = False  # before the look: what arrives after it wakes anew
        if self._ready:
            self.nudge()

    def _drain(self) -> None:
        """Run what is ready for one slice; what is left waits for Qt to have had its turn."""
        if self._is_draining:
            return  # a nested Qt loop within a callback: one task must not step into another
        self._is_draining = True
        try:
            self._collect_due()
            self._run_batch()
        finally:
            self._is_draining = False
            if self._ready:
                self.nudge()
            else:
                self._now.stop()
            self._arm()
        self._after_batch()

    def _run_batch(self) -> None:
        ready, run, now = self._ready, self._run, time.monotonic
        began = now()
        until = began + SLICE_SECONDS
        while ready and self._to_finish != 0:
            handle = ready.popleft()
            if self._to_finish:
                self._to_finish -= 1
            if not handle.cancelled():
                run(handle)
            ended = now()
            if ended - began >= self.slow_seconds:
                log.warning("Executing %r took %.3f seconds", handle, ended - began)
            began = ended
            if ended >= until and self._to_finish is None:
                return
        self._to_finish = None

    def _collect_due(self) -> None:
        timers, now = self._timers, time.monotonic()
        while timers and (timers[0].when() <= now or timers[0].cancelled()):
            timer = heapq.heappop(timers)
            timer._scheduled = False  # type: ignore[attr-defined]  # noqa: SLF001
            if timer.cancelled():
                self._cancelled -= 1
            else:
                self._ready.append(timer)

    def _arm(self) -> None:
        due = self._timers[0].when() if self._timers and self._is_open else math.inf
        if due == self._armed_for and (due == math.inf or self._later.isActive()):
            return
        self._armed_for = due
        if due == math.inf:
            self._later.stop()
            return
        # Rounded up: a whole millisecond too late is fine, the least bit too early is not.
        nap = min(max(due - time.monotonic(), 0.0), _LONGEST_NAP)
        self._later.start(math.ceil(nap * 1_000))
