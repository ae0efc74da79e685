"""EventBus: everybody sees the same order, and nobody silences another."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bamboo_desktop.bus import EventBus


@dataclass(frozen=True)
class Said:
    text: str


@dataclass(frozen=True)
class Shouted(Said):
    pass


@dataclass(frozen=True)
class Counted:
    number: int


@pytest.fixture
def errors() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def bus(errors: list[tuple[str, str]]) -> EventBus:
    return EventBus(lambda name, error: errors.append((name, str(error))))


def test_a_handler_gets_its_class_and_what_derives_from_it(bus: EventBus) -> None:
    said: list[Said] = []
    shouted: list[Shouted] = []
    everything: list[object] = []
    bus.subscribe(Said, said.append)
    bus.subscribe(Shouted, shouted.append)
    bus.subscribe(object, everything.append)
    for event in (Said("a"), Shouted("b"), Counted(1)):
        bus.publish(event)
    assert said == [Said("a"), Shouted("b")]
    assert shouted == [Shouted("b")]
    assert everything == [Said("a"), Shouted("b"), Counted(1)]


def test_handlers_are_called_in_the_order_they_subscribed(bus: EventBus) -> None:
    calls: list[str] = []
    bus.subscribe(object, lambda _: calls.append("first"))
    bus.subscribe(Counted, lambda _: calls.append("second"))
    bus.subscribe(object, lambda _: calls.append("third"))
    bus.publish(Counted(1))
    assert calls == ["first", "second", "third"]


def test_what_a_handler_publishes_comes_after_the_present_event(bus: EventBus) -> None:
    seen: list[tuple[str, int]] = []

    def echo(event: Counted) -> None:
        seen.append(("echo", event.number))
        if event.number < 3:
            bus.publish(Counted(event.number + 1))

    bus.subscribe(Counted, echo)
    bus.subscribe(Counted, lambda event: seen.append(("late", event.number)))
    bus.publish(Counted(1))
    assert seen == [("echo", 1), ("late", 1), ("echo", 2), ("late", 2), ("echo", 3), ("late", 3)]


def test_a_handlers_error_is_reported_and_stops_nobody(
    bus: EventBus, errors: list[tuple[str, str]]
) -> None:
    seen: list[Counted] = []

    def breaks(_: Counted) -> None:
        raise RuntimeError("broken")

    bus.subscribe(Counted, breaks)
    bus.subscribe(Counted, seen.append)
    bus.publish(Counted(1))
    bus.publish(Counted(2))
    assert seen == [Counted(1), Counted(2)]
    assert [(name.endswith("breaks"), text) for name, text in errors] == [(True, "broken")] * 2


def test_a_cancelled_subscription_hears_nothing_more_not_even_this_event(bus: EventBus) -> None:
    seen: list[int] = []
    bus.subscribe(Counted, lambda _: last.cancel())
    last = bus.subscribe(Counted, lambda event: seen.append(event.number))
    bus.publish(Counted(1))
    assert (seen, last.is_cancelled) == ([], True)


def test_a_new_subscriber_gets_only_what_is_published_later(bus: EventBus) -> None:
    seen: list[int] = []

    def first(event: Counted) -> None:
        if event.number == 1:
            bus.publish(Counted(2))
            bus.subscribe(Counted, lambda later: seen.append(later.number))
            bus.publish(Counted(3))

    bus.subscribe(Counted, first)
    bus.publish(Counted(1))
    assert seen == [3]


def test_cancelled_subscriptions_are_forgotten(bus: EventBus) -> None:
    for _ in range(1_000):
        bus.subscribe(Counted, lambda _: None).cancel()
    assert len(bus._subscriptions) <= 1
