"""ControlServer: lets programs of the same user talk to the engine that owns the data folder."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from pathlib import Path

from bamboo_desktop.engine.remote.address import FILE_NAME, FORMER_NAME, Address, fresh_token
from bamboo_desktop.engine.remote.connection import Connection
from bamboo_desktop.engine.remote.context import CommandContext
from bamboo_desktop.engine.remote.places import bind_private, socket_path, take_away
from bamboo_desktop.tasks import TaskSet, TaskSetClosedError

log = logging.getLogger(__name__)

MOST_CONNECTIONS = 100


class ControlServer:
    """Listens on the folder's local socket; every connection has to show the token first.

    Args:
        context: what commands work on.
        data_dir: the folder whose owner this is.
        tasks: where connections run.
    """

    def __init__(self, context: CommandContext, data_dir: Path, tasks: TaskSet) -> None:
        self._context = context
        self._data_dir = data_dir
        self._tasks = tasks
        self._token = fresh_token()
        self._path: Path | None = None
        self._server: asyncio.Server | None = None
        self._is_closing = False
        self._connections: dict[asyncio.Task[None], Connection] = {}

    @property
    def carries_run(self) -> bool:
        """True while somebody outside waits for a run of this process."""
        return any(connection.carries_run for connection in self._connections.values())

    async def start(self) -> None:
        """Listen, and write down where.

        Where the system allows no socket the program goes on without one, and the log says why.
        """
        self._is_closing = False
        try:
            address = await self._listen()
            await asyncio.to_thread(address.write, self._data_dir)
        except OSError as error:
            log.warning("Nobody can talk to this program from outside: %s", error)
            self._stop_listening()

    async def _listen(self) -> Address:
        path = await asyncio.to_thread(socket_path, self._data_dir)
        if path is not None:
            listening = bind_private(path)
            self._path = path
            self._server = await asyncio.start_unix_server(self._accept, sock=listening)
            return Address(token=self._token, path=str(path))
        self._server = await asyncio.start_server(self._accept, host="127.0.0.1", port=0)
        port = int(self._server.sockets[0].getsockname()[1])
        return Address(token=self._token, port=port)

    async def close(self) -> None:
        """Stop listening, take the address back, and tell those who are still connected."""
        self._is_closing = True
        await self._accept_the_last()
        self._stop_listening()
        with contextlib.suppress(OSError):
            # Kept under another name: who follows sees that an owner came and went meanwhile.
            (self._data_dir / FILE_NAME).replace(self._data_dir / FORMER_NAME)
        connections = dict(self._connections)
        for task, connection in connections.items():
            connection.say_closing()
            task.cancel()
        if connections:
            await asyncio.wait(connections)
        # One turn of the loop for what was just written; who does not read is dropped.
        await asyncio.sleep(0)
        for connection in connections.values():
            connection.drop_unread()
        # And one for the transports to be closed in, before the loop may be taken down.
        await asyncio.sleep(0)

    async def _accept_the_last(self) -> None:
        """Take nobody else in, and wait the one turn in which who was just taken in is connected.

        A server that is closed before that turn forgets them with their descriptors open.
        """
        for listening in self._server.sockets if self._server is not None else ():
            with contextlib.suppress(NotImplementedError):
                asyncio.get_running_loop().remove_reader(listening.fileno())
        await asyncio.sleep(0)

    def _stop_listening(self) -> None:
        if self._server is not None:
            self._server.close()
        if self._path is not None:
            take_away(self._path, self._data_dir)
            self._path = None

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_closing or len(self._connections) >= MOST_CONNECTIONS:
            writer.transport.abort()
            return
        connection = Connection(
            self._context, self._token, reader, writer, self._tasks, self._failed
        )
        try:
            task = self._tasks.spawn(connection.serve(), name="control connection")
        except TaskSetClosedError:
            writer.transport.abort()
            return
        self._connections[task] = connection
        task.add_done_callback(self._gone)

    def _gone(self, task: asyncio.Task[None]) -> None:
        # Here and not in the task: one that is cancelled before its first step closes nothing.
        self._connections.pop(task).hang_up()

    def _failed(self, error: BaseException, where: str) -> None:
        log.error("Bug in %s", where, exc_info=error)
