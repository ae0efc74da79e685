"""What doctor says of schedules: whether somebody keeps time, what is due, a clock held back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bamboo_desktop.cli.finding import Finding, Level
from bamboo_desktop.cli.plain import one_line
from bamboo_desktop.domain.schedule_view import HoldReason

LONGEST_BEAT = 60
"""Seconds; the ticker looks every 15 at the latest."""
_SHOWN = 5


def schedule_findings(health: Mapping[str, Any]) -> list[Finding]:
    """The lines about schedules, from what the engine says of them."""
    found = [_schedules(health), _ticker(health)]
    if health["hold"] is not None:
        found.append(_hold(health["hold"]))
    if health["moved"]:
        names = ", ".join(one_line(name) for name in health["moved"][:_SHOWN])
        sentence = f"an update reads the rules of {names} differently; look at their next times"
        found.append(Finding("schedules", Level.WARNING, sentence))
    return found


def _schedules(health: Mapping[str, Any]) -> Finding:
    following = f", next at {health['next_at']}" if health["next_at"] else ""
    noun = "schedule" if health["count"] == 1 else "schedules"
    counts = f"{health['count']} {noun}, {health['enabled']} switched on"
    return Finding("schedules", Level.OK, f"{counts}, {health['due']} due{following}")


def _ticker(health: Mapping[str, Any]) -> Finding:
    since = health["seconds_since_tick"]
    if since is None:
        sentence = "nobody keeps time; schedules fire while the window program runs"
        return Finding("ticker", Level.WARNING if health["enabled"] else Level.OK, sentence)
    if since > LONGEST_BEAT:
        sentence = f"it last looked {since:,} s ago; quit the window program and start it again"
        return Finding("ticker", Level.TROUBLE, sentence)
    if health["behind"]:
        return Finding("ticker", Level.WARNING, "it works through a backlog")
    return Finding("ticker", Level.OK, f"it looked {since} s ago")


def _hold(hold: Mapping[str, Any]) -> Finding:
    jump = timedelta(seconds=abs(int(hold["jump"])))
    way = "back" if hold["jump"] < 0 else "forward"
    what = (
        "say in the window that the clock is right, or set it"
        if hold["reason"] == HoldReason.FAR_JUMP
        else "it goes on by itself when the clock stays as it is"
    )
    sentence = f"nothing is claimed, because the clock went {way} by {jump}; {what}"
    return Finding("clock", Level.WARNING, sentence)
