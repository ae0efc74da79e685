"""Tail: what happens from now on, for a consumer of any speed; nobody ever waits for it."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import replace
from types import TracebackType
from typing import Self

from bamboo_desktop.bus import Subscription
from bamboo_desktop.domain.errors import BambooError
from bamboo_desktop.domain.events import Envelope, ReasoningToken, Token
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.engine.feed import Feed

MOST_WAITING = 10_000
MOST_AT_ONCE = 500
LONGEST_MERGED = 4_096


class CutError(BambooError):
    """Too much waited; what is durable is read back from the store."""


class Tail:
    """Events of one session, or of all, in order.

    While the consumer is busy, text of one answer that follows on itself is merged; nothing else is
    merged, dropped or reordered. A consumer that lets 10,000 events wait is cut.
    """

    def __init__(self, feed: Feed, only: SessionId | None, *, durable_only: bool) -> None:
        self._feed = feed
        self._only = only
        self._durable_only = durable_only
        self._waiting: deque[Envelope] = deque()
        self._wake = asyncio.Event()
        self._is_cut = False
        self._subscription: Subscription | None = None

    def __enter__(self) -> Self:
        self._subscription = self._feed.subscribe(self._take)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._subscription is not None:
            self._subscription.cancel()

    async def batch(self) -> list[Envelope]:
        """What has come since the last call; waits until there is something.

        Raises:
            CutError: the consumer was too slow.
        """
        while not self._waiting:
            if self._is_cut:
                raise CutError("too slow")
            self._wake.clear()
            await self._wake.wait()
        count = min(len(self._waiting), MOST_AT_ONCE)
        return [self._waiting.popleft() for _ in range(count)]

    def _take(self, envelope: Envelope) -> None:
        is_wanted = self._only is None or envelope.session_id == self._only
        if self._is_cut or not is_wanted or (self._durable_only and envelope.index is not None):
            return
        last = self._waiting[-1] if self._waiting else None
        merged = _merged(last, envelope) if last is not None else None
        if merged is not None:
            self._waiting[-1] = merged
        elif len(self._waiting) >= MOST_WAITING:
            self._is_cut = True
            self._waiting.clear()
        else:
            self._waiting.append(envelope)
        self._wake.set()


def _merged(last: Envelope, new: Envelope) -> Envelope | None:
    """Both as one, when they are text of the same answer."""
    before, after = last.event, new.event
    if not isinstance(before, Token | ReasoningToken) or type(before) is not type(after):
        return None
    assert isinstance(after, Token | ReasoningToken)
    if (last.run_id, before.round) != (new.run_id, after.round):
        return None
    if len(before.content) + len(after.content) > LONGEST_MERGED:
        return None
    return replace(new, event=replace(after, content=before.content + after.content))
