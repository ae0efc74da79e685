"""The model's context window, and the limits of a run."""

from __future__ import annotations

from dataclasses import dataclass

from bamboo_desktop.domain.events.kinds import Event, Transient
from bamboo_desktop.domain.usage import ContextGauge, Usage


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenBudgetUpdated(Transient):
    """Tokens and cost so far, and how full the context window is."""

    run_usage: Usage
    session_usage: Usage
    context: ContextGauge


@dataclass(frozen=True, kw_only=True, slots=True)
class ContextPressureNotification(Event):
    """The context window is nearly full: level `warning` or `critical`."""

    percent: int
    level: str
    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ContextCompressionStatus(Transient):
    """Summarising the older part: started, completed, failed or skipped."""

    phase: str
    status: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ContextSummarized(Event):
    """The older part is now a summary for the model; the stored history is whole."""

    summary: str
    messages_summarized: int
    tokens_saved: int
    percent_before: int
    percent_after: int
    trigger: str


@dataclass(frozen=True, kw_only=True, slots=True)
class BudgetExceeded(Event):
    """A limit of the run was reached."""

    kind: str
    limit: int
    actual: int
