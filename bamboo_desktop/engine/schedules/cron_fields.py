"""The five fields of a cron expression: what they may hold, and what is refused in which words.

The dialect is that of the cron daemon (man 5 crontab). What readers and libraries take in different
ways is refused with a sentence that says what to write instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bamboo_desktop.domain.errors import InvalidInputError

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_ITEM = re.compile(r"(?P<low>[0-9]+|[a-z]+)(?:-(?P<high>[0-9]+|[a-z]+))?(?:/(?P<step>[0-9]+))?")
_STAR = re.compile(r"\*(?:/(?P<step>[0-9]+))?")
_NTH = re.compile(r"(?P<day>[0-9]+|[a-z]+)#(?P<number>[0-9]+)")
_LAST = re.compile(r"l(?P<day>[0-9]+|[a-z]{3})")
_LAST_BEHIND = re.compile(r"(?P<day>[0-7]|[a-z]{3})l")
_MOST_DIGITS = 2
_LAST_WEEK = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldKind:
    """What one of the five fields is: its name, its bounds, the names it takes for numbers."""

    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()
    first_name: int = 0

    @property
    def is_day(self) -> bool:
        """True for the two fields that name days."""
        return self in {DAY, WEEKDAY}


MINUTE = FieldKind(name="minute", low=0, high=59)
HOUR = FieldKind(name="hour", low=0, high=23)
DAY = FieldKind(name="day of month", low=1, high=31)
MONTH = FieldKind(name="month", low=1, high=12, names=_MONTHS, first_name=1)
WEEKDAY = FieldKind(name="day of week", low=0, high=7, names=_WEEKDAYS)
KINDS = (MINUTE, HOUR, DAY, MONTH, WEEKDAY)


@dataclass(frozen=True, kw_only=True, slots=True)
class CronField:
    """One field, spelled out.

    `values` are the numbers it names, None for all of them. `specials` are `L`, `L5` or `5#2`, as
    croniter writes them. `starts_with_star` decides on wildcards and on how days are combined.
    """

    kind: FieldKind
    values: frozenset[int] | None
    specials: tuple[str, ...] = ()
    starts_with_star: bool = False

    @property
    def names_all(self) -> bool:
        """True when no value is left out."""
        return self.values is None or len(self.values) == _highest(self.kind) - self.kind.low + 1

    @property
    def spelled_out(self) -> str:
        """The field as a list of plain numbers and specials, or a star."""
        if self.values is None:
            return "*"
        return ",".join([*map(str, sorted(self.values)), *self.specials])


def parse_field(text: str, kind: FieldKind) -> CronField:
    """Read one field.

    Raises:
        InvalidInputError: the sentence names the field and says what to write instead.
    """
    if text == "?" and kind.is_day:
        text = "*"
    values: set[int] = set()
    specials: list[str] = []
    is_all = False
    for written in text.split(","):
        item = written.lower()
        star = _STAR.fullmatch(item)
        special = _special(item, kind)
        if special:
            specials.append(special)
        elif item == "*":
            is_all = True
        elif star is not None:
            values.update(range(kind.low, _highest(kind) + 1, _step(star["step"], kind)))
        else:
            values.update(_range(item, written, kind))
    if specials and (values or is_all):
        raise InvalidInputError(
            f"The {kind.name} field mixes {specials[0]} with other days; use one schedule for each."
        )
    if kind is WEEKDAY:
        values = {value % 7 for value in values}
    return CronField(
        kind=kind,
        values=None if is_all else frozenset(values),
        specials=tuple(specials),
        starts_with_star=text.startswith("*"),
    )


def _highest(kind: FieldKind) -> int:
    return 6 if kind is WEEKDAY else kind.high


def _range(item: str, written: str, kind: FieldKind) -> range:
    match = _ITEM.fullmatch(item)
    if match is None:
        raise _unreadable(written, kind)
    low = _number(match["low"], kind)
    if match["high"] is None:
        if match["step"] is not None:
            raise InvalidInputError(
                f"{written!r} in the {kind.name} field can be read in two ways; write "
                f"{low}-{_highest(kind)}/{match['step']} to go on from {low}, or just {low}."
            )
        return range(low, low + 1)
    high = _number(match["high"], kind)
    if kind is WEEKDAY and high == 0 and low > 0:
        high = 7
    if high < low:
        raise InvalidInputError(
            f"{written!r} in the {kind.name} field runs backwards; write "
            f"{_turned(low, high, kind)} instead."
        )
    return range(low, high + 1, _step(match["step"], kind))


def _turned(low: int, high: int, kind: FieldKind) -> str:
    """The list that a reversed range was meant to be."""
    ends = [
        str(first) if first == last else f"{first}-{last}"
        for first, last in ((low, _highest(kind)), (kind.low, high))
    ]
    return ",".join(ends)


def _number(text: str, kind: FieldKind) -> int:
    if text.isdigit():
        number = int(text) if len(text) <= _MOST_DIGITS else kind.high + 1
        if not kind.low <= number <= kind.high:
            raise InvalidInputError(
                f"{text[:20]} is no {kind.name}; write a number from {kind.low} to {kind.high}."
            )
        return number
    if text in kind.names:
        return kind.names.index(text) + kind.first_name
    raise _unreadable(text, kind)


def _step(text: str | None, kind: FieldKind) -> int:
    if text is None:
        return 1
    width = _highest(kind) - kind.low + 1
    step = int(text) if len(text) <= _MOST_DIGITS else width + 1
    if not 1 <= step <= width:
        raise InvalidInputError(
            f"A step of {text[:20]} does not fit the {kind.name} field; write one from 1 to "
            f"{width}, or use an interval."
        )
    return step


def _special(item: str, kind: FieldKind) -> str:
    """`L`, `L5` or `5#2` in the form croniter takes, empty when the item is none of them."""
    if kind is DAY and item == "l":
        return "L"
    if kind is not WEEKDAY:
        return ""
    behind = _LAST_BEHIND.fullmatch(item)
    if behind is not None:
        raise InvalidInputError(f"For the last such day of the month write L{behind['day']}.")
    last = _LAST.fullmatch(item)
    if last is not None:
        return f"L{_number(last['day'], kind) % 7}"
    nth = _NTH.fullmatch(item)
    if nth is None:
        return ""
    number = int(nth["number"][:_MOST_DIGITS])
    if not 1 <= number <= _LAST_WEEK:
        raise InvalidInputError(
            f"{item!r}: a month has a first to a fifth such day; write a number from 1 to 5."
        )
    return f"{_number(nth['day'], kind) % 7}#{number}"


def _unreadable(written: str, kind: FieldKind) -> InvalidInputError:
    shown, item = written[:20], written.lower()
    letter = item[:1]
    if letter in {"r", "h"}:
        return InvalidInputError(
            f"{shown!r} in the {kind.name} field would be drawn anew each time; write a number and "
            "spread starts with the schedule's jitter."
        )
    if "w" in item and kind is DAY:
        return InvalidInputError(
            f"{shown!r}: the nearest working day is not understood here; name the days themselves."
        )
    if "l" in item or "#" in item or "?" in item:
        return InvalidInputError(
            f"{shown!r} has no meaning in the {kind.name} field; L, L5 and 5#2 go into the fields "
            "for days, and ? is written as *."
        )
    named = f", or a name like {kind.names[1]}" if kind.names else ""
    return InvalidInputError(
        f"{shown!r} is no {kind.name}; write a number from {kind.low} to {kind.high}, a range like "
        f"{kind.low}-{min(kind.low + 4, kind.high)}, a step like */2, or *{named}."
    )
