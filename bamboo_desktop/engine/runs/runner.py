"""Runner: the live object that carries one run, and the frozen picture of it that others see."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bamboo_desktop.domain.events import (
    AgentEvent,
    MessageAppended,
    ModelRetry,
    ReasoningToken,
    RunnerProgress,
    Token,
    TokenBudgetUpdated,
    ToolLifecycle,
    ToolToken,
)
from bamboo_desktop.domain.ids import RunId, SessionId, ToolCallId
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.tools.port import CancelToken

LIVE_OUTPUT_TAIL = 16_384


class StopReason(StrEnum):
    """Why a run was asked to stop; decides the status it ends with."""

    PERSON = "person"
    SHUTDOWN = "shutdown"
    DELETED = "deleted"


@dataclass(frozen=True, kw_only=True, slots=True)
class LiveRun:
    """What a newcomer has to know of a run to follow it from here on.

    `index` is the run-local number of the last transient event that is already contained: events
    with a greater index come on top of it.
    """

    session_id: SessionId
    run_id: RunId
    status: AgentStatus
    started_at: datetime
    round_count: int = 0
    partial_text: str = ""
    partial_thinking: str = ""
    budget: TokenBudgetUpdated | None = None
    last_tool_name: str = ""
    last_tool_phase: str = ""
    last_event_at: datetime | None = None
    live_output: Mapping[ToolCallId, str] = field(default_factory=dict)
    index: int = 0


class Runner:
    """Carries one run from its reservation to its one end.

    Attributes:
        index: the run-local number of its last transient event.
        sequence: of the session's last durable event that was told, 0 before the run's first.
    """

    def __init__(self, session_id: SessionId, run_id: RunId, started_at: datetime) -> None:
        self.session_id = session_id
        self.run_id = run_id
        self.status = AgentStatus.PENDING
        self.cancel_token = CancelToken()
        self.started_at = started_at
        self.completed_at: datetime | None = None
        self.last_budget_event: TokenBudgetUpdated | None = None
        self.last_event_at: datetime | None = None
        self.last_tool_name = ""
        self.last_tool_phase = ""
        self.round_count = 0
        self.index = 0
        self.sequence = 0
        self.decided = asyncio.Event()
        self.is_followed = False
        self._text: list[str] = []
        self._thinking: list[str] = []
        self._live_output: dict[ToolCallId, str] = {}

    @property
    def partial_text(self) -> str:
        """The answer of the current round as far as it has come."""
        return "".join(self._text)

    @property
    def partial_thinking(self) -> str:
        """The visible thinking of the current round as far as it has come."""
        return "".join(self._thinking)

    def clear_partial(self) -> None:
        """The round's text is stored, or void."""
        self._text.clear()
        self._thinking.clear()

    def observe(self, event: AgentEvent, at: datetime) -> None:
        """Take note of an event of this run, before anybody else sees it."""
        self.last_event_at = at
        match event:
            case Token(content=content):
                self._text.append(content)
            case ReasoningToken(content=content):
                self._thinking.append(content)
            case ModelRetry() | MessageAppended(role="assistant"):
                self.clear_partial()
            case ToolToken(tool_call_id=call_id, content=content):
                tail = self._live_output.get(call_id, "") + content
                self._live_output[call_id] = tail[-LIVE_OUTPUT_TAIL:]
            case ToolLifecycle():
                self._observe_tool(event)
            case RunnerProgress(round_count=count):
                self.round_count = count
            case TokenBudgetUpdated():
                self.last_budget_event = event
            case _:
                pass

    def live_output(self, call_id: ToolCallId) -> str:
        """The last part of what a running tool has printed."""
        return self._live_output.get(call_id, "")

    def _observe_tool(self, event: ToolLifecycle) -> None:
        self.last_tool_name = event.tool_name
        self.last_tool_phase = event.phase
        if event.phase != "begin":
            self._live_output.pop(event.tool_call_id, None)

    def picture(self) -> LiveRun:
        """The frozen picture of now."""
        return LiveRun(
            session_id=self.session_id,
            run_id=self.run_id,
            status=self.status,
            started_at=self.started_at,
            round_count=self.round_count,
            partial_text=self.partial_text,
            partial_thinking=self.partial_thinking,
            budget=self.last_budget_event,
            last_tool_name=self.last_tool_name,
            last_tool_phase=self.last_tool_phase,
            last_event_at=self.last_event_at,
            live_output=dict(self._live_output),
            index=self.index,
        )
