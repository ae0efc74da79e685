"""One run of the window program: build, wait for the end, take down in reverse."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from bamboo_desktop import logs
from bamboo_desktop.app.faults import Faults
from bamboo_desktop.app.first_frame import FirstFrame
from bamboo_desktop.app.leaving import may_leave
from bamboo_desktop.clock import SystemClock
from bamboo_desktop.domain.errors import InstanceRunningError, UserError
from bamboo_desktop.late import collect_at_rest, late_import
from bamboo_desktop.paths import AppPaths
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui.theme_tokens import ThemeMode
from bamboo_desktop.ui.views.start_failure import failure_sentence, failure_title

if TYPE_CHECKING:
    from bamboo_desktop.engine import Engine
    from bamboo_desktop.engine.remote import ControlServer
    from bamboo_desktop.ui.relay import EventRelay
    from bamboo_desktop.ui.views.workbench import Workbench

_HEAVY = (
    "bamboo_desktop.engine.door",
    "bamboo_desktop.engine.remote.server",
    "bamboo_desktop.ui.views.workbench",
)
_ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_OPENING_ENDS_SECONDS = 15.0


class Program:
    """One run of the window program.

    Args:
        frame: the window, already shown.
        paths: the folders.
        log: where faults go.
    """

    def __init__(self, frame: FirstFrame, paths: AppPaths, log: logs.Logs) -> None:
        self._paths, self._log = paths, log
        self._quit = asyncio.Event()
        self._tasks = TaskSet("window", log.task_failed)
        self._clock = SystemClock()
        self._memory, self._state = frame.memory, frame.state
        self._theme, self._window = frame.theme, frame.window
        self._faults = Faults(log, self._window)
        self._frame = frame
        self._engine: Engine | None = None
        self._relay: EventRelay | None = None
        self._bench: Workbench | None = None
        self._server: ControlServer | None = None
        self._opening: asyncio.Task[None] | None = None
        self._waiting: asyncio.Task[None] | None = None
        self._is_asking = False

    async def run(self) -> int:
        """Open the engine behind the frame, and go on until the person quits."""
        running = asyncio.get_running_loop()
        running.set_exception_handler(self._log.loop_failed)
        for number in _ENDING_SIGNALS:
            running.add_signal_handler(number, self._quit.set)
        self._faults.begin()
        self._connect()
        self._open()
        await self._quit.wait()
        await self._take_down()
        for number in _ENDING_SIGNALS:
            running.remove_signal_handler(number)
        return 0

    def _connect(self) -> None:
        self._window.close_wanted.connect(self._ask_quit)
        start = self._window.start_page
        start.retry_wanted.connect(self._open)
        start.takeover_wanted.connect(self._take_over)
        start.quit_wanted.connect(self._quit.set)
        start.folder_wanted.connect(self._open_folder)

    def _open(self) -> None:
        self._stop_waiting()
        self._window.start_page.show_opening()
        self._opening = self._tasks.spawn(self._opened(), name="open the engine")

    async def _opened(self) -> None:
        try:
            await late_import(*_HEAVY)
            await asyncio.to_thread(self._paths.make_way)
            await self._attach()
        except InstanceRunningError as error:
            await self._meet_owner(error)
        except UserError as error:
            await self._let_go()
            self._fail(error)
        except Exception as error:  # noqa: BLE001 - a page with a sentence, and the log
            self._log.bug(error, "opening the engine")
            await self._let_go()
            self._fail(error)

    async def _attach(self) -> None:
        from bamboo_desktop.engine import TYPEWRITER, Engine, EngineOptions
        from bamboo_desktop.engine.remote import CommandContext, ControlServer
        from bamboo_desktop.ui.relay import EventRelay
        from bamboo_desktop.ui.views.workbench import Workbench
        from bamboo_desktop.ui.window_keeper import WindowKeeper

        options = EngineOptions(
            data_dir=self._paths.data,
            on_bug=self._log.bug,
            on_secret=self._log.redactor.add,
            clock=self._clock,
            environ=os.environ,
            protected=(self._paths.logs, self._paths.config),
            pacing=TYPEWRITER,
            keeps_time=True,
        )
        engine = self._engine = await Engine.open(options)
        chosen = await engine.preferences.get("theme", self._theme.mode.value)
        if chosen in list(ThemeMode):
            self._theme.set_mode(ThemeMode(chosen))
        self._relay = EventRelay(engine.feed, self._window)
        folder, early = self._paths.logs, self._frame.take_early()
        self._bench = Workbench(
            engine, self._tasks, self._relay, self._clock, self._window, log_dir=folder, early=early
        )
        await self._bench.start(self._state)
        keeper = WindowKeeper(self._memory, self._window, self._bench.state)
        self._bench.left_off.connect(keeper.touch)
        context = CommandContext(
            engine=engine, face="window", on_raise=self._frame.bring_forward, on_quit=self._quit.set
        )
        self._server = ControlServer(context, self._paths.data, self._tasks)
        await self._server.start()
        self._tasks.spawn(collect_at_rest(engine.runs.active), name="collect garbage at rest")

    async def _let_go(self) -> None:
        """Close what was opened, so that trying again finds the folder free."""
        engine, self._engine = self._engine, None
        relay, self._relay = self._relay, None
        server, self._server = self._server, None
        bench, self._bench = self._bench, None
        if server is not None:
            await server.close()
        if relay is not None:
            relay.close()
        if engine is not None:
            await engine.close()
        if bench is not None:
            # What it has joined to the window would act twice beside the next one.
            self._window = self._frame.renew()
            self._faults.show_in(self._window)
            self._connect()

    async def _meet_owner(self, error: InstanceRunningError) -> None:
        """Bring the other window forward and go; a bambooctl run can be ended from here."""
        from bamboo_desktop.engine.remote import Meeting, take_over_or_raise

        meeting = await take_over_or_raise(self._paths.data)
        if meeting is Meeting.RAISED:
            self._quit.set()
        elif meeting is Meeting.FREE:
            self._open()
        else:
            self._fail(error)
        if meeting is Meeting.BAMBOOCTL:
            self._window.start_page.offer_takeover()
            self._waiting = self._tasks.spawn(self._owner_gone(), name="wait for bambooctl")

    async def _owner_gone(self) -> None:
        """A run that comes to its end by itself needs nobody to press anything."""
        from bamboo_desktop.engine.remote import until_free

        await until_free(self._paths.data, clock=self._clock)
        self._waiting = None
        self._open()

    def _stop_waiting(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting.cancel()

    def _take_over(self) -> None:
        self._stop_waiting()
        self._window.start_page.show_opening()
        self._opening = self._tasks.spawn(self._taken_over(), name="take the folder over")

    async def _taken_over(self) -> None:
        from bamboo_desktop.engine.remote import end_owner

        await end_owner(self._paths.data)
        await self._opened()

    def _fail(self, error: BaseException) -> None:
        self._window.show_start()
        self._window.start_page.show_failure(
            title=failure_title(error),
            sentence=failure_sentence(error),
            details=error.details if isinstance(error, UserError) else str(self._paths.logs),
        )
        self._window.foot.show_not_open(failure_sentence(error))

    def _open_folder(self) -> None:
        folder = self._paths.data if self._paths.data.is_dir() else self._paths.data.parent
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _ask_quit(self) -> None:
        if self._engine is None:
            self._quit.set()
        elif not self._is_asking:
            self._is_asking = True
            self._tasks.spawn(self._asked_quit(self._engine), name="ask before quitting")

    async def _asked_quit(self, engine: Engine) -> None:
        try:
            is_sure = await may_leave(engine, self._window, self._bench)
        finally:
            self._is_asking = False
        if is_sure:
            self._quit.set()

    async def _take_down(self) -> None:
        """Take down in reverse: the window goes at once, the engine ends its runs behind it."""
        if self._opening is not None and not self._opening.done():
            # Half-open things cannot be closed: let it come to its end first.
            self._window.hide()
            await asyncio.wait((self._opening,), timeout=_OPENING_ENDS_SECONDS)
        if self._bench is not None:
            self._memory.write(self._bench.state())
            await self._bench.flush()
        self._window.hide()
        self._faults.end()
        if self._server is not None:
            await self._server.close()
        if self._relay is not None:
            self._relay.close()
        await self._tasks.close()
        if self._engine is not None:
            await self._engine.close()
        self._window.deleteLater()
