"""Every rule has a sentence that says what it does, in the zone it is read in."""

from __future__ import annotations

import subprocess
import sys
from datetime import time, timedelta

import pytest

from bamboo_desktop.domain.trigger import (
    Cron,
    Daily,
    Interval,
    Monthly,
    Once,
    Trigger,
    Weekday,
    Weekly,
)
from bamboo_desktop.engine.schedules.wording import sentence
from tests.schedules.making import ZONES, utc

BERLIN = ZONES.clock("Europe/Berlin")
WORKING = frozenset(Weekday) - {Weekday.SAT, Weekday.SUN}
ANCHOR = utc("2026-03-02 08:00")


def every(**length: float) -> Interval:
    return Interval(every=timedelta(**length), anchor_at=ANCHOR)


@pytest.mark.parametrize(
    ("trigger", "words"),
    [
        (Once(at=utc("2026-07-01 07:00")), "once, on 2026-07-01 at 09:00"),
        (every(minutes=90), "every 90 minutes from 09:00"),
        (every(hours=1), "every hour from 09:00"),
        (every(hours=7), "every 7 hours from 2026-03-02 at 09:00"),
        (every(days=2), "every 2 days from 2026-03-02 at 09:00"),
        (every(seconds=61), "every 61 seconds from 2026-03-02 at 09:00"),
        (Daily(at=time(9)), "every day at 09:00"),
        (Daily(at=time(9, 0, 30)), "every day at 09:00:30"),
        (Weekly(weekdays=WORKING, at=time(9)), "weekdays at 09:00"),
        (Weekly(weekdays=frozenset(Weekday), at=time(9)), "every day at 09:00"),
        (
            Weekly(weekdays=frozenset({Weekday.SUN, Weekday.MON}), at=time(9)),
            "every Monday and Sunday at 09:00",
        ),
        (
            Monthly(days=frozenset({1, 22}), at=time(9)),
            "on the 1st and the 22nd of each month at 09:00",
        ),
        (
            Monthly(days=frozenset({31}), at=time(9)),
            "on the 31st of each month at 09:00, in months that have it",
        ),
    ],
)
def test_plain_rules_read_as_people_say_them(trigger: Trigger, words: str) -> None:
    assert sentence(trigger, BERLIN) == f"{words}, Europe/Berlin"


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("0 9 * * 1-5", "at 09:00, Monday through Friday"),
        ("@daily", "at 00:00, every day"),
        ("@hourly", "every hour"),
        ("@yearly", "at 00:00, on day 1 of the month, only in January"),
        ("@weekly", "at 00:00, only on Sunday"),
        ("*/15 * * * *", "every 15 minutes"),
        ("*/40 9 * * *", "at 0 and 40 minutes past the hour, at 09:00, every day"),
        ("*/15 */6 * * *", "every 15 minutes, at 00:00, 06:00, 12:00, and 18:00, every day"),
        ("5-5 9 * * *", "at 09:05, every day"),
        ("0 9 L * *", "at 09:00, on the last day of the month"),
        ("0 9 * * L5", "at 09:00, on the last Friday of the month"),
        ("0 9 * * fri#2", "at 09:00, on the second Friday of the month"),
        (
            "0 9 * * 1#1,3#2",
            "at 09:00, on the first Monday of the month and on the second Wednesday of the month",
        ),
        ("0 9 * * 7", "at 09:00, only on Sunday"),
        ("0 9 * jan,mar *", "at 09:00, every day, only in January and March"),
    ],
)
def test_cron_expressions_are_read_out_on_the_24_hour_clock(expression: str, words: str) -> None:
    assert sentence(Cron(expression=expression), BERLIN) == f"{words}, Europe/Berlin"


def test_two_day_fields_are_joined_as_the_daemon_joins_them() -> None:
    either = sentence(Cron(expression="0 9 13 * 5"), BERLIN)
    assert either == "at 09:00, on day 13 of the month or on Friday, Europe/Berlin"
    for starred in ("0 9 */2 * 1", "0 9 13 * */2"):
        both = sentence(Cron(expression=starred), BERLIN)
        assert " or on " not in both
        assert ", and only when it is a " in both


@pytest.mark.parametrize("expression", ["0 9 1-31 * 1", "0 9 13 * 0-6", "0 9 *,3 * *"])
def test_a_field_that_names_every_day_limits_nothing(expression: str) -> None:
    assert sentence(Cron(expression=expression), BERLIN) == "at 09:00, every day, Europe/Berlin"


def test_the_words_are_english_whatever_the_system_speaks() -> None:
    script = (
        "from bamboo_desktop.engine.schedules.cron_words import cron_words\n"
        "import sys; print(cron_words('30 21 * * 1'), 'cron_descriptor' in sys.modules)"
    )
    env = {"LANG": "de_DE.UTF-8", "LC_ALL": "de_DE.UTF-8", "LANGUAGE": "de"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], env=env, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert done.stdout == "at 21:30, only on Monday True\n"


def test_what_describes_cron_is_loaded_when_the_first_cron_rule_is_described() -> None:
    script = (
        "import sys\n"
        "from datetime import time\n"
        "from bamboo_desktop.domain.trigger import Daily\n"
        "from bamboo_desktop.engine.schedules.wording import sentence\n"
        "from bamboo_desktop.engine.schedules.zones import Zones\n"
        "sentence(Daily(at=time(9)), Zones().clock('UTC'))\n"
        "print('cron_descriptor' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
