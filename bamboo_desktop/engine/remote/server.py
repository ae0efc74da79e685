"""ControlServer: lets programs of the same user talk to the engine that owns the data folder."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.engine.remote.address import FILE_NAME, Address
from bamboo_desktop.engine.remote.commands import COMMANDS, CommandContext
from bamboo_desktop.engine.remote.frames import (
    LONGEST_LINE,
    ProtocolError,
    read_frame,
    write_frame,
)
from bamboo_desktop.engine.remote.streams import STREAMS
from bamboo_desktop.tasks import TaskSet, TaskSetClosedError


class ControlServer:
    """Listens on the folder's local socket; every connection has to show the token first.

    Args:
        context: what commands work on.
        data_dir: the folder whose owner this is.
        on_bug: told of the program's own faults.
    """

    def __init__(self, context: CommandContext, data_dir: Path, tasks: TaskSet) -> None:
        self._context = context
        self._data_dir = data_dir
        self._tasks = tasks
        self._address = Address.fresh(data_dir)
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen, and write down where."""
        if self._address.path:
            path = self._address.path
            _unlink(path)
            self._server = await asyncio.start_unix_server(
                self._accept, path=path, limit=LONGEST_LINE
            )
            os.chmod(path, 0o600)  # noqa: PTH101 - at once, before anybody is told of it
        else:
            self._server = await asyncio.start_server(
                self._accept, host="127.0.0.1", port=0, limit=LONGEST_LINE
            )
            port = self._server.sockets[0].getsockname()[1]
            self._address = replace(self._address, port=port)
        self._address.write(self._data_dir)

    async def close(self) -> None:
        """Stop listening and take the address back."""
        if self._server is not None:
            self._server.close()
        _unlink(self._address.path)
        _unlink(str(self._data_dir / FILE_NAME))

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            self._tasks.spawn(self._serve(reader, writer), name="control connection")
        except TaskSetClosedError:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if await self._is_welcome(reader):
                while (frame := await read_frame(reader)) is not None:
                    await self._answer(frame, writer)
        except (ProtocolError, ConnectionError, BrokenPipeError):
            # The other side is gone or speaks something else: it is its own loss.
            pass
        finally:
            writer.close()

    async def _is_welcome(self, reader: asyncio.StreamReader) -> bool:
        frame = await read_frame(reader)
        token = str(frame.get("token", "")) if frame is not None else ""
        return hmac.compare_digest(token.encode(), self._address.token.encode())

    async def _answer(self, frame: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        name, arguments = str(frame.get("command", "")), frame.get("arguments") or {}
        try:
            if name in STREAMS:
                async with contextlib.aclosing(STREAMS[name](self._context, arguments)) as items:
                    async for item in items:
                        await write_frame(writer, {"item": item})
                await write_frame(writer, {"done": True})
            elif name in COMMANDS:
                result = await COMMANDS[name](self._context, arguments)
                await write_frame(writer, {"result": result})
            else:
                await write_frame(writer, _error("ProtocolError", f"No command {name!r}."))
        except UserError as error:
            await write_frame(writer, _error(type(error).__name__, error.sentence))
        except (KeyError, TypeError, ValueError) as error:
            await write_frame(writer, _error("ProtocolError", f"Bad arguments: {error!r}"))


def _unlink(path: str) -> None:
    """Remove a file if there is one: quick enough for the loop."""
    with contextlib.suppress(OSError):
        Path(path).unlink()


def _error(kind: str, sentence: str) -> dict[str, object]:
    return {"error": {"kind": kind, "sentence": sentence}}
