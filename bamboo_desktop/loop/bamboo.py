"""BambooLoop: asyncio on Qt's loop with a scheduler of its own.

qasync makes one Qt timer of every callback: cancelled ones live on until their time, coarse ones
wake too early, and each costs several times what asyncio's does. `BambooLoop` keeps qasync's
sockets and signals and replaces the scheduling.
"""

from __future__ import annotations

import asyncio
import math
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import contextmanager
from contextvars import Context
from typing import TYPE_CHECKING, Any, TypeVarTuple

from PySide6.QtCore import QCoreApplication
from typing_extensions import override

from bamboo_desktop.loop.callbacks import CallbackQueue

if TYPE_CHECKING:
    from asyncio import SelectorEventLoop as QtLoop
    from collections.abc import Iterator
else:
    # qasync would follow the variable to another binding; programs started from here may need it.
    _asked_for = os.environ.pop("QT_API", None)
    from qasync import QEventLoop as QtLoop

    if _asked_for is not None:
        os.environ["QT_API"] = _asked_for

__all__ = ["BambooLoop", "QtLoop"]

Ts = TypeVarTuple("Ts")

THREAD_TURN_SECONDS = 0.0005
"""How long a busy thread keeps the interpreter while the loop wants it; Python's own is 5 ms."""


class BambooLoop(QtLoop):
    """qasync's loop with asyncio's own semantics for callbacks, timers, stopping and errors."""

    def __init__(self, app: QCoreApplication) -> None:
        self._stop_is_asked = False
        self._fatal: BaseException | None = None
        self._queue = CallbackQueue(run=self._run_handle, after_batch=self._after_batch)
        super().__init__(app)  # type: ignore[arg-type]  # qasync's constructor takes it

    # --- callbacks -----------------------------------------------------------------------------

    @override
    def call_soon(
        self, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.Handle:
        self._refuse_when_closed()
        handle = asyncio.Handle(callback, args, self, context)
        self._queue.soon(handle)
        return handle

    @override
    def call_soon_threadsafe(
        self, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.Handle:
        self._refuse_when_closed()
        handle = asyncio.Handle(callback, args, self, context)
        self._queue.soon_from_thread(handle)
        return handle

    @override
    def call_later(
        self,
        delay: float,
        callback: Callable[[*Ts], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        return self.call_at(self.time() + delay, callback, *args, context=context)

    @override
    def call_at(
        self,
        when: float,
        callback: Callable[[*Ts], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        self._refuse_when_closed()
        timer = asyncio.TimerHandle(when, callback, args, self, context)
        self._queue.at(timer)
        return timer

    def _refuse_when_closed(self) -> None:
        if self.is_closed():
            raise RuntimeError("Event loop is closed")

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        self._queue.note_cancelled(handle)

    def _add_callback(self, handle: asyncio.Handle) -> None:
        self._queue.soon(handle)  # asyncio hands in what a signal or a selector made ready

    def _run_handle(self, handle: asyncio.Handle) -> None:
        try:
            handle._run()  # noqa: SLF001 - as every loop does
        except (SystemExit, KeyboardInterrupt) as fatal:
            # Raised in a Qt slot it would be lost: it leaves by `run_forever`.
            self._fatal = fatal
            self.stop()

    # --- running and stopping ------------------------------------------------------------------

    run_until_complete = asyncio.BaseEventLoop.run_until_complete

    @override
    def run_forever(self) -> None:
        self._queue.open()
        try:
            with _asyncgen_hooks(self), _woken_by_signals(self), _short_thread_turns():
                super().run_forever()
        finally:
            self._queue.pause()
        fatal, self._fatal = self._fatal, None
        if fatal is not None:
            raise fatal

    @override
    def stop(self) -> None:
        """End `run_forever` after the callbacks that are ready now."""
        self._stop_is_asked = True
        self._queue.finish_ready()

    def _after_batch(self) -> None:
        if self._stop_is_asked:
            self._stop_is_asked = False
            self._queue.pause()
            super().stop()

    @override
    def close(self) -> None:
        if not self.is_closed() and not self.is_running():
            self._queue.clear()
        super().close()

    @override
    def set_debug(self, enabled: bool) -> None:
        super().set_debug(enabled)
        self._queue.slow_seconds = self.slow_callback_duration if enabled else math.inf

    # --- what asyncio does better than qasync --------------------------------------------------

    # Threads of Python, not of Qt; and `shutdown_default_executor` waits for them.
    run_in_executor = asyncio.BaseEventLoop.run_in_executor
    set_default_executor = asyncio.BaseEventLoop.set_default_executor  # type: ignore[assignment]
    get_exception_handler = asyncio.BaseEventLoop.get_exception_handler
    set_exception_handler = asyncio.BaseEventLoop.set_exception_handler
    default_exception_handler = asyncio.BaseEventLoop.default_exception_handler
    call_exception_handler = asyncio.BaseEventLoop.call_exception_handler


@contextmanager
def _asyncgen_hooks(loop: Any) -> Iterator[None]:
    """Let the loop know of async generators, so that an abandoned one is closed."""
    before = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(
        firstiter=loop._asyncgen_firstiter_hook,  # noqa: SLF001 - asyncio's own
        finalizer=loop._asyncgen_finalizer_hook,  # noqa: SLF001
    )
    try:
        yield
    finally:
        sys.set_asyncgen_hooks(*before)


@contextmanager
def _short_thread_turns() -> Iterator[None]:
    """Let threads that read or write give way quickly.

    The binding lets go of the interpreter at each call into Qt, and has to wait for it afterwards:
    a painting of fifty calls beside a busy thread would wait fifty times.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(min(before, THREAD_TURN_SECONDS))
    try:
        yield
    finally:
        sys.setswitchinterval(before)


@contextmanager
def _woken_by_signals(loop: Any) -> Iterator[None]:
    """Let Python's signal handlers run although Qt sleeps in C++ (Ctrl-C, SIGTERM)."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.set_wakeup_fd(loop._csock.fileno())  # noqa: SLF001 - the pipe asyncio reads
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
