"""The HTTP client under the library: our time-outs, and an ear on each answer's bytes."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import httpx2
from typing_extensions import override

from bamboo_desktop.domain.errors import BambooError
from bamboo_desktop.providers.http_faults import is_html
from bamboo_desktop.providers.sentences import Reason

_CONNECT_SECONDS = 15.0
_TAIL_BYTES = 256
_LIMITS = httpx2.Limits(max_connections=None, max_keepalive_connections=20)


class WrongAnswerError(BambooError):
    """The address answers, but not as a model server does."""

    def __init__(self, reason: Reason, details: str) -> None:
        super().__init__(details)
        self.reason = reason


class Wiretap:
    """What one call's answer did on the wire: whether it began, and its last bytes."""

    def __init__(self, on_bytes: Callable[[], None]) -> None:
        self._on_bytes = on_bytes
        self._response: httpx2.Response | None = None
        self.tail = b""

    @property
    def has_answered(self) -> bool:
        """True once the head of an answer came."""
        return self._response is not None

    def answered(self, response: httpx2.Response) -> None:
        """The head of an answer came."""
        self._response = response
        self._on_bytes()

    def heard(self, data: bytes) -> None:
        """Note bytes of the body, keep-alive comments included."""
        self._on_bytes()
        self.tail = (self.tail + data)[-_TAIL_BYTES:]

    async def hang_up(self) -> None:
        """Close the connection, unless the answer has ended."""
        if self._response is not None:
            await self._response.aclose()


_TAP: ContextVar[Wiretap | None] = ContextVar("_TAP", default=None)


@contextmanager
def tapping(tap: Wiretap) -> Iterator[None]:
    """Requests sent inside report to `tap`; leave it before anything is yielded to the caller."""
    token = _TAP.set(tap)
    try:
        yield
    finally:
        _TAP.reset(token)


def open_client(*, is_loopback: bool) -> httpx2.AsyncClient:
    """A client for one connection set; loading certificates takes a while, so call it in a thread.

    A proxy from the environment is not used for addresses on this machine.
    """
    return httpx2.AsyncClient(
        timeout=httpx2.Timeout(None, connect=_CONNECT_SECONDS),
        limits=_LIMITS,
        trust_env=not is_loopback,
        headers={"User-Agent": "bamboo-desktop"},
        event_hooks={"request": [_own_timeouts], "response": [_listen]},
    )


async def _own_timeouts(request: httpx2.Request) -> None:
    # Each SDK puts its own time-outs on a request; silence is judged by the watchdog alone.
    request.extensions["timeout"] = {
        "connect": _CONNECT_SECONDS,
        "read": None,
        "write": None,
        "pool": None,
    }


async def _listen(response: httpx2.Response) -> None:
    tap = _TAP.get()
    if tap is None:
        return
    tap.answered(response)
    if response.is_redirect:
        target = response.headers.get("location", "")
        raise WrongAnswerError(Reason.REDIRECTED, f"{response.status_code} to {target}")
    if response.is_success and is_html(response.headers.get("content-type", "")):
        raise WrongAnswerError(Reason.NOT_AN_API, f"{response.status_code} with a web page")
    if isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = _TappedStream(response.stream, tap)


class _TappedStream(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream, tap: Wiretap) -> None:
        self._stream = stream
        self._tap = tap

    @override
    async def __aiter__(self) -> AsyncIterator[bytes]:
        reading = aiter(self._stream)
        try:
            async for data in reading:
                self._tap.heard(data)
                yield data
        finally:
            if isinstance(reading, AsyncGenerator):
                await reading.aclose()

    @override
    async def aclose(self) -> None:
        await self._stream.aclose()
