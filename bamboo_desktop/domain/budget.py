"""Budgets: how much a run, a day or a schedule may use before a person is asked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class BudgetScope(StrEnum):
    """What a budget is counted over."""

    RUN = "run"
    DAY = "day"
    SCHEDULE = "schedule"


class BudgetAction(StrEnum):
    """What happens at a limit."""

    ASK = "ask"
    """The run pauses with a question."""
    STOP = "stop"
    FINISH = "finish"
    """The agent is told to sum up what it has, in one last answer without tools."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Budget:
    """Limits of one scope; None is no limit.

    Attributes:
        cost_micros: money in millionths of a US dollar.
        tokens: input and output together.
        seconds: time that runs were live; waiting for a person does not count.
        calls: tool calls.
    """

    scope: BudgetScope
    cost_micros: int | None = None
    tokens: int | None = None
    seconds: int | None = None
    calls: int | None = None

    @property
    def is_open(self) -> bool:
        """True when nothing is limited."""
        return (self.cost_micros, self.tokens, self.seconds, self.calls) == (None,) * 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Budgets:
    """The budgets of a schedule and what happens at a limit when nobody is there."""

    limits: tuple[Budget, ...] = ()
    at_limit: BudgetAction = BudgetAction.ASK
