"""The one place where the event bus meets Qt: a buffer, a timer, one signal a batch."""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Callable, Iterable
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from bamboo_desktop.domain.events import Envelope, ReasoningToken, Token, ToolToken
from bamboo_desktop.domain.ids import SessionId


class Cancellable(Protocol):
    """A subscription that can be ended."""

    def cancel(self) -> None:
        """Deliver nothing more."""
        ...


class Feed(Protocol):
    """Where envelopes come from: the engine's feed."""

    def subscribe(self, handler: Callable[[Envelope], None]) -> Cancellable:
        """Call the handler with every envelope from now on."""
        ...


_TEXT = frozenset({Token, ReasoningToken, ToolToken})


class EventRelay(QObject):
    """Collects envelopes and hands them to Qt as `tuple[Envelope, ...]` every 50 ms at most.

    Token text that follows token text of the same session and round is one envelope in the batch;
    within a session nothing else is merged, dropped or reordered. With nothing waiting no timer
    runs. A view that takes a snapshot calls `flush()` first, so that no later batch repeats it.

    Args:
        feed: the engine's feed; its handlers run on the thread of the window.
        interval_ms: how long the first envelope waits for company.
    """

    batch = Signal(object)

    def __init__(self, feed: Feed, parent: QObject | None = None, *, interval_ms: int = 50) -> None:
        super().__init__(parent)
        self._waiting: deque[Envelope] = deque()
        self._timer = QTimer(self, singleShot=True, interval=interval_ms)
        self._timer.timeout.connect(self.flush)
        self._subscription: Cancellable | None = feed.subscribe(self._take)

    def flush(self) -> None:
        """Deliver now what waits; nothing is emitted when nothing waits."""
        self._timer.stop()
        if not self._waiting:
            return
        envelopes = merged(self._waiting)
        self._waiting.clear()
        self.batch.emit(envelopes)

    def close(self) -> None:
        """Take nothing more and forget what waits."""
        if self._subscription is not None:
            self._subscription.cancel()
            self._subscription = None
        self._timer.stop()
        self._waiting.clear()

    def _take(self, envelope: Envelope) -> None:
        self._waiting.append(envelope)
        if not self._timer.isActive():
            self._timer.start()


def merged(envelopes: Iterable[Envelope]) -> tuple[Envelope, ...]:
    """The envelopes with token text joined to the text right before it in the same session."""
    kept: list[Envelope] = []
    runs: dict[int, list[Envelope]] = {}
    last_of: dict[SessionId, int] = {}
    for envelope in envelopes:
        place = last_of.get(envelope.session_id)
        if place is not None and _continues(kept[place], envelope):
            # Collected only: a run of text is put together once, however many chunks it has.
            runs.setdefault(place, []).append(envelope)
        else:
            last_of[envelope.session_id] = len(kept)
            kept.append(envelope)
    for place, later in runs.items():
        kept[place] = _joined(kept[place], later)
    return tuple(kept)


def _continues(before: Envelope, after: Envelope) -> bool:
    old, new = before.event, after.event
    kind = type(new)
    if kind not in _TEXT or type(old) is not kind or before.run_id != after.run_id:
        return False
    if isinstance(old, ToolToken):
        return isinstance(new, ToolToken) and old.tool_call_id == new.tool_call_id
    return isinstance(old, Token | ReasoningToken) and old.round == getattr(new, "round", None)


def _joined(first: Envelope, later: list[Envelope]) -> Envelope:
    event = first.event
    if not isinstance(event, Token | ReasoningToken | ToolToken):
        return first
    content = "".join((event.content, *(getattr(one.event, "content", "") for one in later)))
    event = dataclasses.replace(event, content=content)
    return dataclasses.replace(first, event=event, index=later[-1].index)
