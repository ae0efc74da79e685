"""Schedules as people read them on a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bamboo_desktop.cli.plain import one_line, plain
from bamboo_desktop.engine.remote.schedule_words import reason_sentence

Json = Mapping[str, Any]
EMPTY = (
    "No schedules yet. Make one: bambooctl schedules add --name 'Morning report' --daily 09:00 "
    "--prompt 'what you want done'\n"
)
_NEVER = "-" * 20
_FELT_MS = 5_000
_DONE = {
    "add": "Made",
    "edit": "Changed",
    "remove": "Removed",
    "restore": "Restored",
    "enable": "Switched on",
    "disable": "Switched off",
    "pause": "Paused",
    "resume": "Resumed",
}


def row(item: Json) -> str:
    """One line of the list."""
    last = item.get("last")
    state = _state(item) or (last["state"] if last else "new")
    about = f"  ({one_line(item['sentence'])})" if "sentence" in item else ""
    return (
        f"{item['id'][:8]}  {item['next_at'] or _NEVER}  {state:<11} "
        f"{one_line(item['name'])}{about}\n"
    )


def whole(item: Json) -> str:
    """One schedule."""
    config = item["run_config"]
    lines = [
        one_line(item["name"]),
        f"{item['id']}  {_state(item) or 'on'}",
        one_line(item["sentence"]),
        f"next: {item['next_at'] or 'never'}",
    ]
    if item["pause"] is not None and item["pause"]["message"]:
        lines.append(f"paused: {plain(item['pause']['message'])}")
    if config["model"] is not None:
        lines.append(
            f"model: {plain(config['model']['provider'])} {plain(config['model']['model'])}"
        )
    if config["workspace"]:
        lines.append(f"workspace: {plain(config['workspace'])}")
    if config["prompt"]:
        lines += ["prompt:", plain(config["prompt"])]
    for tally in item["tallies"]:
        lines.append(f"{tally['count']:>8}  {tally['state']}  {_why(tally)}".rstrip())
    return "".join(f"{line}\n" for line in lines)


def past(item: Json) -> str:
    """One line of a history, with what the agent said last."""
    times = f" x{item['count']}" if item["count"] > 1 else ""
    said = (_late(item), _why(item), one_line(item["error"] or item["answer"]))
    words = "  ".join(each for each in said if each)
    line = f"{item['id'][:8]}  {item['planned_at']}  {item['state']}{times}  {words}"
    return f"{line.rstrip()}\n"


def entry(item: Json) -> str:
    """One line of the calendar."""
    state = item["state"] or "to come"
    lump = ""
    if item["count"] != 1:
        lump = f"  {item['count'] or 'more'} until {item['last_at']}"
    line = f"{item['at']}  {state}  {one_line(item['name'])}{lump}  {_why(item)}"
    return f"{line.rstrip()}\n"


def changed(action: str, item: Json) -> str:
    """What was done."""
    following = item.get("next_at")
    after = f"; next: {following}" if following and action != "remove" else ""
    about = f"  {one_line(item['sentence'])}" if "sentence" in item else ""
    told = "".join(f"  {plain(warning)}\n" for warning in item.get("warnings", ()))
    return f"{_DONE[action]}: {one_line(item['name'])}  {item['id'][:8]}{about}{after}\n{told}"


def _why(item: Json) -> str:
    return reason_sentence(item["reason"])


def _late(item: Json) -> str:
    """By how much it was started late, where that can be felt."""
    lag = item["lag_ms"]
    if lag is None or lag <= _FELT_MS:
        return ""
    return f"started {_length(lag // 1000)} late"


def _length(seconds: int) -> str:
    if seconds < 120:
        return f"{seconds} s"
    if seconds < 7200:
        return f"{seconds // 60} min"
    return f"{seconds // 3600:,} h"


def _state(item: Json) -> str:
    """Why it does not fire, if it does not."""
    if item["deleted_at"]:
        return "in the bin"
    if not item["enabled"]:
        return "off"
    return "paused" if item["pause"] is not None else ""
