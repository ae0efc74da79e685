"""A message that steers reaches the model at its next step, once, whatever comes in between."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.model import ProviderKind
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.work import QueueMode
from bamboo_desktop.engine import RunLimits
from bamboo_desktop.providers.port import CallFault, ModelCallError
from tests.engine.scripted import Desk, call, say, use
from tests.faults.moment import Moment, cut_off
from tests.flows.test_a_model_over_the_wire import KINDS, address_of, no_secret, wired
from tests.providers.replies import Call, Reply, Say
from tests.providers.servers import ModelServer
from tests.waiting import until

WORDS = "rather look at the second one"


def places(body: bytes) -> list[str]:
    """What the request tells the model, in its order, as far as this test knows it."""
    text = json.dumps(json.loads(body), ensure_ascii=False)
    marks = {"begin here": "typed", "Let me look": "said", "text of a": "result", WORDS: "steered"}
    return [name for _, name in sorted((text.find(mark), name) for mark, name in marks.items())]


@pytest.mark.parametrize("kind", list(KINDS))
async def test_it_is_in_the_next_request_behind_the_results(
    data_dir: Path, kind: ProviderKind
) -> None:
    read = Call("Read", json.dumps({"file_path": "a"}), "c1")
    first = Reply(parts=(Say("Let me look."), read), hold_after=1)
    script = [first, Reply(parts=(Say("As you wish."),))]
    async with (
        ModelServer(script) as server,
        wired(data_dir, kind, address_of(kind, server), no_secret) as desk,
    ):
        (desk.workspace / "a").write_text("text of a")
        session_id = await desk.ask("begin here")
        await server.holding.wait()
        await desk.engine.runs.send(session_id, WORDS, mode=QueueMode.STEER)
        server.let_go.set()
        assert await desk.ends(session_id) is AgentStatus.COMPLETED
        assert len(server.asked) == 2
        assert WORDS.encode() not in server.asked[0].body
        assert server.asked[1].body.count(WORDS.encode()) == 1
        assert places(server.asked[1].body) == ["typed", "said", "result", "steered"]
        shown = await desk.shown(session_id)
        assert [line for line in shown if not line.startswith("run_end")] == [
            "user begin here",
            "assistant Let me look.",
            "Read ok",
            f"user {WORDS}",
            "assistant As you wish.",
        ]
        assert sum(line.startswith("run_end") for line in shown) == 1
        assert await desk.engine.runs.queued(session_id) == ()


@pytest.fixture
def moment() -> Moment:
    return Moment()


@pytest.fixture
async def desk(data_dir: Path, moment: Moment) -> AsyncIterator[Desk]:
    async with Desk(data_dir, faults=moment) as opened:
        yield opened


async def steered(desk: Desk, session_id: SessionId) -> None:
    await desk.send(session_id, WORDS, mode=QueueMode.STEER)


async def times_told(desk: Desk, session_id: SessionId) -> tuple[int, int, int]:
    """How often it stands in the transcript, in the last request, and in the queue."""
    shown = await desk.shown(session_id)
    told = desk.told_model() if desk.model.requests else ()
    return (
        shown.count(f"user {WORDS}"),
        [text for _, text in told].count(WORDS),
        len(await desk.engine.runs.queued(session_id)),
    )


async def test_it_survives_a_crash_before_the_next_step(desk: Desk, moment: Moment) -> None:
    gate = asyncio.Event()
    session_id = await desk.begin(say("half", gate=gate.wait))
    await until(lambda: len(desk.model.requests) == 1)
    await steered(desk, session_id)
    moment.is_broken = True
    await cut_off(desk, moment)
    desk.model.requests.clear()
    assert await times_told(desk, session_id) == (0, 0, 1)
    desk.plays(say("as you wish"))
    await desk.engine.runs.continue_(session_id)
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert await times_told(desk, session_id) == (1, 1, 0)


@pytest.mark.parametrize(
    "point", ["message.before", "message.after", "end.before", "end.after", "run.after"]
)
async def test_it_is_told_once_wherever_in_the_run_it_comes(
    desk: Desk, moment: Moment, point: str
) -> None:
    session = await desk.session()
    moment.at(point, lambda: steered(desk, session.id))
    desk.plays(say("my last word"), say("as you wish"), say("never said"))
    await desk.send(session.id)
    await until(lambda: bool(moment.tasks) and moment.tasks[0].done())
    await until(lambda: bool(desk.model.requests) and ("user", WORDS) in desk.told_model())
    await desk.ends(session.id, AgentStatus.COMPLETED)
    assert await times_told(desk, session.id) == (1, 1, 0)


@pytest.mark.parametrize("end", ["error", "stop", "rounds", "question"])
async def test_where_the_run_ends_before_a_next_step_it_waits_and_is_told_once(
    data_dir: Path, end: str
) -> None:
    moment = Moment()
    limits = RunLimits(model_delay=0.001, max_rounds=1)
    async with Desk(data_dir, faults=moment, limits=limits if end == "rounds" else None) as desk:
        (desk.workspace / "f").write_text("x")
        session = await desk.session()
        gate = asyncio.Event()
        refused = ModelCallError(CallFault.AUTHENTICATION, "The key was refused.")
        item = {"id": "name", "kind": "text", "prompt": "Which name?"}
        first = {
            "error": say("half", gate=gate.wait, fails=refused),
            "stop": say("half", gate=gate.wait),
            "rounds": replace(use(call("Read", file_path="f")), gate=gate.wait),
            "question": replace(use(call("Ask", items=[item])), gate=gate.wait),
        }[end]
        desk.plays(first)
        await desk.send(session.id)
        await until(lambda: len(desk.model.requests) == 1)
        await steered(desk, session.id)
        if end == "stop":
            await desk.engine.runs.stop(session.id)
        gate.set()
        await desk.ends(session.id)
        assert await times_told(desk, session.id) == (0, 0, 1)
        await desk.restart()
        desk.model.requests.clear()
        desk.plays(say("as you wish"))
        if end == "question":
            await desk.answer(await desk.question(session.id), text="Bamboo")
        else:
            await desk.engine.runs.continue_(session.id)
        await desk.ends(session.id, AgentStatus.COMPLETED)
        assert await times_told(desk, session.id) == (1, 1, 0)


@pytest.mark.parametrize("mode", list(QueueMode))
@pytest.mark.parametrize("point", ["message.before", "message.after"])
async def test_a_stop_at_the_very_last_word_leaves_it_in_the_queue(
    desk: Desk, moment: Moment, point: str, mode: QueueMode
) -> None:
    gate = asyncio.Event()
    session_id = await desk.begin(say("my last word", gate=gate.wait), say("never said"))
    await until(lambda: len(desk.model.requests) == 1)
    moment.at(point, lambda: desk.engine.runs.stop(session_id))
    await desk.send(session_id, WORDS, mode=mode)
    gate.set()
    await until(lambda: bool(moment.tasks) and moment.tasks[0].done())
    await desk.ends(session_id)
    await until(lambda: len(desk.engine._services.tasks) == 1)
    assert len(desk.model.requests) == 1
    assert await times_told(desk, session_id) == (0, 0, 1)
    await desk.engine.runs.continue_(session_id)
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert await times_told(desk, session_id) == (1, 1, 0)
