"""EventBus: facts handed to whoever subscribed to their class, at once and in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


class Subscription:
    """One handler's place on the bus, until it is cancelled."""

    def __init__(self, kind: type, handler: Callable[[Any], None]) -> None:
        self.kind = kind
        self.handler = handler
        self._is_cancelled = False

    @property
    def is_cancelled(self) -> bool:
        """True when the handler is never called again."""
        return self._is_cancelled

    def cancel(self) -> None:
        """Take the handler off the bus; also an event on its way does not reach it. Idempotent."""
        self._is_cancelled = True


class EventBus:
    """A synchronous bus typed by class, for one thread.

    A handler gets the events of its class and of every class derived from it that are published
    after it subscribed. What is published inside a handler is delivered after the present event has
    reached everybody, so that all handlers see one order.

    Args:
        on_error: called with the handler's name and its error; the other handlers go on.
    """

    def __init__(self, on_error: Callable[[str, BaseException], None]) -> None:
        self._on_error = on_error
        self._subscriptions: list[Subscription] = []
        self._by_class: dict[type, tuple[Subscription, ...]] = {}
        self._waiting: deque[tuple[object, tuple[Subscription, ...]]] = deque()
        self._is_delivering = False

    def subscribe(self, kind: type[T], handler: Callable[[T], None]) -> Subscription:
        """Call `handler` with every later event of that class."""
        subscription = Subscription(kind, handler)
        self._subscriptions = [kept for kept in self._subscriptions if not kept.is_cancelled]
        self._subscriptions.append(subscription)
        self._by_class.clear()
        return subscription

    def publish(self, event: object) -> None:
        """Hand the event to its handlers before returning, unless a delivery is under way."""
        self._waiting.append((event, self._handlers_of(type(event))))
        if self._is_delivering:
            return
        self._is_delivering = True
        try:
            while self._waiting:
                self._deliver(*self._waiting.popleft())
        finally:
            self._is_delivering = False

    def _handlers_of(self, kind: type) -> tuple[Subscription, ...]:
        found = self._by_class.get(kind)
        if found is None:
            found = tuple(kept for kept in self._subscriptions if issubclass(kind, kept.kind))
            self._by_class[kind] = found
        return found

    def _deliver(self, event: object, subscriptions: tuple[Subscription, ...]) -> None:
        for subscription in subscriptions:
            if subscription.is_cancelled:
                continue
            try:
                subscription.handler(event)
            except Exception as error:  # noqa: BLE001 - one bad handler must not silence the others
                name = getattr(subscription.handler, "__qualname__", repr(subscription.handler))
                self._on_error(name, error)
