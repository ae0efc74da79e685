"""A run that is watched from outside: every event of it, and its one end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bamboo_desktop.domain.errors import InvalidInputError
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.resume import ResumeOutcome
from tests.engine.scripted import MODEL, Reply, say, use
from tests.remote.served import Served, ask, collect
from tests.waiting import until

RUN = {"prompt": "go", "provider": MODEL.provider, "model": MODEL.model}


def types(items: list[dict[str, Any]]) -> list[str]:
    return [item["type"] for item in items if "type" in item]


def end(items: list[dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = items[-1]["end"]
    return found


def seqs(items: list[dict[str, Any]]) -> list[int]:
    return [item["seq"] for item in items if "type" in item and "index" not in item]


async def next_of(stream: AsyncIterator[list[dict[str, Any]]], kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while kind not in types(found):
        found += await anext(stream)
    return found


async def test_every_event_comes_once_and_the_end_is_last(served: Served) -> None:
    served.desk.plays(say("Hello you."))
    items = await collect(await served.client(), "run_and_watch", **RUN)
    assert items[0]["begun"]["run_id"]
    durable = [item["type"] for item in items if "type" in item and "index" not in item]
    assert durable[0] == "session_created"
    assert durable[-1] == "complete"
    assert len(set(seqs(items))) == len(seqs(items))
    assert seqs(items) == sorted(seqs(items))
    tokens = [item["data"]["content"] for item in items if item.get("type") == "token"]
    assert "".join(tokens) == "Hello you."
    assert end(items)["status"] == "completed"


async def test_what_was_typed_meanwhile_is_waited_for_too(served: Served) -> None:
    gate = asyncio.Event()
    served.desk.plays(Reply(text="One.", gate=gate.wait), say("Two."))
    stream = (await served.client()).stream("run_and_watch", RUN)
    first = await next_of(stream, "token")
    session_id = SessionId(first[0]["begun"]["session_id"])
    await served.desk.send(session_id, "and more")
    gate.set()
    items = first + [item async for batch in stream for item in batch]
    assert types(items).count("execution_started") == 2
    assert types(items).count("complete") == 2
    assert end(items)["status"] == "completed"
    assert (await served.desk.shown(session_id))[-2] == "assistant Two."


async def test_a_run_that_follows_between_two_looks_is_still_waited_for(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = asyncio.Event()
    runs = served.desk.engine.runs
    resume = runs.resume
    looked: list[SessionId] = []

    async def resume_and_dawdle(session_id: SessionId) -> ResumeOutcome:
        outcome = await resume(session_id)
        if not looked:
            looked.append(session_id)
            await until(lambda: len(served.desk.model.requests) == 2)
        return outcome

    monkeypatch.setattr(runs, "resume", resume_and_dawdle)
    served.desk.plays(Reply(text="One.", gate=gate.wait), say("Two."))
    stream = (await served.client()).stream("run_and_watch", RUN)
    first = await next_of(stream, "token")
    await served.desk.send(SessionId(first[0]["begun"]["session_id"]), "and more")
    gate.set()
    items = first + [item async for batch in stream for item in batch]
    assert looked
    assert types(items).count("complete") == 2


async def test_a_typed_message_that_is_taken_back_keeps_nobody_waiting(served: Served) -> None:
    gate = asyncio.Event()
    served.desk.plays(Reply(text="One.", gate=gate.wait))
    stream = (await served.client()).stream("run_and_watch", RUN)
    first = await next_of(stream, "token")
    session_id = SessionId(first[0]["begun"]["session_id"])
    runs = served.desk.engine.runs
    await runs.send(session_id, "no, wait")
    (queued,) = await runs.queued(session_id)
    await runs.remove_queued(session_id, queued.id)
    gate.set()
    async with asyncio.timeout(20):
        items = [item async for batch in stream for item in batch]
    assert end(items)["status"] == "completed"


async def test_a_message_to_a_session_that_waits_ends_at_once_as_waiting(served: Served) -> None:
    session_id = await served.desk.begin(use(ask()))
    await served.desk.question(session_id)
    items = await collect(
        await served.client(), "run_and_watch", prompt="and this", session=session_id
    )
    assert end(items)["status"] == "waiting_answer"
    assert len(end(items)["questions"]) == 1
    assert [item.text for item in await served.desk.engine.runs.queued(session_id)] == ["and this"]


async def test_a_question_ends_the_watch_and_an_answer_begins_a_new_one(served: Served) -> None:
    served.desk.plays(use(ask()), say("Left it is."))
    client = await served.client()
    items = await collect(client, "run_and_watch", **RUN)
    (question,) = end(items)["questions"]
    assert end(items)["status"] == "waiting_answer"
    item = question["items"][0]
    answered = await collect(
        client,
        "answer_and_watch",
        question=question["id"][:8],
        items={item["id"]: [item["options"][0]["id"]]},
    )
    assert types(answered)[0] == "question_answered"
    assert end(answered)["status"] == "completed"
    assert min(seqs(answered)) > max(seqs(items))


async def test_a_stop_from_elsewhere_ends_it_as_cancelled(served: Served) -> None:
    never = asyncio.Event()
    served.desk.plays(Reply(text="One", gate=never.wait))
    stream = (await served.client()).stream("run_and_watch", RUN)
    first = await next_of(stream, "token")
    session_id = first[0]["begun"]["session_id"]
    stopped = await (await served.client()).call("stop", {"session": session_id[:8]})
    assert stopped == {"session_id": session_id, "stopped": True}
    items = [item async for batch in stream for item in batch]
    assert end(items)["status"] == "cancelled"
    again = await (await served.client()).call("stop", {"session": session_id})
    assert not again["stopped"]


async def test_a_session_deleted_under_its_run_ends_as_cancelled(served: Served) -> None:
    never = asyncio.Event()
    served.desk.plays(Reply(text="One", gate=never.wait))
    stream = (await served.client()).stream("run_and_watch", RUN)
    first = await next_of(stream, "token")
    session_id = SessionId(first[0]["begun"]["session_id"])
    await served.desk.engine.sessions.purge(session_id)
    async with asyncio.timeout(20):
        items = [item async for batch in stream for item in batch]
    assert end(items)["status"] == "cancelled"


async def test_the_run_goes_on_when_its_watcher_is_gone(served: Served) -> None:
    gate = asyncio.Event()
    served.desk.plays(Reply(text="One.", gate=gate.wait))
    client = await served.client()
    stream = client.stream("run_and_watch", RUN)
    first = await next_of(stream, "token")
    session_id = SessionId(first[0]["begun"]["session_id"])
    client.abort()
    await until(lambda: not served.server._connections)
    assert served.desk.engine.runs.live(session_id) is not None
    gate.set()
    assert (await served.desk.ends(session_id)).value == "completed"


async def test_a_watched_workspace_is_checked_before_anything_is_made(
    served: Served, tmp_path: Path
) -> None:
    client = await served.client()
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    for place in (tmp_path / "missing", loop, __file__):
        with pytest.raises(InvalidInputError, match="folder"):
            await collect(client, "run_and_watch", **RUN, workspace=str(place))
    assert await collect(client, "sessions") == []


async def test_a_message_that_waits_keeps_nobody_waiting_when_its_session_is_stopped(
    served: Served,
) -> None:
    served.desk.plays(Reply(text="One.", gate=asyncio.Event().wait))
    first = (await served.client()).stream("run_and_watch", RUN)
    begun = await next_of(first, "token")
    session_id = SessionId(begun[0]["begun"]["session_id"])
    second = (await served.client()).stream(
        "run_and_watch", {"prompt": "and this", "session": session_id}
    )
    seen = await anext(second)
    await until(lambda: served.desk.engine.runs.live(session_id) is not None)
    await served.desk.engine.runs.stop(session_id)
    async with asyncio.timeout(20):
        ended = [[item async for batch in stream for item in batch] for stream in (first, second)]
    assert seen
    assert [end(items)["status"] for items in ended] == ["cancelled", "cancelled"]
