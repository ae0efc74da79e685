"""The relay: batches on one timer, token text merged, nothing else touched."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from bamboo_desktop.bus import EventBus, Subscription
from bamboo_desktop.domain.events import Envelope, ReasoningToken, RunnerProgress, Token, ToolToken
from bamboo_desktop.domain.ids import ToolCallId
from bamboo_desktop.ui.relay import EventRelay, merged
from tests.ui.window.values import envelope
from tests.waiting import until


class Source:
    """A feed without an engine."""

    def __init__(self) -> None:
        def on_error(name: str, error: BaseException) -> None:
            raise AssertionError(name) from error

        self.bus = EventBus(on_error)

    def subscribe(self, handler: object) -> Subscription:
        assert callable(handler)
        return self.bus.subscribe(Envelope, handler)


def token(text: str, *, round_number: int = 1, session: str = "s", index: int = 0) -> Envelope:
    return envelope(Token(round=round_number, content=text), session=session, index=index)


def contents(batch: tuple[Envelope, ...]) -> list[str]:
    return [getattr(one.event, "content", "-") for one in batch]


async def test_what_comes_together_arrives_as_one_batch(qapp: QApplication) -> None:
    source, batches = Source(), list[tuple[Envelope, ...]]()
    relay = EventRelay(source, interval_ms=5)
    relay.batch.connect(batches.append)
    progress = envelope(RunnerProgress(round_count=1))
    for one in (token("a"), token("b"), progress, token("c")):
        source.bus.publish(one)
    assert batches == []
    await until(lambda: batches)
    assert [contents(batch) for batch in batches] == [["ab", "-", "c"]]
    assert batches[0][1] is progress
    relay.close()


async def test_no_timer_runs_while_nothing_waits(qapp: QApplication) -> None:
    source = Source()
    relay = EventRelay(source, interval_ms=1)
    assert not relay._timer.isActive()
    source.bus.publish(token("a"))
    assert relay._timer.isActive()
    await until(lambda: not relay._timer.isActive())
    relay.close()


async def test_a_flush_delivers_at_once_and_only_once(qapp: QApplication) -> None:
    source, batches = Source(), list[tuple[Envelope, ...]]()
    relay = EventRelay(source, interval_ms=1)
    relay.batch.connect(batches.append)
    source.bus.publish(token("a"))
    relay.flush()
    relay.flush()
    assert len(batches) == 1
    relay.close()


async def test_a_closed_relay_is_silent(qapp: QApplication) -> None:
    source, batches = Source(), list[tuple[Envelope, ...]]()
    relay = EventRelay(source, interval_ms=1)
    relay.batch.connect(batches.append)
    source.bus.publish(token("a"))
    relay.close()
    source.bus.publish(token("b"))
    relay.flush()
    assert batches == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (token("a"), token("b", round_number=2)),
        (token("a"), token("b", session="t")),
        (token("a"), envelope(ReasoningToken(round=1, content="b"))),
        (token("a"), envelope(Token(round=1, content="b"), run="r2")),
        (
            envelope(ToolToken(tool_call_id=ToolCallId("x"), content="a")),
            envelope(ToolToken(tool_call_id=ToolCallId("y"), content="b")),
        ),
    ],
)
def test_text_of_different_origin_is_not_merged(first: Envelope, second: Envelope) -> None:
    assert merged((first, second)) == (first, second)


def test_interleaved_sessions_keep_their_own_order_and_are_merged_each() -> None:
    batch = merged(
        (
            token("a1", session="a", index=1),
            token("b1", session="b", index=1),
            token("a2", session="a", index=2),
            envelope(RunnerProgress(round_count=2), session="a"),
            token("b2", session="b", index=2),
            token("a3", session="a", index=3),
        )
    )
    assert [(one.session_id, *contents((one,))) for one in batch] == [
        ("a", "a1a2"),
        ("b", "b1b2"),
        ("a", "-"),
        ("a", "a3"),
    ]
    assert batch[0].index == 2


def test_live_output_of_one_call_is_merged() -> None:
    parts = [envelope(ToolToken(tool_call_id=ToolCallId("x"), content=part)) for part in "abc"]
    assert contents(merged(parts)) == ["abc"]
