"""A cron expression is read in one way only, or refused with what to write instead."""

from __future__ import annotations

from datetime import datetime

import pytest

from bamboo_desktop.domain.errors import InvalidInputError
from bamboo_desktop.domain.trigger import Cron
from bamboo_desktop.engine.schedules.cron_expression import CronExpression
from bamboo_desktop.engine.schedules.wall_rules import wall_rule


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("", "write five fields"),
        ("0 9 * *", "this has 4"),
        ("0 0 9 * * 1-5", "Leave out seconds"),
        ("0 0 9 * * 1-5 2026", "Leave out seconds"),
        ("R 9 * * *", "a number"),
        ("0 r(0-5) * * *", "a number"),
        ("H 9 * * *", "a number"),
        ("0 H(1-4) * * *", "a number"),
        ("0 17-9 * * *", "write 17-23,0-9 instead"),
        ("0 9 * * fri-tue", "write 5-6,0-2 instead"),
        ("*/0 * * * *", "write one from 1 to 60"),
        ("0-30/0 * * * *", "write one from 1 to 60"),
        ("5/15 * * * *", "write 5-59/15"),
        ("60 * * * *", "from 0 to 59"),
        ("0 24 * * *", "from 0 to 23"),
        ("0 9 0 * *", "from 1 to 31"),
        ("0 9 * 13 *", "from 1 to 12"),
        ("0 9 * * 8", "from 0 to 7"),
        ("٣ 9 * * *", "digits 0 to 9"),
        ("\uff10 9 * * 1-5", "digits 0 to 9"),
        (f"{','.join(['0'] * 100)} 9 * * *", "at most 200"),
        ("0 9 1 * 5#2", "needs a * as day of month"),
        ("0 9 1 * L5", "needs a * as day of month"),
        ("0 9 L * 1", "needs a * as day of week"),
        ("0 9 * * 5L", "write L5"),
        ("0 9 * * 5#6", "from 1 to 5"),
        ("0 9 15W * *", "name the days themselves"),
        ("@reboot", "choose a time"),
        ("@often", "write one of @yearly"),
    ],
)
def test_what_could_be_misread_is_refused_with_what_to_write(expression: str, words: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        CronExpression.parse(expression)
    assert words in refused.value.sentence


@pytest.mark.parametrize(
    ("expression", "walls"),
    [
        ("0 9-9 * * *", ("03-02 09:00", "03-03 09:00")),
        ("0 9 * * FRI", ("03-06 09:00", "03-13 09:00")),
        ("0 9 1 mar,Apr *", ("04-01 09:00", "03-01 09:00")),
        ("0 9 * * 5#2", ("03-13 09:00", "04-10 09:00")),
        ("0 9 * * L5", ("03-27 09:00", "04-24 09:00")),
        ("0 9 L * *", ("03-31 09:00", "04-30 09:00")),
        ("0 9 * * 7", ("03-08 09:00", "03-15 09:00")),
        ("@weekly", ("03-08 00:00", "03-15 00:00")),
        # Either day is enough, unless one of the fields starts with a star.
        ("0 9 13 * 5", ("03-06 09:00", "03-13 09:00", "03-20 09:00")),
        ("0 9 */2 * 1", ("03-09 09:00", "03-23 09:00")),
        ("0 9 1-31 * 1", ("03-02 09:00", "03-03 09:00")),
    ],
)
def test_what_is_read_is_read_as_the_daemon_does(expression: str, walls: tuple[str, ...]) -> None:
    coming = wall_rule(Cron(expression=expression)).after(datetime(2026, 3, 2))  # noqa: DTZ001
    assert tuple(f"{next(coming):%m-%d %H:%M}" for _ in walls) == walls
