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
    texts: dict[int, list[str]] = {}
    last_of: dict[SessionId, int] = {}
    for envelope in envelopes:
        place = last_of.get(envelope.session_id)
        if place is not None and _continues(kept[place], envelope):
            texts.setdefault(place, [_content(kept[place])]).append(_content(envelope))
            kept[place] = dataclasses.replace(kept[place], index=envelope.index)
            continue
        last_of[envelope.session_id] = len(kept)
        kept.append(envelope)
    for place, parts in texts.items():
        kept[place] = _with_content(kept[place], "".join(parts))
    return tuple(kept)


def _continues(before: Envelope, after: Envelope) -> bool:
    if before.run_id != after.run_id:
        return False
    old, new = before.event, after.event
    if isinstance(old, Token) and isinstance(new, Token):
        return old.round == new.round
    if isinstance(old, ReasoningToken) and isinstance(new, ReasoningToken):
        return old.round == new.round
    if isinstance(old, ToolToken) and isinstance(new, ToolToken):
        return old.tool_call_id == new.tool_call_id
    return False


def _content(envelope: Envelope) -> str:
    event = envelope.event
    return event.content if isinstance(event, Token | ReasoningToken | ToolToken) else ""


def _with_content(envelope: Envelope, content: str) -> Envelope:
    event = envelope.event
    if not isinstance(event, Token | ReasoningToken | ToolToken):
        return envelope
    return dataclasses.replace(envelope, event=dataclasses.replace(event, content=content))
