"""What a person does in the very moment a run ends counts, and so does what waits in its queue."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from typing_extensions import override

from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.engine.runs.runner import StopReason
from bamboo_desktop.store.faults import FaultPoints
from tests.engine.scripted import Desk, call, say, use
from tests.waiting import until

ASK = call("Ask", items=[{"id": "q", "kind": "text", "prompt": "Which?"}])


class Moment(FaultPoints):
    """Does something once, when the program comes to a named point."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.act: Callable[[], object] | None = None

    @override
    def reached(self, name: str) -> None:
        if name == self._name and self.act is not None:
            act, self.act = self.act, None
            act()


async def test_a_stop_while_the_wait_is_being_stored_ends_the_wait(data_dir: Path) -> None:
    moment = Moment("end.before")
    async with Desk(data_dir, faults=moment) as desk:
        session = await desk.session()
        registry = desk.engine._services.registry
        moment.act = lambda: registry.stopping(session.id, StopReason.PERSON)
        desk.plays(use(ASK))
        await desk.send(session.id)
        await until(lambda: "cancelled" in desk.types(session.id), what="the wait has ended")
        await desk.ends(session.id, AgentStatus.CANCELLED)
        assert await desk.engine.questions.open(session.id) == ()


async def test_a_message_that_waits_for_a_run_follows_it_though_the_program_is_closed_just_then(
    data_dir: Path,
) -> None:
    moment, gate = Moment("end.before"), asyncio.Event()
    async with Desk(data_dir, faults=moment) as desk:
        session_id = await desk.begin(say("first", gate=gate.wait))
        await until(lambda: desk.model.requests, what="the model was asked")
        await desk.send(session_id, "and then this")
        moment.act = desk.engine._launcher.close_door
        gate.set()
        await desk.ends(session_id, AgentStatus.COMPLETED)
        desk.plays(say("second"))
        await desk.restart()
        await until(lambda: len(desk.model.requests) == 2, what="the next run")
        await desk.ends(session_id, AgentStatus.COMPLETED)
        assert desk.told_model()[-1] == ("user", "and then this")
        assert await desk.engine.runs.queued(session_id) == ()


async def test_a_stop_leaves_the_queue_where_it_is_also_through_a_restart(data_dir: Path) -> None:
    gate = asyncio.Event()
    async with Desk(data_dir) as desk:
        session_id = await desk.begin(say("first", gate=gate.wait))
        await until(lambda: desk.model.requests, what="the model was asked")
        await desk.send(session_id, "and then this")
        await desk.engine.runs.stop(session_id)
        await desk.ends(session_id, AgentStatus.CANCELLED)
        await desk.restart()
        (waiting,) = await desk.engine.runs.queued(session_id)
        assert waiting.text == "and then this"
        assert len(desk.model.requests) == 1
