"""A preview says what a rule means before it does any harm."""

from __future__ import annotations

from datetime import time, timedelta

from bamboo_desktop.domain.schedule import Policies
from bamboo_desktop.domain.schedule_view import Preview
from bamboo_desktop.domain.trigger import Cron, Daily, FireWindow, Interval, Once, Trigger
from bamboo_desktop.engine.schedules.previewing import NEVER, previewed
from tests.schedules.making import ZONES, utc

AFTER = utc("2026-03-27 12:00")


def preview(
    trigger: Trigger,
    *,
    zone: str = "Europe/Berlin",
    window: FireWindow | None = None,
    policies: Policies | None = None,
    count: int = 10,
) -> Preview:
    return previewed(
        trigger,
        ZONES.clock(zone),
        window=window or FireWindow(),
        policies=policies or Policies(),
        after=AFTER,
        count=count,
    )


def test_the_next_fires_are_shown_and_a_quiet_rule_warns_of_nothing() -> None:
    shown = preview(Daily(at=time(9)), count=3)
    assert [fire.at for fire in shown.fires] == [
        utc("2026-03-28 08:00"),
        utc("2026-03-29 07:00"),
        utc("2026-03-30 07:00"),
    ]
    assert shown.warnings == ()


def test_a_short_period_is_told_with_the_runs_a_day() -> None:
    (warning,) = preview(
        Interval(every=timedelta(minutes=10), anchor_at=AFTER), policies=Policies(daily_cap=1440)
    ).warnings
    assert "every 10 minutes" in warning
    assert "144 runs a day" in warning
    minute = preview(Cron(expression="* * * * *"), policies=Policies(daily_cap=1440))
    assert "every minute" in minute.warnings[0]
    assert "1,440 runs a day" in minute.warnings[0]


def test_a_rule_that_exceeds_its_own_daily_cap_is_told_at_once() -> None:
    rule = Cron(expression="*/15 * * * *")
    assert preview(rule, policies=Policies(daily_cap=96)).warnings == ()
    (warning,) = preview(rule, policies=Policies(daily_cap=95)).warnings
    assert "96 times a day and only 95" in warning


def test_a_rule_that_never_fires_is_told() -> None:
    for trigger in (Cron(expression="0 0 30 2 *"), Once(at=AFTER - timedelta(days=1))):
        shown = preview(trigger)
        assert (shown.fires, shown.warnings) == ((), (NEVER,))


def test_clock_changes_that_touch_a_fire_are_told_with_the_day() -> None:
    (spring,) = preview(Daily(at=time(2, 30))).warnings
    assert "On 2026-03-29" in spring
    assert "03:00" in spring
    window = FireWindow(start_at=utc("2026-10-20 00:00"))
    (autumn,) = preview(Daily(at=time(2, 30)), window=window).warnings
    assert "On 2026-10-25 the clock shows 02:30 twice" in autumn


def test_a_window_bounds_what_is_shown() -> None:
    window = FireWindow(start_at=utc("2026-04-01 00:00"), end_at=utc("2026-04-03 00:00"))
    fires = preview(Daily(at=time(9)), window=window).fires
    assert [fire.at for fire in fires] == [utc("2026-04-01 07:00"), utc("2026-04-02 07:00")]
