"""Cron words: a cron expression as a sentence.

cron-descriptor words each field. How the fields are joined is said here, since it says "or" also
where the daemon asks for both days; and what it would word wrongly is spelled out to it first: a
step that does not fit the hour, a list with steps in it, `L5`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from cron_descriptor import ExpressionDescriptor, Options

from bamboo_desktop.engine.schedules.cron_expression import CronExpression
from bamboo_desktop.engine.schedules.cron_fields import CronField
from bamboo_desktop.engine.schedules.wording import listed, ordinal

_STEPPED = 4
"""So many values at equal distances are told as a step."""
_MIDNIGHT = "At 00:00, "


def cron_words(expression: str) -> str:
    """When a cron expression fires.

    Raises:
        InvalidInputError: it cannot be read.
    """
    parsed = CronExpression.parse(expression)
    minute, hour, day, month, weekday = parsed.fields
    said = _said(f"{_of_time(minute)} {_hours(hour, minute)} * * *")
    parts = [f"{said[0].lower()}{said[1:]}"]
    days = _days(day, weekday, is_either=parsed.either_day)
    if days or not hour.names_all:
        parts.append(days or "every day")
    if not month.names_all:
        parts.append(_said(f"0 0 * {_joined(_numbers(month))} *").removeprefix(_MIDNIGHT))
    return ", ".join(parts)


def _days(day: CronField, weekday: CronField, *, is_either: bool) -> str:
    of_month, of_week = _of_month(day), _of_week(weekday)
    if not (of_month and of_week):
        # With either day being enough, a field that names every day takes in the other one.
        return "" if is_either and (day.names_all or weekday.names_all) else of_month or of_week
    if is_either:
        return f"{of_month} or {of_week.replace('only on', 'on')}"
    return f"{of_month}, and only when it is {listed(_weekday_names(weekday), joint='or')}"


def _of_month(field: CronField) -> str:
    if field.specials:
        return _said("0 0 L * *").removeprefix(_MIDNIGHT)
    if field.names_all:
        return ""
    numbers = _numbers(field)
    step = _step(numbers)
    if step > 1:
        return f"on every {ordinal(step)} day of the month from day {numbers[0]} on"
    return _said(f"0 0 {_joined(numbers)} * *").removeprefix(_MIDNIGHT)


def _of_week(field: CronField) -> str:
    if field.specials:
        return listed([_special(each) for each in field.specials])
    if field.names_all:
        return ""
    numbers = [number or 7 for number in _numbers(field)]
    return _said(f"0 0 * * {_joined(sorted(numbers))}").removeprefix(_MIDNIGHT)


def _weekday_names(field: CronField) -> list[str]:
    numbers = sorted(number or 7 for number in _numbers(field))
    said = (_said(f"0 0 * * {number}") for number in numbers)
    return [f"a {each.removeprefix(_MIDNIGHT).removeprefix('only on ')}" for each in said]


def _special(written: str) -> str:
    """`5#2` or `L5`; the latter is written `5L` elsewhere."""
    text = f"{written[1:]}L" if written.startswith("L") else written
    return _said(f"0 0 * * {text}").removeprefix(_MIDNIGHT)


def _of_time(field: CronField) -> str:
    """A minute or hour field in the plain form that is worded rightly."""
    if field.names_all:
        return "*"
    numbers = _numbers(field)
    width = field.kind.high + 1
    step = _step(numbers)
    if step > 1 and numbers[0] == 0 and width % step == 0 and len(numbers) == width // step:
        return f"*/{step}"
    return _joined(numbers)


def _hours(hour: CronField, minute: CronField) -> str:
    """Hours beside several minutes are named: every 6 hours and every 15 minutes are two things."""
    if len(_numbers(minute)) == 1 or hour.names_all:
        return _of_time(hour)
    return _joined(_numbers(hour))


def _numbers(field: CronField) -> list[int]:
    return sorted(field.values or ())


def _step(numbers: Sequence[int]) -> int:
    """The distance of many values that are equally far apart, else 0."""
    distances = {after - before for before, after in pairwise(numbers)}
    return distances.pop() if len(numbers) >= _STEPPED and len(distances) == 1 else 0


def _joined(numbers: Sequence[int]) -> str:
    """A range where the values follow one another, else a list."""
    is_run = len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1
    return f"{numbers[0]}-{numbers[-1]}" if is_run else ",".join(map(str, numbers))


def _said(expression: str) -> str:
    options = Options(locale_code="en_US", use_24hour_time_format=True)
    return str(ExpressionDescriptor(expression, options).get_description())
