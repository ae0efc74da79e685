"""A key from the environment of a command, lent to the engine of an open window for one run."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bamboo_desktop import logs
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.work import QueueMode
from bamboo_desktop.engine import Engine, EngineOptions, RunLimits
from bamboo_desktop.engine.remote import CommandContext, ControlServer
from bamboo_desktop.providers.keys import MemoryKeys
from bamboo_desktop.tasks import TaskSet
from tests.cli.conftest import ctl
from tests.cli.ctl import Ctl
from tests.providers.replies import Call, Refusal, Reply, Say
from tests.providers.servers import Asked, ModelServer
from tests.waiting import until

CANARY = "canary-5e0b1d7f9a2c48e6"
"""Without the shape of a key, so that only knowing it can keep it out."""
ASK = Call(
    "Ask",
    json.dumps(
        {
            "title": "A choice",
            "items": [
                {
                    "id": "way",
                    "kind": "single",
                    "prompt": "Which way?",
                    "options": [{"id": "left", "label": "Left"}, {"id": "right", "label": "Right"}],
                }
            ],
        }
    ),
    "c1",
)
NOTHING = Call("Nothing", "{}", "c2")
"""A call that is answered with an error, after which the model is asked again."""

__all__ = ["ctl"]


@dataclass
class Window:
    """The engine of an open window with its socket and its log."""

    engine: Engine
    log: logs.Logs

    async def ended(self, session_id: SessionId) -> None:
        await until(lambda: self.engine.runs.live(session_id) is None, what="the run has ended")


@pytest.fixture
async def window(
    data_dir: Path, tmp_path: Path, expects_log: list[object]
) -> AsyncIterator[Window]:
    """An open window; what it wrote is looked through at the end, and its memory too."""
    log = logs.configure(tmp_path / "logs", level=logging.DEBUG)
    async with _opened(data_dir, log) as window:
        yield window
        exported = ""
        for row in await window.engine.sessions.summaries():
            exported += await window.engine.transcripts.export_json(row.session.id)
            exported += await window.engine.transcripts.export_markdown(row.session.id)
        events = repr(await window.engine.feed.since(0))
        await window.engine.backup_now()
        assert len(window.engine.models._lent) == 0, "no key is left in memory"
    log.close()
    assert CANARY not in exported
    assert CANARY not in events
    for file in tmp_path.rglob("*"):
        if file.is_file():
            assert CANARY.encode() not in file.read_bytes(), file


@asynccontextmanager
async def _opened(data_dir: Path, log: logs.Logs) -> AsyncIterator[Window]:
    bugs: list[BaseException] = []
    engine = await Engine.open(
        EngineOptions(
            data_dir=data_dir,
            on_bug=lambda error, _: bugs.append(error),
            keys=MemoryKeys(on_secret=log.redactor.add),
            on_secret=log.redactor.add,
            limits=RunLimits(model_delay=0.001),
        )
    )
    tasks = TaskSet("window", log.task_failed)
    server = ControlServer(CommandContext(engine=engine, face="window"), data_dir, tasks)
    await server.start()
    try:
        yield Window(engine, log)
    finally:
        await server.close()
        await tasks.close()
        await engine.close()
    assert bugs == []


@pytest.fixture
def lends(ctl: Ctl, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of the commands holds a key."""
    monkeypatch.setenv("BAMBOO_API_KEY", CANARY)


def had_key(asked: Asked) -> bool:
    return CANARY in repr(asked.headers)


def to(server: ModelServer) -> tuple[str, ...]:
    return ("--base-url", server.v1, "--model", "m")


@pytest.mark.usefixtures("lends")
async def test_a_run_beside_a_window_uses_the_key_and_leaves_it_nowhere(
    ctl: Ctl, window: Window
) -> None:
    refused = Refusal(status=401, body=json.dumps({"error": f"the key {CANARY} is wrong"}))
    async with ModelServer([Reply(parts=(Say("Hello."),)), refused]) as server:
        done = await ctl.aside("run", "go", *to(server))
        assert (done.code, done.out, done.err) == (0, "Hello.\n", "")
        wrong = await ctl.aside("run", "go", "--json", *to(server))
        assert wrong.code == 1
        assert CANARY not in wrong.out + wrong.err
        logging.getLogger("bamboo_desktop").error("a slip of the pen: %s", CANARY)
        assert all(had_key(asked) for asked in server.asked)


@pytest.mark.usefixtures("lends")
async def test_the_model_of_a_server_is_asked_for_with_the_key(ctl: Ctl, window: Window) -> None:
    page = {"object": "list", "data": [{"id": "the-one", "object": "model"}]}
    async with ModelServer(pages={"/v1/models": page}) as server:
        done = await ctl.aside("run", "x", "--base-url", server.v1)
        assert done.code == 0, done
        assert all(had_key(asked) for asked in server.asked)


@pytest.mark.usefixtures("lends")
async def test_no_other_run_gets_the_key_meanwhile_or_afterwards(ctl: Ctl, window: Window) -> None:
    async with ModelServer([Reply(hold_after=1), Reply(), Reply()]) as server:
        running = asyncio.ensure_future(ctl.aside("run", "go", *to(server)))
        await until(lambda: bool(server.asked), what="the model is asked")
        (row,) = await window.engine.sessions.summaries()
        model = row.session.model
        other = await window.engine.sessions.create(model=model)
        await window.engine.runs.send(other.id, "what about me")
        await window.ended(other.id)
        server.let_go.set()
        assert (await running).code == 0
        await window.engine.runs.send(row.session.id, "and again")
        await window.ended(row.session.id)
        assert [had_key(asked) for asked in server.asked] == [True, False, False]


@pytest.mark.usefixtures("lends")
async def test_a_message_that_waits_for_a_run_brings_its_key_to_the_next_one(
    ctl: Ctl, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with ModelServer([Reply(), Reply(hold_after=1), Reply()]) as server:
        assert (await ctl.aside("run", "go", *to(server))).code == 0
        (row,) = await window.engine.sessions.summaries()
        await window.engine.runs.send(row.session.id, "from the window")
        await until(lambda: len(server.asked) == 2, what="the model is asked")
        waiting = asyncio.ensure_future(ctl.aside("run", "next", "--session", row.session.id))
        while not await window.engine.runs.queued(row.session.id):
            await asyncio.sleep(0)
        server.let_go.set()
        assert (await waiting).code == 0
        assert [had_key(asked) for asked in server.asked] == [True, False, True]


@pytest.mark.usefixtures("lends")
@pytest.mark.parametrize("end", ["taken back", "steers", "deleted"])
async def test_a_key_goes_with_the_message_it_came_with(ctl: Ctl, window: Window, end: str) -> None:
    runs = window.engine.runs
    async with ModelServer([Reply(), Reply(parts=(NOTHING,), hold_after=0), Reply()]) as server:
        assert (await ctl.aside("run", "go", *to(server))).code == 0
        (row,) = await window.engine.sessions.summaries()
        session_id = row.session.id
        await runs.send(session_id, "from the window")
        await until(lambda: len(server.asked) == 2, what="the model is asked")
        waiting = asyncio.ensure_future(ctl.aside("run", "next", "--session", session_id))
        while not (queued := await runs.queued(session_id)):
            await asyncio.sleep(0)
        assert len(window.engine.models._lent) == 1
        if end == "taken back":
            assert await runs.remove_queued(session_id, queued[0].id)
        elif end == "steers":
            assert await runs.set_queued_mode(session_id, queued[0].id, QueueMode.STEER)
        else:
            await window.engine.sessions.purge(session_id)
        if end == "steers":
            server.let_go.set()
            await window.ended(session_id)
        await until(lambda: len(window.engine.models._lent) == 0, what="the key is forgotten")
        server.let_go.set()
        await waiting


@pytest.mark.usefixtures("lends")
async def test_a_question_gives_the_key_back_and_an_answer_brings_it_again(
    ctl: Ctl, window: Window
) -> None:
    async with ModelServer([Reply(parts=(ASK,)), Reply()]) as server:
        assert (await ctl.aside("run", "go", *to(server))).code == 3
        assert len(window.engine.models._lent) == 0
        (question,) = (await ctl.aside("answer", "--json")).lines
        assert (await ctl.aside("answer", question["id"], "--item", "way=left")).code == 0
        await window.ended(question["session_id"])
        assert [had_key(asked) for asked in server.asked] == [True, True]


@pytest.mark.usefixtures("lends")
async def test_an_answer_that_is_refused_lends_nothing(ctl: Ctl, window: Window) -> None:
    async with ModelServer([Reply(parts=(ASK,))]) as server:
        assert (await ctl.aside("run", "go", *to(server))).code == 3
        (question,) = (await ctl.aside("answer", "--json")).lines
        assert (await ctl.aside("answer", question["id"], "--item", "way=up")).code == 2
        assert len(window.engine.models._lent) == 0


async def test_what_cannot_be_a_key_is_a_usage_error(
    ctl: Ctl, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAMBOO_API_KEY", "two words")
    done = await ctl.aside("run", "x", "--base-url", "http://127.0.0.1:9/v1", "--model", "m")
    assert done.code == 2
    assert "key" in done.sentence
    assert await window.engine.sessions.summaries() == ()
