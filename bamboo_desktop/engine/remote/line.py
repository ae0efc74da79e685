"""Line: durable events after a number, and then what happens live; none twice, none missing."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from bamboo_desktop.domain.errors import InvalidInputError
from bamboo_desktop.domain.events import Envelope
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.engine.feed import Feed
from bamboo_desktop.engine.remote import shapes
from bamboo_desktop.engine.remote.shapes import Json
from bamboo_desktop.engine.remote.tail import CutError, Tail

PAGE = 1_000


class Line:
    """The events of one session, or of all, as lists of JSON shapes.

    Args:
        feed: where they come from.
        since: the account-wide number after which they begin.
        only: one session, or None for all.
        durable_only: leave out token text, live output and gauges.
    """

    def __init__(
        self, feed: Feed, *, since: int, only: SessionId | None = None, durable_only: bool = True
    ) -> None:
        self._feed = feed
        self._last = since
        self._only = only
        self._durable_only = durable_only

    async def past(self) -> AsyncGenerator[list[Json], None]:
        """What is stored now.

        Raises:
            InvalidInputError: the number is one that no event has had yet.
        """
        upto = await self._feed.last()
        if self._last > upto:
            raise InvalidInputError(
                f"There is no event {self._last} here yet; the newest is {upto}. Is this the same "
                "data folder?"
            )
        async for batch in self._stored(upto):
            yield batch

    def tail(self) -> Tail:
        """What happens from now on, to be opened before `past` is read and handed to `onward`."""
        return Tail(self._feed, self._only, durable_only=self._durable_only)

    async def onward(self, tail: Tail | None = None) -> AsyncGenerator[list[Json], None]:
        """What is stored, and everything that follows; it does not end.

        Args:
            tail: an open one whose past was read already: then nothing is read again, and text
                stands before the message it became, however fast it was written.

        Raises:
            InvalidInputError: the number is one that no event has had yet.
        """
        if tail is not None:
            async for batch in self._of(tail):
                yield batch
        while True:
            with self.tail() as fresh:
                async for batch in self.past():
                    yield batch
                async for batch in self._of(fresh):
                    yield batch

    async def _of(self, tail: Tail) -> AsyncGenerator[list[Json], None]:
        """What the tail brings, until it is cut: what was missed is read back from the store."""
        try:
            while True:
                if live := self._live(await tail.batch()):
                    yield live
        except CutError:
            return

    async def _stored(self, upto: int) -> AsyncGenerator[list[Json], None]:
        while self._last < upto:
            page = await self._feed.since(self._last, limit=PAGE, only=self._only)
            found = [event for event in page if event.account_sequence <= upto]
            if not found:
                break
            self._last = found[-1].account_sequence
            yield [shapes.stored_event(event) for event in found]
        self._last = max(self._last, upto)

    def _live(self, envelopes: list[Envelope]) -> list[Json]:
        found = []
        for envelope in envelopes:
            if envelope.index is None:
                if envelope.account_sequence <= self._last:
                    continue
                self._last = envelope.account_sequence
            found.append(shapes.envelope(envelope, self._last))
        return found
