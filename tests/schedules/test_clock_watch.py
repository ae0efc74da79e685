"""A machine that slept and a clock that was set are told apart; a doubtful clock claims nothing."""

from __future__ import annotations

from datetime import timedelta

from bamboo_desktop.domain.schedule_view import HoldReason
from bamboo_desktop.engine.schedules.clock_watch import HELD_TICKS, ClockWatch
from tests.sim import SimClock


def watching() -> tuple[SimClock, ClockWatch]:
    clock = SimClock()
    return clock, ClockWatch(clock, known=None)


async def test_a_night_asleep_is_no_reason_to_hold() -> None:
    clock, watch = watching()
    clock.suspend(9 * 3600)
    jump = watch.tick()
    assert (jump.slept, jump.set_by) == (timedelta(hours=9), timedelta())
    assert jump.is_noticeable
    assert watch.hold is None


async def test_a_fortnight_asleep_is_no_reason_to_hold_either() -> None:
    clock, watch = watching()
    clock.suspend(14 * 86_400)
    watch.tick()
    assert watch.hold is None


async def test_an_ordinary_tick_is_no_jump() -> None:
    clock, watch = watching()
    await clock.advance(15)
    assert not watch.tick().is_noticeable


async def test_a_clock_set_forward_by_days_holds_claims_for_two_ticks() -> None:
    clock, watch = watching()
    clock.set_wall(clock.now() + timedelta(days=3))
    watch.tick()
    assert watch.hold is not None
    assert watch.hold.reason is HoldReason.SET_FORWARD
    for _ in range(HELD_TICKS):
        assert watch.hold is not None
        watch.tick()
    assert watch.hold is None


async def test_a_clock_put_right_again_ends_the_hold_at_once() -> None:
    clock, watch = watching()
    right = clock.now()
    clock.set_wall(right + timedelta(days=30_000))
    watch.tick()
    assert watch.hold is not None
    clock.set_wall(right)
    watch.tick()
    assert watch.hold is None


async def test_a_clock_set_back_holds_claims() -> None:
    clock, watch = watching()
    clock.set_wall(clock.now() - timedelta(hours=3))
    watch.tick()
    assert watch.hold is not None
    assert watch.hold.reason is HoldReason.SET_BACK


async def test_a_jump_of_decades_waits_for_a_person() -> None:
    clock, watch = watching()
    clock.set_wall(clock.now().replace(year=2099))
    for _ in range(10):
        watch.tick()
    assert watch.hold is not None
    assert watch.hold.reason is HoldReason.FAR_JUMP
    watch.confirm()
    assert watch.hold is None


async def test_a_start_long_after_the_last_one_is_no_jump() -> None:
    clock = SimClock()
    assert ClockWatch(clock, known=clock.now() - timedelta(days=90)).hold is None


async def test_a_start_before_what_was_known_to_have_passed_holds() -> None:
    clock = SimClock()
    watch = ClockWatch(clock, known=clock.now() + timedelta(days=2))
    assert watch.hold is not None
    assert watch.hold.reason is HoldReason.SET_BACK
