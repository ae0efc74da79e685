"""RemoteClient: speaks to the owner of a data folder; LocalClient has the same two methods."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from bamboo_desktop.domain.errors import NotFoundError, UserError
from bamboo_desktop.engine.remote.address import Address
from bamboo_desktop.engine.remote.frames import (
    LONGEST_LINE,
    ProtocolError,
    read_frame,
    write_frame,
)

CONNECT_SECONDS = 2.0


class Client(Protocol):
    """Runs commands, here or in the program that owns the data folder."""

    async def call(self, command: str, arguments: Mapping[str, Any]) -> Any:
        """Run a command and return its result.

        Raises:
            UserError: the command's own sentence.
        """
        ...

    def stream(self, command: str, arguments: Mapping[str, Any]) -> AsyncIterator[dict[str, Any]]:
        """Run a command that answers with many values.

        Raises:
            UserError: the command's own sentence.
        """
        ...

    async def aclose(self) -> None:
        """Let go."""
        ...


class RemoteError(UserError):
    """The owner refused a command; `kind` is the name of its error's type."""

    def __init__(self, kind: str, sentence: str) -> None:
        super().__init__(sentence)
        self.kind = kind


async def connect(data_dir: Path) -> RemoteClient | None:
    """The owner of the folder, or None when nobody answers within 2 s."""
    address = await asyncio.to_thread(Address.read, data_dir)
    if address is None:
        return None
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            reader, writer = await _open(address)
            client = RemoteClient(reader, writer)
            await write_frame(writer, {"token": address.token})
            await client.call("ping", {})
    except (OSError, TimeoutError, UserError):
        return None
    return client


async def _open(address: Address) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if address.path:
        return await asyncio.open_unix_connection(address.path, limit=LONGEST_LINE)
    return await asyncio.open_connection("127.0.0.1", address.port, limit=LONGEST_LINE)


class RemoteClient:
    """One connection to the owner of a data folder; one command at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def call(self, command: str, arguments: Mapping[str, Any]) -> Any:
        """Run a command in the owner and return its result.

        Raises:
            UserError: the command's own sentence, or that the owner went away.
        """
        frame = await self._ask(command, arguments)
        return frame["result"]

    async def stream(
        self, command: str, arguments: Mapping[str, Any]
    ) -> AsyncIterator[dict[str, Any]]:
        """Run a command in the owner and give its values as they come.

        Raises:
            UserError: the command's own sentence, or that the owner went away.
        """
        frame = await self._ask(command, arguments)
        while "item" in frame:
            yield frame["item"]
            frame = await self._next()

    async def _ask(self, command: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        try:
            await write_frame(self._writer, {"command": command, "arguments": dict(arguments)})
        except ConnectionError as error:
            raise _gone() from error
        return await self._next()

    async def _next(self) -> dict[str, Any]:
        try:
            frame = await read_frame(self._reader)
        except ConnectionError as error:
            raise _gone() from error
        if frame is None:
            raise _gone()
        if "error" in frame:
            raise _raised(frame["error"])
        return frame

    async def aclose(self) -> None:
        """Close the connection."""
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()


def _gone() -> ProtocolError:
    return ProtocolError(
        "The program that owns the data folder ended in the middle of the command; run the "
        "command again."
    )


def _raised(error: Mapping[str, Any]) -> UserError:
    kind, sentence = str(error.get("kind", "")), str(error.get("sentence", ""))
    return NotFoundError(sentence) if kind == "NotFoundError" else RemoteError(kind, sentence)
