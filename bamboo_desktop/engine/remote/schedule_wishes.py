"""Wishes about schedules: drafts from what was written on a command line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from bamboo_desktop.domain.budget import Budget, BudgetAction, Budgets, BudgetScope
from bamboo_desktop.domain.errors import InvalidInputError
from bamboo_desktop.domain.model import ModelRef, ReasoningEffort
from bamboo_desktop.domain.run_config import ModelSource, RunConfig, SessionPolicy
from bamboo_desktop.domain.schedule import (
    Misfire,
    Overlap,
    Policies,
    QuietHours,
    WhileWaiting,
)
from bamboo_desktop.domain.schedule_view import ScheduleDraft
from bamboo_desktop.engine.remote.arguments import Arguments
from bamboo_desktop.engine.remote.schedule_rules import (
    NONE,
    length_of,
    rule_of,
    time_of,
    window_of,
)
from bamboo_desktop.tools import consent

E = TypeVar("E", bound=StrEnum)
NO_RULE = (
    "Say when it runs: --cron '0 9 * * 1-5', --every 90m, --daily 09:00, --weekly mon,thu --at "
    "09:00, --monthly 1,15 --at 09:00, or --once 2026-03-29T09:00:00Z."
)
_TEXTS = ("prompt", "system_prompt")
_SWITCHES = {
    "execute": "auto_execute",
    "may_change_schedules": "may_change_schedules",
    "only_changes": "tell_only_changes",
}
_COUNTS = ("max_each", "max_parallel", "retries", "pause_after", "daily_cap")
_BUDGET = re.compile(r"(run|day|schedule):(cost|tokens|time|calls)=(\S{1,20})", re.ASCII)
_MONEY = re.compile(r"\d{1,9}(?:\.\d{1,6})?", re.ASCII)


def new_draft(arguments: Arguments, model: ModelRef | None, *, now: datetime) -> ScheduleDraft:
    """A draft of a schedule that is to be made.

    Raises:
        InvalidInputError: something in it cannot be used, or it has no rule.
    """
    trigger = rule_of(arguments, now=now)
    if trigger is None:
        raise InvalidInputError(NO_RULE)
    empty = ScheduleDraft(name="", trigger=trigger, zone="UTC")
    return changed_draft(empty, arguments, model, now=now)


def changed_draft(
    draft: ScheduleDraft, arguments: Arguments, model: ModelRef | None, *, now: datetime
) -> ScheduleDraft:
    """The draft with what was named; all else stays as it is.

    Raises:
        InvalidInputError: something that was named cannot be used.
    """
    is_enabled = arguments.choice("enabled")
    return ScheduleDraft(
        name=arguments.text("name") or draft.name,
        trigger=rule_of(arguments, now=now) or draft.trigger,
        zone=arguments.text("timezone") or draft.zone,
        window=window_of(arguments, draft.window),
        policies=_policies(arguments, draft.policies),
        run_config=_run_config(arguments, draft.run_config, model),
        budgets=_budgets(arguments, draft.budgets),
        is_enabled=draft.is_enabled if is_enabled is None else is_enabled,
    )


def _run_config(arguments: Arguments, known: RunConfig, model: ModelRef | None) -> RunConfig:
    changes: dict[str, Any] = {name: arguments.text(name) for name in _TEXTS if arguments.has(name)}
    if arguments.text("workspace"):
        changes["workspace"] = arguments.text("workspace")
    if arguments.has("allow"):
        changes["allow_rules"] = _rules(arguments.texts("allow"))
    if model is not None:
        changes |= {"model": model, "model_source": ModelSource.SCHEDULE}
    words: Mapping[str, tuple[str, type[StrEnum]]] = {
        "effort": ("reasoning_effort", ReasoningEffort),
        "session": ("session", SessionPolicy),
    }
    changes |= {
        field: word
        for name, (field, kind) in words.items()
        if (word := _word(arguments, name, kind)) is not None
    }
    changes |= {
        field: wanted
        for name, field in _SWITCHES.items()
        if (wanted := arguments.choice(name)) is not None
    }
    return replace(known, **changes)


def _rules(written: tuple[str, ...]) -> tuple[str, ...]:
    rules = () if written == (NONE,) else written
    for rule in rules:
        consent.parse_rule(rule)
    return rules


def _policies(arguments: Arguments, known: Policies) -> Policies:
    changes: dict[str, Any] = {}
    words: Mapping[str, type[StrEnum]] = {
        "misfire": Misfire,
        "overlap": Overlap,
        "while_waiting": WhileWaiting,
    }
    for name, kind in words.items():
        word = _word(arguments, name, kind)
        if word is not None:
            changes[name] = word
    for name in _COUNTS:
        if arguments.has(name):
            changes[name] = arguments.count(name, 0)
    for name in ("max_lateness", "jitter"):
        if arguments.text(name):
            changes[name] = _length(arguments, name)
    quiet = arguments.text("quiet")
    if quiet:
        changes["quiet"] = None if quiet == NONE else _quiet(quiet)
    return replace(known, **changes)


def _length(arguments: Arguments, name: str) -> timedelta:
    return length_of(arguments.text(name), f"--{name.replace('_', '-')}")


def _quiet(text: str) -> QuietHours:
    start, _, end = text.partition("-")
    return QuietHours(start=time_of(start, "--quiet"), end=time_of(end, "--quiet"))


def _budgets(arguments: Arguments, known: Budgets) -> Budgets:
    limits = known.limits
    if arguments.has("budget"):
        limits = _limits(arguments.texts("budget"))
    at_limit = _word(arguments, "at_limit", BudgetAction)
    return replace(known, limits=limits, at_limit=at_limit or known.at_limit)


def _limits(written: tuple[str, ...]) -> tuple[Budget, ...]:
    found: dict[BudgetScope, Budget] = {}
    for text in () if written == (NONE,) else written:
        match = _BUDGET.fullmatch(text)
        if match is None:
            raise InvalidInputError(
                f"{text[:40]!a} is no limit; write run:cost=0.50, day:tokens=200000, "
                "schedule:calls=1000 or run:time=10m."
            )
        scope = BudgetScope(match[1])
        budget = found.get(scope, Budget(scope=scope))
        found[scope] = replace(budget, **_amount(match[2], match[3]))
    return tuple(found.values())


def _amount(kind: str, text: str) -> Mapping[str, Any]:
    if kind == "time":
        return {"seconds": int(length_of(text, "The time of a limit").total_seconds())}
    if kind == "cost":
        if not _MONEY.fullmatch(text):
            raise InvalidInputError(f"{text!a} is no amount of dollars; write it like 0.50.")
        whole, _, part = text.partition(".")
        return {"cost_micros": int(whole) * 1_000_000 + int(part.ljust(6, "0") or 0)}
    if not (text.isascii() and text.isdigit()):
        raise InvalidInputError(f"{text!a} is no whole number of {kind}.")
    return {kind: int(text)}


def _word(arguments: Arguments, name: str, kind: type[E]) -> E | None:
    word = arguments.text(name)
    if not word:
        return None
    if word not in list(kind):
        raise InvalidInputError(f"'{name}' is one of {', '.join(kind)}.")
    return kind(word)
