"""Running a search in its own process, under a time limit."""

from __future__ import annotations

import asyncio
import json
import os
import stat
from contextlib import suppress
from typing import Any

from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.tools.beneath import NONBLOCK
from bamboo_desktop.tools.embedded import command_of
from bamboo_desktop.tools.port import CancelToken, ToolCallError
from bamboo_desktop.tools.protected import Protected
from bamboo_desktop.tools.spawning import spawn
from bamboo_desktop.tools.workspace import Place, open_place, trouble

_GRACE = 3


class Searcher:
    """Starts the searcher and ends it when it takes too long or the run is stopped.

    Args:
        protected: what no search may see.
        tasks: keeps the watcher of a stop.
        seconds: the time limit of one search; what was found by then is the answer.
    """

    def __init__(self, protected: Protected, tasks: TaskSet, *, seconds: int = 30) -> None:
        self._protected = protected
        self._tasks = tasks
        self._seconds = seconds

    async def search(
        self, place: Place, request: dict[str, Any], cancel: CancelToken
    ) -> dict[str, Any]:
        """The answer to a request about a folder or a file.

        Raises:
            ToolCallError: the place cannot be opened, the pattern takes too long, or a stop.
        """
        process, transport, whole = await self._start(place, request)
        watcher = self._tasks.spawn(_kill_on(cancel, process), name="stop search")
        try:
            answer, _ = await asyncio.wait_for(process.communicate(whole), self._seconds + _GRACE)
        except TimeoutError as error:
            raise ToolCallError(
                f"The search did not end within {self._seconds} s: the pattern is too hard. Make "
                "it simpler (no repeats within repeats) or search a smaller folder."
            ) from error
        finally:
            watcher.cancel()
            await _end(process)
            transport.close()
        if cancel.is_cancelled or process.returncode != 0:
            raise ToolCallError("The search was stopped before it had an answer.")
        found: dict[str, Any] = json.loads(answer)
        return found

    async def _start(
        self, place: Place, request: dict[str, Any]
    ) -> tuple[asyncio.subprocess.Process, asyncio.BaseTransport, bytes]:
        identities = await asyncio.to_thread(self._protected.all_identities)
        try:
            descriptor = await asyncio.to_thread(open_place, place, os.O_RDONLY | NONBLOCK)
        except OSError as error:
            raise trouble(place, error) from error
        try:
            whole = {
                **request,
                "descriptor": descriptor,
                "name": os.path.basename(place.real),  # noqa: PTH119 - a name, not a path
                "is_file": not stat.S_ISDIR(os.fstat(descriptor).st_mode),
                "seconds": self._seconds,
                "protected": sorted(identities),
            }
            process, transport = await spawn(
                command_of("searcher"),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                pass_fds=(descriptor,),
                env={"PYTHONUTF8": "1"},
            )
        finally:
            os.close(descriptor)
        return process, transport, json.dumps(whole).encode("ascii")


async def _kill_on(cancel: CancelToken, process: asyncio.subprocess.Process) -> None:
    await cancel.wait()
    with suppress(ProcessLookupError):
        process.kill()


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()
