"""RemoteClient: speaks to the owner of a data folder; LocalClient has the same methods."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from typing import Any, Protocol

from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.engine.remote.address import Address
from bamboo_desktop.engine.remote.frames import (
    LONGEST_LINE,
    PROTOCOL,
    FrameReader,
    ProtocolError,
    write_frame,
)
from bamboo_desktop.engine.remote.refusals import raised

CONNECT_SECONDS = 2.0
Json = dict[str, Any]


class Client(Protocol):
    """Runs commands, here or in the program that owns the data folder."""

    async def call(self, command: str, arguments: Mapping[str, Any]) -> Any:
        """Run a command and return its result.

        Raises:
            UserError: the command's own sentence.
        """
        ...

    def stream(
        self, command: str, arguments: Mapping[str, Any]
    ) -> AsyncGenerator[list[Json], None]:
        """Run a command that answers with many values, a list of them at a time.

        Raises:
            UserError: the command's own sentence.
        """
        ...

    async def aclose(self) -> None:
        """Let go."""
        ...


class OwnerLeftError(UserError):
    """The owner went away before the command was done.

    `was_refused` is True when it left in order and had not begun with the command: then the command
    can be given to the next owner, and nothing happens twice.
    """

    def __init__(self, sentence: str, *, was_refused: bool = False) -> None:
        super().__init__(sentence)
        self.was_refused = was_refused


async def connect(data_dir: Path) -> RemoteClient | None:
    """The owner of the folder, or None when nobody answers within 2 s.

    Raises:
        ProtocolError: the owner is of another version, which speaks differently.
    """
    address = await asyncio.to_thread(Address.read, data_dir)
    if address is None:
        return None
    client = None
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            client = RemoteClient(*await _open(address))
            who = await client.greet(address.token)
    except (OSError, ValueError, TimeoutError, UserError):
        if client is not None:
            client.abort()
        return None
    if who.get("protocol") != PROTOCOL:
        client.abort()
        raise ProtocolError(
            f"The running program (version {who.get('version')}, process {who.get('pid')}) is of "
            "another version; quit it and try again."
        )
    return client


async def _open(address: Address) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if address.path:
        return await asyncio.open_unix_connection(address.path)
    return await asyncio.open_connection("127.0.0.1", address.port)


class RemoteClient:
    """One connection to the owner of a data folder; one command at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._frames = FrameReader(reader)
        self._writer = writer

    async def greet(self, token: str) -> Json:
        """Show the token and learn who the owner is.

        Raises:
            UserError: it does not let us in.
        """
        await write_frame(self._writer, {"token": token})
        who = await self.call("ping", {})
        return who if isinstance(who, dict) else {}

    async def call(self, command: str, arguments: Mapping[str, Any]) -> Any:
        """Run a command in the owner and return its result.

        Raises:
            UserError: the command's own sentence, or that the owner went away.
        """
        frame = await self._ask(command, arguments)
        return frame.get("result")

    async def stream(
        self, command: str, arguments: Mapping[str, Any]
    ) -> AsyncGenerator[list[Json], None]:
        """Run a command in the owner and give its values as they come.

        Raises:
            UserError: the command's own sentence, or that the owner went away.
        """
        frame = await self._ask(command, arguments)
        while "items" in frame:
            yield frame["items"]
            try:
                frame = await self._next()
            except OSError as error:
                raise _gone() from error

    async def _ask(self, command: str, arguments: Mapping[str, Any]) -> Json:
        try:
            await write_frame(self._writer, {"command": command, "arguments": dict(arguments)})
            return await self._next()
        except OSError as error:
            # A connection breaks, instead of ending, where the other side left something unread:
            # it cannot have begun with what it has not read.
            raise _gone(was_refused=True) from error

    async def _next(self) -> Json:
        frame = await self._frames.next(longest=2 * LONGEST_LINE)
        if frame is None:
            raise _gone()
        if "error" in frame:
            raise raised(frame["error"])
        if "closing" in frame:
            raise OwnerLeftError(str(frame["closing"]), was_refused=not frame.get("begun"))
        return frame

    def abort(self) -> None:
        """Drop the connection at once."""
        self._writer.transport.abort()

    async def aclose(self) -> None:
        """Close the connection."""
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()


def _gone(*, was_refused: bool = False) -> OwnerLeftError:
    return OwnerLeftError(
        "The program that owns the data folder ended in the middle of the command; see what came "
        "of it with: bambooctl sessions",
        was_refused=was_refused,
    )
