"""Connection: one program of the same user that talks to the owner of the data folder."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
from collections.abc import Callable
from typing import Any

from bamboo_desktop.domain.errors import InvalidInputError, UserError
from bamboo_desktop.engine.remote.arguments import Arguments
from bamboo_desktop.engine.remote.commands import COMMANDS
from bamboo_desktop.engine.remote.context import CommandContext
from bamboo_desktop.engine.remote.frames import (
    LONGEST_GREETING,
    FrameReader,
    ProtocolError,
    write_frame,
)
from bamboo_desktop.engine.remote.refusals import refusal
from bamboo_desktop.engine.remote.streams import STREAMS
from bamboo_desktop.tasks import TaskSet

GREETING_SECONDS = 5.0
CARRYING = frozenset({"run_and_watch", "answer_and_watch", "answer"})
LEFT = (
    "The program that owns the data folder was closed; a run of its was interrupted and can be "
    "continued. See: bambooctl sessions"
)
OnBug = Callable[[BaseException, str], None]


class Connection:
    """Shows nothing before it has seen the token; then one command after the other.

    Args:
        context: what commands work on.
        token: what opens the door.
        tasks: where the watch for a hang-up runs.
        on_bug: told of the program's own faults.
    """

    def __init__(
        self,
        context: CommandContext,
        token: str,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        tasks: TaskSet,
        on_bug: OnBug,
    ) -> None:
        self._context = context
        self._token = token
        self._frames = FrameReader(reader)
        self._writer = writer
        self._tasks = tasks
        self._on_bug = on_bug
        self._is_welcome = False
        self._command = ""

    @property
    def carries_run(self) -> bool:
        """True while the other side waits for a run, or for an answer to be taken."""
        return self._command in CARRYING

    async def serve(self) -> None:
        """Go on until the other side hangs up or speaks something else: that is its own loss."""
        try:
            async with asyncio.timeout(GREETING_SECONDS):
                greeting = await self._frames.next(longest=LONGEST_GREETING)
            if greeting is None or not _is_same(greeting.get("token"), self._token):
                return
            self._is_welcome = True
            while (frame := await self._frames.next()) is not None:
                await self._work(frame)
        except ProtocolError as error:
            if self._is_welcome:
                with contextlib.suppress(OSError):
                    await write_frame(self._writer, refusal(error))
        except (OSError, TimeoutError):
            pass

    def hang_up(self) -> None:
        """Close the connection, whether it was ever served or not; what is written still goes."""
        self._writer.close()

    def say_closing(self) -> None:
        """Tell the other side that the owner leaves, and whether its command was begun."""
        if self._is_welcome and not self._writer.is_closing():
            begun = "true" if self._command else "false"
            self._writer.write(f'{{"closing":"{LEFT}","begun":{begun}}}\n'.encode("ascii"))

    def drop_unread(self) -> None:
        """Let go of somebody who does not read what was written."""
        if self._writer.transport.get_write_buffer_size():
            self._writer.transport.abort()

    async def _work(self, frame: dict[str, Any]) -> None:
        self._command = str(frame.get("command", ""))
        try:
            await self._answer(self._command, frame.get("arguments", {}))
        except UserError as error:
            await write_frame(self._writer, refusal(error))
        except (OSError, asyncio.CancelledError):
            raise
        except Exception as error:  # noqa: BLE001 - a fault of ours must not look like a hang-up
            self._on_bug(error, "a command from outside")
            sentence = "The running program made a mistake; its log says more."
            await write_frame(self._writer, refusal(UserError(sentence)))
        finally:
            self._command = ""

    async def _answer(self, name: str, values: object) -> None:
        arguments = Arguments(values)
        if name in STREAMS:
            await self._stream(name, arguments)
        elif name in COMMANDS:
            result = await COMMANDS[name](self._context, arguments)
            await write_frame(self._writer, {"result": result})
        else:
            raise InvalidInputError(f"There is no command {name[:40]!r}.")

    async def _stream(self, name: str, arguments: Arguments) -> None:
        """Give the values until they end or nobody is left to read them."""
        pump = self._tasks.spawn(self._pump(name, arguments), name=f"give {name}")
        gone = self._tasks.spawn(self._frames.until_gone(), name=f"watch {name}")
        try:
            await asyncio.wait({pump, gone}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            # Neither is awaited again when this connection is being cancelled itself.
            gone.cancel()
            if not pump.done():
                pump.cancel()
        await asyncio.wait({pump, gone})
        if not pump.cancelled():
            if (error := pump.result()) is not None:
                raise error
            await write_frame(self._writer, {"done": True})

    async def _pump(self, name: str, arguments: Arguments) -> Exception | None:
        try:
            async with contextlib.aclosing(STREAMS[name](self._context, arguments)) as batches:
                async for batch in batches:
                    await write_frame(self._writer, {"items": batch})
        except Exception as error:  # noqa: BLE001 - handed to who waits for the end
            return error
        return None


def _is_same(given: object, token: str) -> bool:
    text = given if isinstance(given, str) else ""
    return hmac.compare_digest(text.encode("utf-8", "surrogatepass"), token.encode())
