"""Budgets: how much a run, a day or a schedule may use before a person is asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bamboo_desktop.domain.ids import ItemId, OptionId, RunId, ScheduleId

BUDGET_ITEM = ItemId("budget")
BUDGET_MORE = OptionId("more")
BUDGET_FINISH = OptionId("finish")
BUDGET_STOP = OptionId("stop")


class BudgetScope(StrEnum):
    """What a budget is counted over."""

    RUN = "run"
    """What one message or one occurrence set going, the answers and retries on the way included."""
    DAY = "day"
    """The runs of a schedule on a day of its zone."""
    SCHEDULE = "schedule"
    """All runs of a schedule."""
    EVERYTHING = "everything"
    """All runs of the program on a day of this machine's zone."""


class BudgetMeasure(StrEnum):
    """What is counted."""

    COST = "cost"
    TOKENS = "tokens"
    SECONDS = "seconds"
    CALLS = "calls"


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
        calls: tool calls that were carried out.
    """

    scope: BudgetScope
    cost_micros: int | None = None
    tokens: int | None = None
    seconds: int | None = None
    calls: int | None = None

    @property
    def is_open(self) -> bool:
        """True when nothing is limited."""
        return not self.limits

    @property
    def limits(self) -> tuple[tuple[BudgetMeasure, int], ...]:
        """What is limited, and to how much."""
        every = (
            (BudgetMeasure.COST, self.cost_micros),
            (BudgetMeasure.TOKENS, self.tokens),
            (BudgetMeasure.SECONDS, self.seconds),
            (BudgetMeasure.CALLS, self.calls),
        )
        return tuple((measure, limit) for measure, limit in every if limit is not None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Budgets:
    """The budgets of a schedule and what happens at a limit when nobody is there."""

    limits: tuple[Budget, ...] = ()
    at_limit: BudgetAction = BudgetAction.ASK


@dataclass(frozen=True, kw_only=True, slots=True)
class BudgetTerms:
    """The budgets a run was started with, and over what they are counted.

    Attributes:
        schedule_id: whose occurrence the run carries; None for a run of no schedule.
        zone: whose midnight begins the schedule's day; empty is this machine's.
        origin_id: the run that began what this one goes on with; None is this one itself.
    """

    budgets: Budgets = field(default_factory=Budgets)
    schedule_id: ScheduleId | None = None
    zone: str = ""
    origin_id: RunId | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Spent:
    """What was used; adds up with `+`.

    Attributes:
        live_ms: milliseconds that runs were live.
        unpriced: model calls whose price is not known; their money is missing in `cost_micros`.
    """

    cost_micros: int = 0
    tokens: int = 0
    live_ms: int = 0
    calls: int = 0
    unpriced: int = 0

    def __add__(self, other: Spent) -> Spent:
        """Add field by field."""
        return Spent(
            cost_micros=self.cost_micros + other.cost_micros,
            tokens=self.tokens + other.tokens,
            live_ms=self.live_ms + other.live_ms,
            calls=self.calls + other.calls,
            unpriced=self.unpriced + other.unpriced,
        )

    def amount(self, measure: BudgetMeasure) -> int:
        """How much of one measure, in the unit of its limit."""
        return {
            BudgetMeasure.COST: self.cost_micros,
            BudgetMeasure.TOKENS: self.tokens,
            BudgetMeasure.SECONDS: self.live_ms // 1000,
            BudgetMeasure.CALLS: self.calls,
        }[measure]


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How a limit stands: what it is, what a person has granted beyond it, what is used.

    `pot` names what is counted together, such as one run or one day.
    """

    scope: BudgetScope
    measure: BudgetMeasure
    pot: str
    limit: int
    granted: int = 0
    used: int = 0

    @property
    def ceiling(self) -> int:
        """The limit with what was granted."""
        return self.limit + self.granted

    @property
    def is_reached(self) -> bool:
        """True when nothing is left."""
        return self.used >= self.ceiling

    @property
    def as_much_again(self) -> int:
        """What has to be granted so that the whole limit can be used once more from now on."""
        return max(self.used - self.granted, self.limit) if self.limit else 0
