"""What can be done to a value on its way into a text. Closed: a playbook cannot add to it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Filter = Callable[[str, str], str]


@dataclass(frozen=True, kw_only=True, slots=True)
class FilterSpec:
    """A filter: what it does, and whether it takes an argument."""

    apply: Filter
    takes_argument: bool = False
    takes_number: bool = False
    example: str = ""


def _quote(text: str, _: str) -> str:
    return shlex.quote(text.replace("\x00", ""))


def _first(text: str, _: str) -> str:
    return next((line for line in text.splitlines() if line.strip()), "")


def _last(text: str, _: str) -> str:
    return next((line for line in reversed(text.splitlines()) if line.strip()), "")


def _count(text: str, _: str) -> str:
    return str(sum(1 for line in text.splitlines() if line.strip()))


def _head(text: str, argument: str) -> str:
    return _shortened(text.splitlines(), int(argument), from_end=False)


def _tail(text: str, argument: str) -> str:
    return _shortened(text.splitlines(), int(argument), from_end=True)


def _shortened(lines: list[str], keep: int, *, from_end: bool) -> str:
    keep = max(keep, 0)
    if len(lines) <= keep:
        return "\n".join(lines)
    left = f"[{len(lines) - keep} more lines]"
    kept = lines[len(lines) - keep :] if from_end else lines[:keep]
    return "\n".join([left, *kept] if from_end else [*kept, left])


def _field(text: str, argument: str) -> str:
    start = f"{argument}="
    for line in text.splitlines():
        if line.strip().startswith(start):
            return line.strip()[len(start) :].strip()
    return ""


def _fields(text: str, argument: str) -> str:
    start = f"{argument}="
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line[len(start) :].strip() for line in lines if line.startswith(start))


def _default(text: str, argument: str) -> str:
    return text if text.strip() else argument


def _code(text: str, _: str) -> str:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"\n{fence}text\n{text.rstrip()}\n{fence}\n"


def _inline(text: str, _: str) -> str:
    line = " ".join(text.split())
    longest = max((len(run) for run in re.findall("`+", line)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}" if line else ""


def _plus(text: str, argument: str) -> str:
    number = text.strip() or "0"
    if not re.fullmatch(r"-?\d{1,15}", number):
        raise ValueError(f"'{number[:40]}' is not a whole number.")
    return str(int(number) + int(argument))


def _name(text: str, _: str) -> str:
    return text.strip().rstrip("/").rpartition("/")[2]


def _slug(text: str, _: str) -> str:
    words = re.findall("[a-z0-9]+", text.lower())
    return "-".join(words)[:80].strip("-") or "unnamed"


FILTERS: Mapping[str, FilterSpec] = {
    "quote": FilterSpec(apply=_quote),
    "code": FilterSpec(apply=_code),
    "inline": FilterSpec(apply=_inline),
    "trim": FilterSpec(apply=lambda text, _: text.strip()),
    "lower": FilterSpec(apply=lambda text, _: text.lower()),
    "upper": FilterSpec(apply=lambda text, _: text.upper()),
    "first": FilterSpec(apply=_first),
    "last": FilterSpec(apply=_last),
    "count": FilterSpec(apply=_count),
    "name": FilterSpec(apply=_name),
    "slug": FilterSpec(apply=_slug),
    "head": FilterSpec(apply=_head, takes_argument=True, takes_number=True, example="5"),
    "tail": FilterSpec(apply=_tail, takes_argument=True, takes_number=True, example="5"),
    "plus": FilterSpec(apply=_plus, takes_argument=True, takes_number=True, example="1"),
    "field": FilterSpec(apply=_field, takes_argument=True, example="size"),
    "fields": FilterSpec(apply=_fields, takes_argument=True, example="file"),
    "default": FilterSpec(apply=_default, takes_argument=True, example="none"),
}
