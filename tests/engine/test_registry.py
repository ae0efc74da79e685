"""One live runner a session."""

from __future__ import annotations

from datetime import UTC, datetime

from bamboo_desktop.domain.ids import RunId, SessionId
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.engine.runs.registry import RunnerRegistry
from bamboo_desktop.engine.runs.runner import StopReason
from bamboo_desktop.identifiers import CountedIds

ONE = SessionId("one")


def registry() -> RunnerRegistry:
    ids = CountedIds("run")
    return RunnerRegistry(
        fresh_run_id=lambda: RunId(ids.fresh()), now=lambda: datetime(2026, 1, 1, tzinfo=UTC)
    )


def test_a_second_reservation_is_refused_until_the_first_is_let_go() -> None:
    runners = registry()
    first = runners.try_reserve(ONE)
    assert first is not None
    assert runners.try_reserve(ONE) is None
    assert not first.runner.decided.is_set()
    runners.release(first)
    assert first.runner.decided.is_set()
    assert runners.try_reserve(ONE) is not None


def test_a_released_reservation_leaves_no_trace() -> None:
    runners = registry()
    first = runners.try_reserve(ONE)
    assert first is not None
    runners.release(first)
    assert runners.live(ONE) is None
    assert runners.of_run(ONE, first.run_id) is None


def test_an_ended_runner_is_replaced() -> None:
    runners = registry()
    first = runners.try_reserve(ONE)
    assert first is not None
    runners.begin(first)
    runners.finish(first.run_id, ONE, AgentStatus.COMPLETED)
    second = runners.try_reserve(ONE)
    assert second is not None
    assert second.run_id != first.run_id


def test_a_stopping_runner_blocks_and_is_not_running_again() -> None:
    runners = registry()
    first = runners.try_reserve(ONE)
    assert first is not None
    runners.stopping(ONE, StopReason.PERSON)
    runners.begin(first)
    assert runners.try_reserve(ONE) is None
    assert first.runner.status is AgentStatus.STOPPING
    assert first.cancel_token.is_cancelled


def test_a_late_word_of_one_run_does_not_touch_the_next() -> None:
    runners = registry()
    first = runners.try_reserve(ONE)
    assert first is not None
    runners.finish(first.run_id, ONE, AgentStatus.CANCELLED)
    second = runners.try_reserve(ONE)
    assert second is not None
    runners.begin(second)
    runners.finish(first.run_id, ONE, AgentStatus.ERROR)
    assert second.runner.status is AgentStatus.RUNNING


def test_a_run_ends_once() -> None:
    runners = registry()
    first = runners.try_reserve(ONE)
    assert first is not None
    runners.finish(first.run_id, ONE, AgentStatus.COMPLETED)
    runners.finish(first.run_id, ONE, AgentStatus.ERROR)
    assert first.runner.status is AgentStatus.COMPLETED
