"""What our own loop does that qasync's does not, and how it gets on with Qt."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import os
import signal
import threading
import time
import weakref
from collections.abc import AsyncGenerator, Iterator
from typing import NoReturn

import pytest
from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from bamboo_desktop.loop import BambooLoop, QtLoop, new_loop, run
from bamboo_desktop.settings import LoopKind
from tests.waiting import until

WORD: contextvars.ContextVar[str] = contextvars.ContextVar("WORD", default="unset")


@pytest.fixture
def loop(qapp: QApplication) -> Iterator[BambooLoop]:
    """A loop that is not running; the test runs and stops it."""
    loop = BambooLoop(qapp)
    yield loop
    loop.close()


def ours() -> BambooLoop:
    running = asyncio.get_running_loop()
    assert isinstance(running, BambooLoop)
    return running


class Payload:
    """Something big that a timer holds."""


async def turn_of_qt() -> None:
    """Come back from a Qt slot, after the present batch of callbacks has ended."""
    back = asyncio.Event()
    QTimer.singleShot(0, back.set)
    await back.wait()


# --- timers --------------------------------------------------------------------------------------


async def test_cancelled_timers_are_gone(qapp: QApplication) -> None:
    loop, payload = ours(), Payload()
    alive = weakref.ref(payload)
    kept = [loop.call_later(600, print) for _ in range(10)]
    for _ in range(100_000):
        loop.call_later(600, print, payload).cancel()
    del payload
    assert alive() is None
    assert loop._queue.waiting_timers < 300
    for timer in kept:
        timer.cancel()


async def test_many_live_timers_survive_the_sweep_of_cancelled_ones(qapp: QApplication) -> None:
    loop, seen = ours(), list[int]()
    for number in range(2_000):
        timer = loop.call_later(0.001 + number / 1e6, seen.append, number)
        if number % 10:
            timer.cancel()
    await until(lambda: len(seen) == 200)
    assert seen == list(range(0, 2_000, 10))


async def test_a_timer_never_fires_early(qapp: QApplication) -> None:
    loop, early = ours(), list[float]()
    fired: list[float] = []

    def check(due: float) -> None:
        fired.append(due)
        if time.monotonic() < due:
            early.append(due)

    for step in range(400):
        due = loop.time() + step * 0.000_7
        loop.call_at(due, check, due)
    await until(lambda: len(fired) == 400)
    assert early == []


async def test_a_sleep_is_never_too_short(qapp: QApplication) -> None:
    for seconds in (0.000_1, 0.001_9, 0.033, 0.15):
        started = time.monotonic()
        await asyncio.sleep(seconds)
        assert time.monotonic() - started >= seconds


@pytest.mark.parametrize("days", [1, 60, 100_000, float("inf")])
async def test_a_timer_knows_its_time_and_may_lie_far_ahead(
    qapp: QApplication, days: float
) -> None:
    loop = ours()
    timer = loop.call_later(days * 86_400, print)
    assert isinstance(timer, asyncio.TimerHandle)
    assert timer.when() - loop.time() >= (days - 1) * 86_400
    await turn_of_qt()
    timer.cancel()


async def test_an_earlier_timer_overtakes_the_one_that_is_armed(qapp: QApplication) -> None:
    loop, seen = ours(), list[str]()
    far = loop.call_later(600, seen.append, "far")
    await turn_of_qt()
    QTimer.singleShot(0, lambda: loop.call_later(0.005, seen.append, "near"))
    # Polling would bring timers of its own: only the near one can set this free.
    near = asyncio.Event()
    QTimer.singleShot(0, lambda: loop.call_later(0.006, near.set))
    await near.wait()
    assert seen == ["near"]
    far.cancel()


# --- beside Qt -----------------------------------------------------------------------------------


async def test_busy_callbacks_do_not_starve_qt(qapp: QApplication) -> None:
    loop, ticks, done = ours(), list[int](), list[int]()
    timer = QTimer()
    timer.timeout.connect(lambda: ticks.append(len(done)))
    timer.start(1)

    def endless() -> None:
        done.append(1)
        if len(ticks) < 5:
            loop.call_soon(endless)

    for _ in range(10_000):
        loop.call_soon(done.append, 0)
    loop.call_soon(endless)
    await until(lambda: len(ticks) >= 5)
    timer.stop()
    assert len(done) >= 10_001


async def test_qt_timers_and_ours_run_side_by_side(qapp: QApplication) -> None:
    loop, seen = ours(), {"qt": 0, "ours": 0}
    timer = QTimer()

    def from_qt() -> None:
        seen["qt"] += 1
        loop.call_soon(from_loop)

    def from_loop() -> None:
        seen["ours"] += 1

    timer.timeout.connect(from_qt)
    timer.start(0)
    await until(lambda: seen["ours"] >= 200)
    timer.stop()
    assert seen["qt"] >= 200


async def test_a_slot_with_a_nested_qt_loop_lets_tasks_go_on(qapp: QApplication) -> None:
    steps: list[str] = []

    def slot() -> None:
        nested = QEventLoop()
        QTimer.singleShot(60, nested.quit)
        nested.exec()
        steps.append("slot left")

    async def walker() -> None:
        for number in range(5):
            await asyncio.sleep(0.001)
            steps.append(f"step {number}")

    QTimer.singleShot(0, slot)
    await walker()
    await until(lambda: "slot left" in steps)
    assert steps[:5] == [f"step {number}" for number in range(5)]


async def test_a_nested_qt_loop_in_a_task_delays_others_but_loses_nobody(
    qapp: QApplication,
) -> None:
    steps: list[str] = []

    async def walker() -> None:
        for number in range(5):
            await asyncio.sleep(0.01)
            steps.append(f"step {number}")

    walk = asyncio.ensure_future(walker())
    await turn_of_qt()  # the walker's timer is armed now, and would go off inside this task
    nested = QEventLoop()
    QTimer.singleShot(60, nested.quit)
    nested.exec()
    assert steps == []
    await walk
    assert len(steps) == 5


async def test_closing_the_last_window_ends_nothing(qapp: QApplication) -> None:
    window = QWidget()
    window.show()
    window.close()
    await asyncio.sleep(0.01)
    assert ours().is_running()


def test_nothing_runs_between_two_runs(loop: BambooLoop, qapp: QApplication) -> None:
    seen: list[str] = []
    loop.call_soon(seen.append, "soon")
    loop.call_later(0, seen.append, "later")
    for _ in range(20):
        qapp.processEvents()
    assert seen == []
    loop.run_until_complete(asyncio.sleep(0.01))
    assert sorted(seen) == ["later", "soon"]


# --- threads -------------------------------------------------------------------------------------


async def test_a_callback_from_a_thread_can_be_taken_back(qapp: QApplication) -> None:
    loop, seen = ours(), list[str]()

    def hand_in() -> None:
        loop.call_soon_threadsafe(seen.append, "taken back").cancel()
        loop.call_soon_threadsafe(seen.append, "kept")

    thread = threading.Thread(target=hand_in)
    thread.start()
    thread.join()  # the loop stands still meanwhile
    await until(lambda: seen)
    assert seen == ["kept"]


async def test_a_callback_from_a_thread_keeps_its_context(qapp: QApplication) -> None:
    loop, seen = ours(), list[str]()

    def hand_in() -> None:
        WORD.set("of the thread")
        loop.call_soon_threadsafe(lambda: seen.append(WORD.get()))
        other = contextvars.copy_context()
        other.run(WORD.set, "given")
        loop.call_soon_threadsafe(lambda: seen.append(WORD.get()), context=other)

    thread = threading.Thread(target=hand_in)
    thread.start()
    await until(lambda: len(seen) == 2)
    thread.join()
    assert seen == ["of the thread", "given"]


def test_a_closed_loop_refuses_from_any_thread(qapp: QApplication) -> None:
    loop = BambooLoop(qapp)
    loop.close()
    loop.close()
    for call in (loop.call_soon, loop.call_soon_threadsafe):
        with pytest.raises(RuntimeError, match="closed"):
            call(print)
    with pytest.raises(RuntimeError, match="closed"):
        loop.call_later(1, print)


# --- running and stopping ------------------------------------------------------------------------


def test_stop_lets_the_callbacks_finish_that_are_ready(loop: BambooLoop) -> None:
    seen: list[str] = []

    def first() -> None:
        seen.append("first")
        loop.call_soon(seen.append, "of the next run")

    loop.call_soon(loop.stop)
    loop.call_soon(first)
    loop.run_forever()
    assert seen == ["first"]
    assert not loop.is_running()
    loop.call_soon(loop.stop)
    loop.run_forever()
    assert seen == ["first", "of the next run"]


def test_a_stop_before_the_start_makes_it_short(loop: BambooLoop) -> None:
    seen: list[str] = []
    loop.call_soon(seen.append, "ready")
    loop.stop()
    loop.run_forever()
    assert seen == ["ready"]


def test_a_stop_from_a_qt_slot(loop: BambooLoop) -> None:
    QTimer.singleShot(0, loop.stop)
    loop.run_forever()
    assert not loop.is_running()


@pytest.mark.parametrize("fatal", [SystemExit(3), KeyboardInterrupt()])
def test_an_exit_in_a_callback_leaves_the_loop(loop: BambooLoop, fatal: BaseException) -> None:
    def leave() -> NoReturn:
        raise fatal

    loop.call_soon(leave)
    with pytest.raises(type(fatal)):
        loop.run_forever()
    assert loop.run_until_complete(asyncio.sleep(0, "still usable")) == "still usable"


@pytest.mark.parametrize("kind", list(LoopKind))
def test_run_gives_the_result_and_ends_what_is_left(
    qapp: QApplication, kind: LoopKind, leaves_tasks: None
) -> None:
    ended: list[str] = []

    async def stays() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("stays")

    async def main() -> str:
        left.append(asyncio.ensure_future(stays()))
        await asyncio.sleep(0)
        return "done"

    left: list[asyncio.Future[None]] = []
    assert run(main, app=qapp, kind=kind) == "done"
    assert ended == ["stays"]


def test_run_closes_generators_that_are_still_open(qapp: QApplication) -> None:
    closed: list[str] = []

    async def numbers() -> AsyncGenerator[int, None]:
        try:
            yield 1
        finally:
            closed.append("closed")

    async def main() -> None:
        open_ones.append(numbers())
        await anext(open_ones[0])

    open_ones: list[AsyncGenerator[int, None]] = []
    run(main, app=qapp, kind=LoopKind.BAMBOO)
    assert closed == ["closed"]


@pytest.fixture
def interruptible() -> Iterator[None]:
    """SIGINT as a terminal sends it; a job in the background of a shell starts without it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_ends_a_sleeping_program(qapp: QApplication, interruptible: None) -> None:
    ended: list[str] = []

    async def main() -> None:
        timer = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT))
        timer.start()
        try:
            await asyncio.Event().wait()
        finally:
            timer.join()
            ended.append("main")

    with pytest.raises(KeyboardInterrupt):
        run(main, app=qapp, kind=LoopKind.BAMBOO)
    assert ended == ["main"]


def test_slow_callbacks_are_named_in_debug_mode(
    loop: BambooLoop, expects_log: list[object]
) -> None:
    loop.slow_callback_duration = 0.0
    loop.set_debug(True)
    loop.run_until_complete(asyncio.sleep(0))
    assert expects_log


def test_the_setting_falls_back_to_qasync(qapp: QCoreApplication) -> None:
    stock = new_loop(qapp, kind=LoopKind.QASYNC)
    assert type(stock) is QtLoop
    stock.close()
    own = new_loop(qapp, kind=LoopKind.BAMBOO)
    assert type(own) is BambooLoop
    own.close()


def test_a_closed_loop_and_its_timers_can_be_forgotten(qapp: QApplication) -> None:
    loop = BambooLoop(qapp)
    loop.call_later(600, print)
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
    gone = weakref.ref(loop)
    del loop
    gc.collect()
    assert gone() is None
