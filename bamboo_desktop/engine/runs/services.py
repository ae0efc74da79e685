"""What every run works with, handed in once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from bamboo_desktop.clock import Clock
from bamboo_desktop.domain.ids import QueuedId, RunId, SessionId
from bamboo_desktop.domain.model import ModelRef, ProviderConfig
from bamboo_desktop.domain.schedule_order import ScheduleOrder
from bamboo_desktop.engine.publisher import Publisher
from bamboo_desktop.engine.runs.registry import RunnerRegistry
from bamboo_desktop.identifiers import IdSource
from bamboo_desktop.providers.port import Provider
from bamboo_desktop.store.database import Database
from bamboo_desktop.store.faults import FaultPoints
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.tools.toolbox import ToolBox


@dataclass(frozen=True, kw_only=True, slots=True)
class RunLimits:
    """Bounds of every run, with the defaults of the house. Times are seconds."""

    max_rounds: int = 200
    max_calls_per_round: int = 80
    parallel_reads: int = 8
    model_attempts: int = 3
    model_delay: float = 0.4
    longest_retry_after: float = 120.0
    tool_timeout: float = 660.0
    context_warn_percent: int = 80
    context_default_window: int = 128_000
    keep_messages: int = 20
    identical_calls: int = 3
    identical_calls_asked: int = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelRoute:
    """Where a model reference leads: the back end, its settings, the size of its window."""

    provider: Provider
    config: ProviderConfig
    window: int


class ScheduleActions(Protocol):
    """Carries out what agents want done with schedules."""

    async def act(self, order: ScheduleOrder, session_id: SessionId) -> str:
        """Do it; returns what the agent reads.

        Raises:
            UserError: it cannot be done, or not from that session; nothing was changed.
        """
        ...


class ModelSource(Protocol):
    """Finds the back end of a model."""

    async def route(self, ref: ModelRef, run_id: RunId) -> ModelRoute:
        """The way to that model, for one run.

        Raises:
            UserError: the provider is unknown or switched off.
        """
        ...

    def message_gone(self, queued_id: QueuedId) -> None:
        """A message that waited was taken back or steered a run under way: none begins with it."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class RunServices:
    """Everything a run needs from the world."""

    database: Database
    publisher: Publisher
    registry: RunnerRegistry
    toolbox: ToolBox
    models: ModelSource
    clock: Clock
    ids: IdSource
    tasks: TaskSet
    faults: FaultPoints
    on_bug: Callable[[BaseException, str], None]
    limits: RunLimits = field(default_factory=RunLimits)
    schedules: ScheduleActions | None = None
