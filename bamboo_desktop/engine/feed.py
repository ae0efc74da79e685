"""Feed: who wants to know gets to know, none twice and none missing."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeVar

from bamboo_desktop.bus import EventBus, Subscription
from bamboo_desktop.domain.errors import BambooError
from bamboo_desktop.domain.events import Envelope, StoredEvent
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.engine.runs.registry import RunnerRegistry
from bamboo_desktop.engine.runs.runner import LiveRun
from bamboo_desktop.store import events
from bamboo_desktop.store.reads import Reads

T = TypeVar("T")
MOST_WAITING = 10_000


class DisconnectedError(BambooError):
    """A watcher was too slow; it comes back from the last sequence it has seen.

    Args:
        last_sequence: the account-wide sequence of the last durable event it was given.
    """

    def __init__(self, last_sequence: int) -> None:
        super().__init__(f"too slow; go on after {last_sequence}")
        self.last_sequence = last_sequence


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """Where a watcher begins: what is already true, and the live runs with their partial text."""

    account_sequence: int
    live: tuple[LiveRun, ...]


class Feed:
    """Subscriptions to what happens, and the stored past."""

    def __init__(self, bus: EventBus, database: Reads, registry: RunnerRegistry) -> None:
        self._bus = bus
        self._database = database
        self._registry = registry
        self._told = 0
        bus.subscribe(Envelope, self._note)

    @property
    def told(self) -> int:
        """The account-wide sequence of the newest event this process has told, 0 before one."""
        return self._told

    def _note(self, envelope: Envelope) -> None:
        self._told = max(self._told, envelope.account_sequence)

    def subscribe(self, handler: Callable[[Envelope], None]) -> Subscription:
        """Call the handler with every event of every session, at once, on the loop's thread.

        Handlers have to be quick: whoever needs time puts the envelope into a queue of its own.
        """
        return self._bus.subscribe(Envelope, handler)

    def subscribe_to(self, kind: type[T], handler: Callable[[T], None]) -> Subscription:
        """Call the handler with every fact of another kind, such as `ScheduleChanged`."""
        return self._bus.subscribe(kind, handler)

    async def since(
        self, account_sequence: int, *, limit: int = 1000, only: SessionId | None = None
    ) -> tuple[StoredEvent, ...]:
        """The durable events after a sequence, of every session or of one, oldest first."""
        return await self._database.read(lambda tx: events.since(tx, account_sequence, limit, only))

    async def last(self) -> int:
        """The account-wide sequence of the newest durable event."""
        return await self._database.read(events.last)

    def watch(self, session_id: SessionId | None = None) -> Watch:
        """Follow one session, or all, from now on; use it with `async with`."""
        return Watch(self, self._registry, session_id)


class Watch:
    """An asynchronous iterator of envelopes that begins with a snapshot."""

    def __init__(self, feed: Feed, registry: RunnerRegistry, session_id: SessionId | None) -> None:
        self._feed = feed
        self._registry = registry
        self._session_id = session_id
        self._waiting: deque[Envelope] = deque()
        self._wake = asyncio.Event()
        self._last = 0
        self._is_cut = False
        self._subscription: Subscription | None = None
        self.snapshot = Snapshot(account_sequence=0, live=())

    async def __aenter__(self) -> Self:
        self._subscription = self._feed.subscribe(self._take)
        try:
            stored = await self._feed.last()
        except BaseException:
            self._subscription.cancel()
            raise
        # The number and the pictures are taken without an await in between. What is stored by now
        # and not told yet is told later: it would be missing if the store's number counted.
        self._last = self._feed.told or stored
        live = tuple(run for run in self._registry.active() if self._wants(run.session_id))
        self.snapshot = Snapshot(account_sequence=self._last, live=live)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._subscription is not None:
            self._subscription.cancel()

    def _wants(self, session_id: SessionId) -> bool:
        return self._session_id is None or session_id == self._session_id

    def _take(self, envelope: Envelope) -> None:
        if self._is_cut or not self._wants(envelope.session_id):
            return
        if len(self._waiting) >= MOST_WAITING:
            self._is_cut = True
            self._waiting.clear()
        else:
            self._waiting.append(envelope)
        self._wake.set()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Envelope:
        while True:
            if self._is_cut:
                raise DisconnectedError(self._last)
            if self._waiting:
                envelope = self._waiting.popleft()
                if 0 < envelope.account_sequence <= self.snapshot.account_sequence:
                    continue
                self._last = max(self._last, envelope.account_sequence)
                return envelope
            self._wake.clear()
            await self._wake.wait()
