"""Previews of rules on the command line: no engine, no data folder, hardly anything imported."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from bamboo_desktop.cli import outlet
from bamboo_desktop.cli.exits import Exit
from bamboo_desktop.clock import SystemClock
from bamboo_desktop.domain.codec import second_text
from bamboo_desktop.domain.errors import InvalidInputError, UserError
from bamboo_desktop.domain.schedule import Policies
from bamboo_desktop.domain.trigger import Cron, FireWindow
from bamboo_desktop.engine.remote.arguments import Arguments
from bamboo_desktop.engine.remote.schedule_rules import rule_of, window_of
from bamboo_desktop.engine.schedules.instants import instant_of
from bamboo_desktop.engine.schedules.previewing import MOST_FIRES, NEVER, coming, previewed
from bamboo_desktop.engine.schedules.zones import Zones

Json = dict[str, Any]
_LINES_AT_ONCE = 200
_UNREADABLE = 'This line is no JSON object; write {"id", "cron", "timezone", "after", "count"}.'


async def preview(values: Mapping[str, Any], *, as_json: bool) -> int:
    """What a rule means, or the fires of every rule in a file."""
    if values["batch"]:
        await _batch(values["batch"])
        return Exit.COMPLETED
    now = SystemClock().now()
    arguments = Arguments(values)
    after = instant_of(arguments.text("after"), "--after") if values["after"] else now
    trigger = rule_of(arguments, now=now)
    if trigger is None:
        raise InvalidInputError("Name the rule, such as --cron '0 9 * * 1-5' or --daily 09:00.")
    clock = Zones().clock(values["timezone"])
    window = window_of(arguments, FireWindow())
    _check_count(values["count"])
    if as_json:
        found = list(islice(coming(trigger, clock, window, after), max(1, values["count"])))
        if not found:
            raise InvalidInputError(NEVER)
        shown = [second_text(fire.at) for fire in found[: values["count"]]]
        await outlet.put(f"{json.dumps(shown)}\n")
        return Exit.COMPLETED
    told = previewed(
        trigger, clock, window=window, policies=Policies(), after=after, count=values["count"]
    )
    if NEVER in told.warnings:
        raise InvalidInputError(NEVER)
    lines = [f"{told.sentence[:1].upper()}{told.sentence[1:]}"]
    lines += [
        f"  {second_text(fire.at)}  {fire.at.astimezone(clock.zone):%a %Y-%m-%d %H:%M %Z}"
        for fire in told.fires
    ]
    await outlet.put("".join(f"{line}\n" for line in (*lines, *told.warnings)))
    return Exit.COMPLETED


async def _batch(name: str) -> None:
    """Answer each line with one line; whatever is in it, the next one follows."""
    zones = Zones()
    with _opened(name) as lines:
        while some := await asyncio.to_thread(lambda: list(islice(lines, _LINES_AT_ONCE))):
            await outlet.put("".join(await asyncio.to_thread(_answers, some, zones)))


@contextmanager
def _opened(name: str) -> Iterator[Iterator[bytes]]:
    if name == "-":
        yield iter(sys.stdin.buffer)
        return
    try:
        with Path(name).open("rb") as file:
            yield iter(file)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise InvalidInputError(f"The file {name!r} cannot be read: {reason}.") from error


def _answers(lines: list[bytes], zones: Zones) -> list[str]:
    return [f"{json.dumps(_answer(line, zones), separators=(',', ':'))}\n" for line in lines]


def _answer(line: bytes, zones: Zones) -> Json:
    """The answer to one line: its id as it was given, with the fires or with a sentence."""
    asked: Json = {}
    try:
        asked = _object(line)
        return {"id": asked.get("id"), "fires": _fires(asked, zones)}
    except UserError as error:
        sentence = error.sentence
    except Exception as error:  # noqa: BLE001 - no line may keep the next one from its answer
        sentence = f"This rule cannot be computed ({type(error).__name__}); write a plainer one."
    return {"id": asked.get("id"), "error": sentence}


def _object(line: bytes) -> Json:
    try:
        found = json.loads(line.decode("utf-8-sig"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise InvalidInputError(_UNREADABLE) from error
    if not isinstance(found, dict):
        raise InvalidInputError(_UNREADABLE)
    return found


def _refuse(name: str) -> None:
    raise ValueError(name)


def _fires(asked: Json, zones: Zones) -> list[str]:
    for name in ("cron", "timezone", "after"):
        if not isinstance(asked.get(name), str):
            raise InvalidInputError(f"'{name}' has to be a text.")
    count = asked.get("count")
    if isinstance(count, bool) or not isinstance(count, int):
        raise InvalidInputError("'count' has to be a whole number.")
    _check_count(count)
    after = instant_of(asked["after"], "'after'")
    trigger = Cron(expression=asked["cron"])
    clock = zones.clock(asked["timezone"])
    found = list(islice(coming(trigger, clock, FireWindow(), after), max(1, count)))
    if not found:
        raise InvalidInputError(NEVER)
    return [second_text(fire.at) for fire in found[:count]]


def _check_count(count: int) -> None:
    if not 0 <= count <= MOST_FIRES:
        raise InvalidInputError(f"The count is between 0 and {MOST_FIRES:,}.")
