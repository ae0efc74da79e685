"""What can be asked over the socket, and what is said when it cannot be done."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bamboo_desktop.domain.errors import (
    AlreadyAnsweredError,
    InvalidInputError,
    NotFoundError,
    UserError,
)
from bamboo_desktop.engine.remote import OwnerLeftError, commands, connect
from bamboo_desktop.engine.remote.frames import ProtocolError
from tests.engine.scripted import say, use
from tests.remote.served import Served, ask, collect


async def waiting(served: Served) -> dict[str, Any]:
    """A question that waits, as the command line sees it."""
    session_id = await served.desk.begin(use(ask()), say("Thanks."))
    await served.desk.question(session_id)
    (question,) = await collect(await served.client(), "questions")
    return question


def given(question: dict[str, Any], *, index: int = 0) -> dict[str, Any]:
    item = question["items"][0]
    return {"question": question["id"], "items": {item["id"]: [item["options"][index]["id"]]}}


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("sessions", {"scope": "elsewhere"}),
        ("sessions", {"limit": "many"}),
        ("sessions", {"limit": -1}),
        ("sessions", {"limit": True}),
        ("events", {"since": 1.5}),
        ("events", {"since": 10**6}),
        ("export", {"session": "x", "format": "pdf"}),
        ("show", {"session": 5}),
        ("run_and_watch", {"prompt": ["x"]}),
        ("run_and_watch", {"prompt": ""}),
        ("run_and_watch", {"prompt": "x", "allow": "Bash"}),
        ("run_and_watch", {"prompt": "x", "allow": ["Bash(("]}),
        ("run_and_watch", {"prompt": "x", "effort": "heroic"}),
        ("run_and_watch", {"prompt": "x", "base_url": "ftp://x"}),
        ("run_and_watch", {"prompt": "x", "base_url": "http://\ud800"}),
        ("run_and_watch", {"prompt": "x", "base_url": "http://user:word@host"}),
        ("run_and_watch", {"prompt": "x", "provider": "nobody"}),
        ("run_and_watch", {"prompt": "x", "model": "m"}),
        ("nonsense", {}),
    ],
)
async def test_what_does_not_fit_is_a_usage_error_and_leaves_no_session(
    served: Served, command: str, arguments: dict[str, Any]
) -> None:
    client = await served.client()
    with pytest.raises(InvalidInputError) as caught:
        await collect(client, command, **arguments)
    assert caught.value.sentence.endswith((".", "?"))
    assert await collect(client, "sessions") == []


@pytest.mark.parametrize("arguments", [5, "x", ["x"], None])
async def test_arguments_are_an_object(served: Served, arguments: Any) -> None:
    client = await served.client()
    await commands_frame(client, arguments)


async def commands_frame(client: Any, arguments: Any) -> None:
    from bamboo_desktop.engine.remote.frames import write_frame

    await write_frame(client._writer, {"command": "sessions", "arguments": arguments})
    with pytest.raises(InvalidInputError):
        await client._next()


async def test_a_fault_of_the_program_is_told_and_the_connection_stays(
    served: Served, monkeypatch: pytest.MonkeyPatch, expects_log: list[Any]
) -> None:
    async def broken(*_: object) -> Any:
        raise KeyError("ours")

    monkeypatch.setitem(commands.COMMANDS, "stop", broken)
    client = await served.client()
    with pytest.raises(UserError, match="made a mistake"):
        await client.call("stop", {"session": "x"})
    assert (await client.call("ping", {}))["face"] == "window"
    assert [record.exc_info[0] for record in expects_log] == [KeyError]


async def test_another_version_is_refused_with_a_sentence(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "PROTOCOL", 2)
    with pytest.raises(ProtocolError, match="another version; quit it"):
        await connect(served.data_dir)


async def test_a_session_is_found_by_the_beginning_of_its_id(served: Served) -> None:
    one = await served.desk.session()
    client = await served.client()
    shown = await collect(client, "show", session=one.id[:8])
    assert shown[0]["session"]["id"] == one.id
    with pytest.raises(NotFoundError, match="no session 'zz'"):
        await collect(client, "show", session="zz")
    with pytest.raises(NotFoundError):
        await collect(client, "show", session="")


async def test_a_beginning_that_fits_several_is_refused(served: Served) -> None:
    found: dict[str, int] = {}
    while not any(count > 1 for count in found.values()):
        session = await served.desk.session()
        found[session.id[0]] = found.get(session.id[0], 0) + 1
    begin = next(letter for letter, count in found.items() if count > 1)
    with pytest.raises(InvalidInputError, match="fits 2 sessions"):
        await collect(await served.client(), "show", session=begin)


@pytest.mark.parametrize("short", [True, False], ids=["by its beginning", "by its id"])
async def test_a_second_answer_is_told_who_was_first(served: Served, short: bool) -> None:
    question = await waiting(served)
    answer = given(question)
    if short:
        answer["question"] = question["id"][:8]
    client, other = await served.client(), await served.client()
    results = await asyncio.gather(
        client.call("answer", answer), other.call("answer", answer), return_exceptions=True
    )
    (error,) = [item for item in results if isinstance(item, BaseException)]
    assert isinstance(error, AlreadyAnsweredError)
    assert "already answered by bambooctl" in error.sentence
    with pytest.raises(AlreadyAnsweredError):
        await client.call("answer", given(question, index=1))


async def test_an_answer_to_nothing_says_where_to_look(served: Served) -> None:
    with pytest.raises(NotFoundError, match="bambooctl answer"):
        await (await served.client()).call("answer", {"question": "nope"})


async def test_an_owner_that_leaves_in_order_says_so(data_dir: Path) -> None:
    served = Served(data_dir)
    await served.open()
    idle, busy = await served.client(), await served.client()
    following = asyncio.ensure_future(collect(busy, "events", follow=True))
    while not served.server._connections or not any(
        item._command for item in served.server._connections.values()
    ):
        await asyncio.sleep(0)
    await served.close()
    with pytest.raises(OwnerLeftError) as caught:
        await following
    assert not caught.value.was_refused
    with pytest.raises(OwnerLeftError) as refused:
        await idle.call("stop", {"session": "x"})
    assert refused.value.was_refused
    for client in served.clients:
        await client.aclose()


async def test_an_owner_that_dies_with_a_command_in_hand_is_no_refusal(served: Served) -> None:
    client = await served.client()
    following = asyncio.ensure_future(collect(client, "events", follow=True))
    while not any(item._command for item in served.server._connections.values()):
        await asyncio.sleep(0)
    for item in served.server._connections.values():
        item._writer.transport.abort()
    with pytest.raises(OwnerLeftError) as caught:
        await following
    assert not caught.value.was_refused


async def test_ten_thousand_sessions_come_in_parts(served: Served) -> None:
    for number in range(1_200):
        await served.desk.engine.sessions.create(title=f"Number {number}")
    rows = await collect(await served.client(), "sessions", limit=1_100)
    assert len({row["id"] for row in rows}) == 1_100


async def test_a_big_export_crosses_the_socket_whole(served: Served) -> None:
    text = "wort \u00e4\U0001f600 " * 60_000
    session_id = await served.desk.begin(say("ok"), text=text)
    await served.desk.ends(session_id)
    parts = await collect(await served.client(), "export", session=session_id)
    assert len(parts) > 1
    assert text.strip() in "".join(part["text"] for part in parts)


async def test_who_hangs_up_is_let_go_at_once(served: Served) -> None:
    client = await connect(served.data_dir)
    assert client is not None
    stream = client.stream("events", {"follow": True})
    reading = asyncio.ensure_future(anext(stream, None))
    while not any(item._command for item in served.server._connections.values()):
        await asyncio.sleep(0)
    reading.cancel()
    client.abort()
    async with asyncio.timeout(20):
        while served.server._connections:
            await asyncio.sleep(0)
