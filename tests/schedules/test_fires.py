"""Every kind of rule fires at the instants a person would name."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from itertools import islice

import pytest

from bamboo_desktop.domain.errors import InvalidInputError
from bamboo_desktop.domain.trigger import (
    Cron,
    Daily,
    FireWindow,
    Interval,
    Monthly,
    Once,
    Trigger,
    Weekday,
    Weekly,
)
from bamboo_desktop.engine.schedules.fires import fires
from tests.schedules.making import ZONES, utc

OPEN = FireWindow()


def told(
    trigger: Trigger,
    zone: str,
    after: str,
    count: int = 4,
    *,
    window: FireWindow = OPEN,
) -> list[str]:
    """The next fires on the wall of the zone, with what a clock change did to them."""
    clock = ZONES.clock(zone)
    found = islice(fires(trigger, clock, window, utc(after)), count)
    return [f"{fire.at.astimezone(clock.zone):%m-%d %H:%M} {fire.note}".strip() for fire in found]


def years(expression: str, after: str, count: int) -> list[int]:
    found = fires(Cron(expression=expression), ZONES.clock("UTC"), OPEN, utc(after))
    return [fire.at.year for fire in islice(found, count)]


def test_a_leap_day_comes_again_for_as_long_as_it_is_asked_for() -> None:
    assert years("0 0 29 2 *", "2026-01-01 00:00", 5) == [2028, 2032, 2036, 2040, 2044]
    assert years("0 0 29 2 *", "2096-03-01 00:00", 2) == [2104, 2108]


def test_a_rule_that_never_fires_has_no_fires() -> None:
    assert years("0 0 31 2 *", "2026-01-01 00:00", 3) == []


def test_a_month_without_the_day_is_passed_over() -> None:
    monthly = Monthly(days=frozenset({31}), at=time(8))
    assert told(monthly, "UTC", "2026-01-01 00:00") == [
        "01-31 08:00",
        "03-31 08:00",
        "05-31 08:00",
        "07-31 08:00",
    ]


def test_a_week_has_the_days_that_were_chosen() -> None:
    weekly = Weekly(weekdays=frozenset({Weekday.MON, Weekday.SUN}), at=time(7, 30))
    assert told(weekly, "UTC", "2026-03-02 00:00", 3) == [
        "03-02 07:30",
        "03-08 07:30",
        "03-09 07:30",
    ]


def test_the_phase_of_an_interval_is_that_of_its_anchor() -> None:
    interval = Interval(every=timedelta(minutes=90), anchor_at=utc("2026-03-02 09:00"))
    assert told(interval, "UTC", "2026-03-02 13:00", 2) == ["03-02 13:30", "03-02 15:00"]
    assert told(interval, "UTC", "2026-03-02 07:00", 2) == ["03-02 07:30", "03-02 09:00"]


def test_one_time_is_one_fire() -> None:
    once = Once(at=utc("2026-03-02 09:00"))
    assert told(once, "UTC", "2026-03-02 08:59") == ["03-02 09:00"]
    assert told(once, "UTC", "2026-03-02 09:00") == []


def test_the_first_fire_of_a_window_is_an_occurrence_inside_it_and_its_end_belongs_to_it() -> None:
    window = FireWindow(start_at=utc("2026-03-02 00:00"), end_at=utc("2026-03-03 09:00"))
    daily = Daily(at=time(9))
    assert told(daily, "UTC", "2026-01-01 00:00", window=window) == ["03-02 09:00", "03-03 09:00"]


def test_a_fire_at_the_very_start_of_a_window_belongs_to_it() -> None:
    window = FireWindow(start_at=utc("2026-03-02 09:00"))
    assert told(Daily(at=time(9)), "UTC", "2026-01-01 00:00", 1, window=window) == ["03-02 09:00"]


@pytest.mark.parametrize(
    ("trigger", "zone", "after", "expected"),
    [
        # The schedulers of Nomad (7289) and Airflow (35272) stood still at a change.
        (
            Daily(at=time(2, 30)),
            "Europe/Berlin",
            "2026-03-28 12:00",
            ["03-29 03:00 after_gap", "03-30 02:30", "03-31 02:30"],
        ),
        # APScheduler 1021: the same instant for ever in the hour that comes twice.
        (
            Daily(at=time(2, 30)),
            "Europe/Berlin",
            "2026-10-24 12:00",
            ["10-25 02:30 first_of_two", "10-26 02:30", "10-27 02:30"],
        ),
        # Prefect 5957: midnight does not exist in Santiago on the day of the change.
        (
            Daily(at=time(0)),
            "America/Santiago",
            "2026-09-05 12:00",
            ["09-06 01:00 after_gap", "09-07 00:00", "09-08 00:00"],
        ),
        # croniter 191: weekly in Prague an hour late after the change.
        (
            Weekly(weekdays=frozenset({Weekday.SUN}), at=time(4)),
            "Europe/Prague",
            "2026-03-22 12:00",
            ["03-29 04:00", "04-05 04:00", "04-12 04:00"],
        ),
        # kelektiv cron 919: a yearly job inside the gap hung.
        (
            Cron(expression="30 2 29 3 *"),
            "Europe/Berlin",
            "2026-01-01 00:00",
            ["03-29 03:00 after_gap", "03-29 02:30", "03-29 02:30"],
        ),
    ],
    ids=["gap", "fold", "midnight", "weekly", "yearly"],
)
def test_clock_changes_stop_and_move_nothing_else(
    trigger: Trigger, zone: str, after: str, expected: list[str]
) -> None:
    assert told(trigger, zone, after, 3) == expected


@pytest.mark.parametrize(
    "make",
    [
        lambda: Interval(every=timedelta(seconds=59), anchor_at=utc("2026-03-02 09:00")),
        lambda: Interval(every=timedelta(minutes=1), anchor_at=datetime(2026, 3, 2)),  # noqa: DTZ001
        lambda: Once(at=datetime(2026, 3, 2)),  # noqa: DTZ001
        lambda: Weekly(weekdays=frozenset(), at=time(9)),
        lambda: Monthly(days=frozenset({32}), at=time(9)),
        lambda: FireWindow(start_at=utc("2026-03-03 00:00"), end_at=utc("2026-03-02 00:00")),
    ],
    ids=["too short", "naive anchor", "naive instant", "no day", "no such day", "backwards"],
)
def test_what_is_no_rule_is_refused_in_a_sentence(make: object) -> None:
    assert callable(make)
    with pytest.raises(InvalidInputError) as refused:
        make()
    assert refused.value.sentence.endswith(".")
