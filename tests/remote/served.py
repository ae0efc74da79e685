"""A scripted engine behind its control socket, and what clients of it do."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bamboo_desktop.domain.message import ToolCallPart
from bamboo_desktop.engine.remote import (
    Address,
    CommandContext,
    ControlServer,
    RemoteClient,
    connect,
)
from bamboo_desktop.tasks import TaskSet
from tests.engine.scripted import Desk, call

ITEM = {
    "id": "way",
    "kind": "single",
    "prompt": "Which way?",
    "options": [{"id": "left", "label": "Left"}, {"id": "right", "label": "Right"}],
}


def ask() -> ToolCallPart:
    """A question of one item, `way`, with the options left and right."""
    return call("Ask", title="A choice", items=[ITEM])


class Served:
    """A desk whose engine others can talk to; `face` is who it says it is."""

    def __init__(self, data_dir: Path, *, face: str = "window") -> None:
        self.data_dir = data_dir
        self.face = face
        self.desk = Desk(data_dir)
        self.raised = 0
        self.on_quit: Callable[[], None] = lambda: None
        self.clients: list[RemoteClient] = []

    async def open(self) -> None:
        await self.desk.open()
        self.tasks = TaskSet("owner", lambda name, error: self.desk.bugs.append((error, name)))
        context = CommandContext(
            engine=self.desk.engine,
            face=self.face,
            on_raise=self._raise,
            on_quit=self._asked_to_quit,
        )
        self.server = ControlServer(context, self.data_dir, self.tasks)
        await self.server.start()

    async def close(self) -> None:
        await self.server.close()
        await self.tasks.close()
        await self.desk.close()

    async def restart(self) -> None:
        await self.close()
        await self.open()

    def _raise(self) -> None:
        self.raised += 1

    def _asked_to_quit(self) -> None:
        self.on_quit()

    @property
    def address(self) -> Address:
        address = Address.read(self.data_dir)
        assert address is not None
        return address

    async def client(self) -> RemoteClient:
        """A client that was let in; it is closed with the desk."""
        client = await connect(self.data_dir)
        assert client is not None
        self.clients.append(client)
        return client

    async def raw(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection that has said nothing yet."""
        return await asyncio.open_unix_connection(self.address.path)

    async def say(self, *lines: bytes) -> bytes:
        """All that comes back when somebody sends these lines and hangs up its sending side."""
        reader, writer = await self.raw()
        try:
            writer.write(b"".join(lines))
            await writer.drain()
            writer.write_eof()
            return await asyncio.wait_for(reader.read(), 20)
        except ConnectionError:
            return b""
        finally:
            writer.close()

    @property
    def greeting(self) -> bytes:
        return line({"token": self.address.token})

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for client in self.clients:
            await client.aclose()
        await self.close()
        if kind is None:
            assert self.desk.bugs == []


def line(value: object) -> bytes:
    return json.dumps(value).encode() + b"\n"


async def collect(client: Any, command: str, **arguments: Any) -> list[dict[str, Any]]:
    """All values of a stream that ends."""
    found: list[dict[str, Any]] = []
    async for batch in client.stream(command, arguments):
        found += batch
    return found


def is_gap_free(numbers: list[int]) -> bool:
    """True for 1, 2, 3, ... in order."""
    return numbers == list(range(1, len(numbers) + 1))
