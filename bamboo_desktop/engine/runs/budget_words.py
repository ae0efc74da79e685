"""What a person reads when a budget is used up."""

from __future__ import annotations

from collections.abc import Sequence

from bamboo_desktop.domain.budget import (
    BUDGET_FINISH,
    BUDGET_ITEM,
    BUDGET_MORE,
    BUDGET_STOP,
    BudgetMeasure,
    BudgetScope,
    Standing,
)
from bamboo_desktop.domain.question import ItemKind, Option, QuestionItem

_WHOSE = {
    BudgetScope.RUN: "The budget of this run is used up",
    BudgetScope.DAY: "Today's budget of this schedule is used up",
    BudgetScope.SCHEDULE: "The budget of this schedule is used up",
    BudgetScope.EVERYTHING: "Today's budget is used up",
}
_WHO = {
    BudgetScope.RUN: "This run has",
    BudgetScope.DAY: "The runs of this schedule have today",
    BudgetScope.SCHEDULE: "The runs of this schedule have",
    BudgetScope.EVERYTHING: "All runs together have today",
}
UNPRICED = (
    "The price of this model is not known, so the limit on money cannot be watched while it is "
    "used. All other limits hold."
)
LAST_ANSWER = (
    "The budget of this task is used up. This is your last answer: call no tool. Say what you have "
    "done and found so far, what is still open, and how the person could go on."
)
NO_ANSWER = "The budget was used up before there was an answer."
NOT_RUN = "The budget was used up."


def title(reached: Sequence[Standing]) -> str:
    """The question in one line."""
    return _WHOSE[reached[0].scope]


def stopped(heading: str, *, by_person: bool) -> str:
    """Why a run was cancelled."""
    if by_person:
        return f"{heading}, and you chose to stop. Continue asks you again."
    return f"{heading}, and it is set to stop then. Continue goes on from here if more is allowed."


def item(reached: Sequence[Standing], *, can_finish: bool) -> QuestionItem:
    """The one item of the question.

    Args:
        reached: the limits that leave nothing.
        can_finish: the model can be asked for a last answer.
    """
    scopes = dict.fromkeys(standing.scope for standing in reached)
    told = " ".join(
        _told(scope, [each for each in reached if each.scope is scope]) for scope in scopes
    )
    more = _and([amount(each.measure, each.limit) for each in reached])
    options = []
    if all(standing.limit for standing in reached):
        options.append(
            Option(id=BUDGET_MORE, label="Some more", description=f"Allow as much again: {more}.")
        )
    if can_finish:
        options.append(
            Option(
                id=BUDGET_FINISH,
                label="Finish up now",
                description="One last answer of the model, without tools, from what it has.",
            )
        )
    options.append(
        Option(id=BUDGET_STOP, label="Stop", description="Nothing is lost; it ends here.")
    )
    return QuestionItem(
        id=BUDGET_ITEM,
        kind=ItemKind.SINGLE,
        prompt=f"{told} How shall it go on?",
        options=tuple(options),
    )


def _told(scope: BudgetScope, reached: Sequence[Standing]) -> str:
    used = _and([_used(standing) for standing in reached])
    return f"{_WHO[scope]} used {used}."


def _used(standing: Standing) -> str:
    whole = amount(standing.measure, standing.ceiling)
    if standing.measure in {BudgetMeasure.TOKENS, BudgetMeasure.CALLS}:
        return f"{standing.used:,} of {whole}"
    return f"{amount(standing.measure, standing.used)} of {whole}"


def _and(parts: Sequence[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last


def amount(measure: BudgetMeasure, number: int) -> str:
    """So much of a measure, in words."""
    match measure:
        case BudgetMeasure.COST:
            cents = f"{number / 1_000_000:.2f}"
            return f"${cents}" if number >= 10_000 or not number else f"${number / 1_000_000:.6f}"
        case BudgetMeasure.TOKENS:
            return f"{number:,} tokens"
        case BudgetMeasure.CALLS:
            return "1 tool call" if number == 1 else f"{number:,} tool calls"
        case BudgetMeasure.SECONDS:
            return _time(number)


def _time(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    parts = [(hours, "h"), (minutes, "min"), (left, "s")]
    told = [f"{number} {unit}" for number, unit in parts if number]
    return " ".join(told) or "0 s"
