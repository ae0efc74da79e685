"""Model servers on 127.0.0.1 that play a script: the other end of every provider test.

`ModelServer([Reply(...), Refusal(...)])` answers each call with the next item of its script, in the
wire format the caller asked for by its path; the last item is repeated. It notes what was asked and
when a client hung up, so that a test waits for states and never for time.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from types import TracebackType
from typing import Any

from tests.providers.replies import Refusal, Reply, Wire
from tests.providers.wire import error_event, events

Play = Reply | Refusal
Responder = Callable[["Asked"], Play]


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One request as the server read it; header names are lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass
class ModelServer:
    """A server that plays `script` for calls and `pages` (path to JSON or Refusal) for reads.

    Use it as an async context manager; `base_url` has no path, `v1` has the usual one.
    """

    script: Iterable[Play] | Responder = (Reply(),)
    _: KW_ONLY
    pages: Mapping[str, object] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)
    holding: asyncio.Event = field(default_factory=asyncio.Event)
    let_go: asyncio.Event = field(default_factory=asyncio.Event)
    port: int = 0

    def __post_init__(self) -> None:
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._script = [] if callable(self.script) else list(self.script)

    @property
    def base_url(self) -> str:
        """Where the server listens, without a path."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def v1(self) -> str:
        """The base address in the usual form of OpenAI's formats."""
        return f"{self.base_url}/v1"

    async def __aenter__(self) -> ModelServer:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                asked = await _read(reader)
                if asked is not None:
                    self.asked.append(asked)
                    await self._answer(asked, reader, writer)
        finally:
            self._tasks.discard(task)
            writer.close()
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _answer(
        self, asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        path = asked.path.partition("?")[0]
        wire = next((wire for wire in Wire if path.endswith(wire.value)), None)
        if path in self.pages:
            page = self.pages[path]
            play = page if isinstance(page, Refusal) else _json_page(page)
        elif wire is None or asked.method != "POST":
            play = Refusal(status=404, body='{"error": {"message": "no such page"}}')
        else:
            scripted = self._next(asked)
            if isinstance(scripted, Reply):
                await self._stream(wire, scripted, reader, writer)
                return
            play = scripted
        await _refuse(play, writer)

    def _next(self, asked: Asked) -> Play:
        if callable(self.script):
            return self.script(asked)
        return self._script.pop(0) if len(self._script) > 1 else self._script[0]

    async def _stream(
        self, wire: Wire, reply: Reply, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        gone: asyncio.Future[Any] = asyncio.ensure_future(self._watch(reader))
        try:
            writer.write(_STREAM_HEAD)
            for number, event in enumerate(events(wire, reply)):
                if number == reply.cut_after:
                    await writer.drain()
                    return
                if number == reply.end_after:
                    break
                if number == reply.error_after:
                    _chunk(writer, error_event(wire))
                    break
                if number == reply.hold_after:
                    await writer.drain()
                    await self._hold(gone)
                if reply.delay:
                    await asyncio.sleep(reply.delay)
                _chunk(writer, event)
                await writer.drain()
            writer.write(b"0\r\n\r\n")
            await writer.drain()
        finally:
            gone.cancel()

    async def _hold(self, gone: asyncio.Future[Any]) -> None:
        self.holding.set()
        waiting = asyncio.ensure_future(self.let_go.wait())
        try:
            await asyncio.wait({waiting, gone}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()

    async def _watch(self, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(ConnectionError):
            await reader.read()
        self.hung_up.set()


_STREAM_HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
    b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
)


def _chunk(writer: asyncio.StreamWriter, text: str) -> None:
    data = text.encode()
    writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")


def _json_page(page: object) -> Refusal:
    return Refusal(status=200, body=json.dumps(page))


async def _refuse(play: Refusal, writer: asyncio.StreamWriter) -> None:
    body = play.body.encode()
    lines = [f"HTTP/1.1 {play.status} Scripted", f"Content-Type: {play.content_type}"]
    lines += [f"{name}: {value}" for name, value in play.headers]
    lines += [f"Content-Length: {len(body)}", "Connection: close", "", ""]
    writer.write("\r\n".join(lines).encode() + body)
    await writer.drain()


async def _read(reader: asyncio.StreamReader) -> Asked | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.split("\r\n")
    method, path, _ = first.split(" ", 2)
    pairs = (line.partition(":") for line in lines if line)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Asked(method=method, path=path, headers=headers, body=body)
