"""ProcessHost: starts commands so that each can be ended with everything it started."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.tools.embedded import command_of
from bamboo_desktop.tools.environment import clean_environment
from bamboo_desktop.tools.lastnet import kill_below, kill_marked
from bamboo_desktop.tools.port import ToolCallError
from bamboo_desktop.tools.spawning import spawn

_BUFFER = 1024 * 1024
_KILL_SECONDS = 10.0
_DRAIN_SECONDS = 0.5
HAS_SUPERVISOR = os.name == "posix"


@dataclass(frozen=True, kw_only=True, slots=True)
class Exit:
    """How a command ended. `code` is negative for a signal, None when nobody could tell.

    `left` counts the processes it had started that were still alive.
    """

    code: int | None
    left: int = 0


class HostedProcess:
    """A running command and its whole tree."""

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        transport: asyncio.BaseTransport,
        token: str,
        tasks: TaskSet,
    ) -> None:
        self._process = process
        self._transport = transport
        self._token = token
        self._tasks = tasks
        self.attending: asyncio.Task[None]
        self._started: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._exit: asyncio.Future[Exit] = asyncio.get_running_loop().create_future()
        self._reading = asyncio.Lock()
        self._is_let_go = False
        self._is_clean = False
        self._left = 0

    @property
    def supervisor_pid(self) -> int:
        """The process the program itself started."""
        return self._process.pid

    async def read(self) -> bytes:
        """The next piece of output; empty when nobody holds the output open any more."""
        stream = self._process.stdout
        async with self._reading:
            return await stream.read(_BUFFER) if stream is not None else b""

    async def started(self) -> None:
        """Return when the command runs.

        Raises:
            ToolCallError: it could not be started.
        """
        await asyncio.shield(self._started)

    async def wait(self) -> Exit:
        """Return when the command itself has ended, however long its children live."""
        return await asyncio.shield(self._exit)

    async def collect(self, take: Callable[[bytes], None]) -> Exit:
        """Hand on all output until the command has ended, and at most half a second longer.

        A process left in the background may hold the output open for ever; nobody waits for it.
        """
        reading = self._tasks.spawn(self._read_all(take), name=f"output {self._process.pid}")
        try:
            end = await self.wait()
            await asyncio.wait({reading}, timeout=_DRAIN_SECONDS)
        finally:
            reading.cancel()
            await asyncio.wait({reading})
        return end

    def terminate(self) -> None:
        """Ask every process of the tree to end."""
        self._say(b"t")

    def let_go(self) -> None:
        """Kill the whole tree; returns at once and cannot fail."""
        self._is_let_go = True
        stdin = self._process.stdin
        if stdin is not None:
            stdin.close()
        if not HAS_SUPERVISOR:
            kill_below(self._process.pid)

    async def kill(self) -> None:
        """Kill the whole tree and return when nothing of it is left."""
        self.let_go()
        try:
            await asyncio.wait_for(self._drained(), _KILL_SECONDS)
        except TimeoutError:
            with suppress(ProcessLookupError):
                self._process.kill()
            await asyncio.to_thread(kill_marked, self._token)
            await self._drained()
        await asyncio.wait({self.attending})

    async def attend(self) -> None:
        """Listen to the supervisor until it ends; whatever it leaves undone is done here."""
        try:
            await self._listen()
            if HAS_SUPERVISOR and not self._is_clean:
                # The supervisor was killed: its command dies with it, the rest is found by mark.
                await asyncio.to_thread(kill_marked, self._token)
            if self._is_let_go:
                await self._drained()
            await self._process.wait()
        finally:
            if not self._started.done():
                self._started.set_exception(ToolCallError("The command could not be started."))
                self._started.exception()
            if not self._exit.done():
                self._exit.set_result(Exit(code=None))
            if self._process.returncode is not None:
                # Before that, closing would take the end away from the one who waits for it.
                self._transport.close()

    async def _read_all(self, take: Callable[[bytes], None]) -> None:
        while piece := await self.read():
            take(piece)

    async def _drained(self) -> None:
        # A full pipe nobody reads would keep the transport, and with it `wait`, from its end.
        while await self.read():
            pass
        await self._process.wait()

    async def _listen(self) -> None:
        if not HAS_SUPERVISOR:
            self._started.set_result(None)
            self._exit.set_result(Exit(code=await self._process.wait()))
            return
        stream = self._process.stderr
        while stream is not None and (line := await stream.readline()):
            self._take(line.decode("utf-8", "replace").split())

    def _take(self, words: list[str]) -> None:
        match words:
            case ["started", _]:
                self._started.set_result(None)
            case ["refused", code]:
                reason = os.strerror(int(code))
                error = ToolCallError(f"The command could not be started: {reason}.")
                self._started.set_exception(error)
                self._started.exception()
            case ["left", count]:
                self._left = int(count)
            case ["exited", code] if not self._exit.done():
                self._exit.set_result(Exit(code=int(code), left=self._left))
            case ["gone"]:
                self._is_clean = True
            case _:
                pass

    def _say(self, word: bytes) -> None:
        stdin = self._process.stdin
        if stdin is not None and not stdin.is_closing():
            stdin.write(word)
        if not HAS_SUPERVISOR:
            kill_below(self._process.pid)


class ProcessHost:
    """Starts commands under a supervisor, which ends each tree with this program.

    Linux and macOS: a small Python program holds a pipe to this one and kills its tree when the
    pipe ends; on Linux it also adopts what escaped its session. Windows: the tree is killed by the
    process table.

    Args:
        tasks: keeps the listeners.
        environ: the program's own environment, of which a command gets a part.
    """

    def __init__(self, tasks: TaskSet, environ: Mapping[str, str]) -> None:
        self._tasks = tasks
        self._environ = clean_environment(environ)
        self._live: set[HostedProcess] = set()

    async def start(self, argv: tuple[str, ...], *, folder: str) -> HostedProcess:
        """Start a command.

        Raises:
            ToolCallError: it could not be started.
        """
        token = secrets.token_hex(16)
        whole = (*command_of("supervisor"), token, *argv) if HAS_SUPERVISOR else argv
        try:
            process, transport = await spawn(
                whole,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE if HAS_SUPERVISOR else asyncio.subprocess.STDOUT,
                cwd=folder,
                env=self._environ,
                start_new_session=HAS_SUPERVISOR,
            )
        except OSError as error:
            raise ToolCallError(
                f"The command could not be started in {folder}: {error.strerror}."
            ) from error
        hosted = HostedProcess(process, transport, token, self._tasks)
        hosted.attending = self._tasks.spawn(hosted.attend(), name=f"process {process.pid}")
        self._live.add(hosted)
        hosted.attending.add_done_callback(lambda _: self._live.discard(hosted))
        try:
            await hosted.started()
        except BaseException:
            hosted.let_go()
            raise
        return hosted

    async def aclose(self) -> None:
        """End all commands, also those nobody waits for any more."""
        live = tuple(self._live)
        for hosted in live:
            hosted.let_go()
        if live:
            await asyncio.wait({hosted.attending for hosted in live}, timeout=_KILL_SECONDS)
