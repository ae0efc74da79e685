"""A named point of the program at which a test does something, or breaks the disk."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable

from typing_extensions import override

from bamboo_desktop.store.faults import FaultPoints
from tests.engine.scripted import Desk
from tests.waiting import until

Deed = Callable[[], Awaitable[object]]


class Moment(FaultPoints):
    """Does something, once, at the n-th arrival at a point; may break the disk from then on."""

    def __init__(self) -> None:
        self._point = ""
        self._left = 0
        self._deed: Deed | None = None
        self._breaks_disk = False
        self.is_broken = False
        self.tasks: list[asyncio.Task[object]] = []

    def at(self, point: str, deed: Deed, *, times: int = 1) -> None:
        self._point, self._left, self._deed, self._breaks_disk = point, times, deed, False

    def disk_breaks_at(self, point: str, *, times: int = 1) -> None:
        self._point, self._left, self._deed, self._breaks_disk = point, times, None, True

    @override
    def reached(self, name: str) -> None:
        if name == "write.before_commit" and self.is_broken:
            error = sqlite3.OperationalError("the disk refuses")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR
            raise error
        if name != self._point or self._left == 0:
            return
        self._left -= 1
        if self._left == 0:
            self.is_broken = self._breaks_disk
            if self._deed is not None:
                self.tasks.append(asyncio.ensure_future(self._done(self._deed)))

    async def _done(self, deed: Deed) -> object:
        return await deed()


async def cut_off(desk: Desk, moment: Moment) -> None:
    """End the program while its disk refuses everything, and start it again on a sound one."""
    await until(lambda: moment.is_broken)
    await desk.close()
    desk.bugs.clear()
    moment.is_broken = False
    await desk.open()
