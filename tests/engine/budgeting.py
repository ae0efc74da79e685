"""Words for tests of budgets: limits that are set, calls that are made, what was read."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

from bamboo_desktop.domain.budget import Spent
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.message import ToolCallPart
from bamboo_desktop.domain.question import QuestionRecord
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.store import spending
from tests.engine.scripted import Desk, Reply, call

_NUMBERS = itertools.count()
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read() -> ToolCallPart:
    """A call that changes nothing, needs nobody's consent and is not made twice."""
    return call("Glob", pattern=f"{next(_NUMBERS)}*")


def step(*calls: ToolCallPart, tokens: int = 0, cost: int | None = 0, text: str = "") -> Reply:
    """An answer that takes so much; by default it asks for one reading call."""
    usage = Usage(input_tokens=tokens, cost_micros=cost)
    return Reply(text=text, calls=calls or (read(),), usage=usage)


def words(text: str = "done", *, tokens: int = 0, cost: int | None = 0) -> Reply:
    """A last word that takes so much."""
    return Reply(text=text, usage=Usage(input_tokens=tokens, cost_micros=cost))


def lives(desk: Desk, seconds: float, *calls: ToolCallPart) -> Reply:
    """An answer that takes so long."""

    async def gate() -> None:
        desk.clock.lived += seconds

    return Reply(calls=calls or (read(),), usage=Usage(cost_micros=0), gate=gate)


async def limit(desk: Desk, scope: str = "run", /, **limits: int) -> None:
    """Set default limits, as a person does in the settings."""
    for name, number in limits.items():
        await desk.engine.preferences.put(f"budget.{scope}.{name}", str(number))


async def pauses(desk: Desk, session_id: SessionId) -> QuestionRecord:
    """Wait until the session waits for budget; returns its one question."""
    await desk.ends(session_id, AgentStatus.WAITING_BUDGET)
    record = await desk.question(session_id)
    assert record.question.kind.value == "budget"
    return record


def choices(record: QuestionRecord) -> list[str]:
    return [option.id for option in record.question.items[0].options]


async def spent(desk: Desk) -> Spent:
    """What all runs have used so far."""
    return await desk.engine._services.database.read(lambda tx: spending.of_all(tx, EPOCH))


async def tools_run(desk: Desk, session_id: SessionId) -> int:
    """How many calls were carried out."""
    return desk.types(session_id).count("tool_start")
