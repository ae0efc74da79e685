"""The socket is its user's alone, shows nothing before the token, and no guest can break it."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import socket
import stat
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from bamboo_desktop.engine.remote import Address, connect, connection, frames, places, server
from bamboo_desktop.engine.remote.address import FILE_NAME
from tests.remote.served import Served, line
from tests.waiting import until

PING = line({"command": "ping", "arguments": {}})


def mode(path: str | Path) -> int:
    return stat.S_IMODE(os.lstat(path).st_mode)


async def test_the_socket_and_its_address_are_private(served: Served) -> None:
    assert mode(served.address.path) == 0o600
    assert stat.S_ISSOCK(os.lstat(served.address.path).st_mode)
    assert mode(served.data_dir) == 0o700
    assert mode(served.data_dir / FILE_NAME) == 0o600


def test_a_socket_is_born_private_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        listening = places.bind_private(tmp_path / "s")
    finally:
        os.umask(before)
    with listening:
        assert mode(tmp_path / "s") == 0o600
        assert not listening.get_inheritable()


@pytest.mark.parametrize(
    "greeting",
    [
        line({"token": "wrong"}),
        line({"token": ""}),
        line({"token": None}),
        line({"token": ["x"]}),
        line({"token": "\ud800"}),
        line({}),
        line([]),
        b"\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"\xff\xfe\x00\n",
        b"[" * 4_000 + b"\n",
        b"x" * 100_000,
        b"",
    ],
)
async def test_without_the_token_nobody_learns_anything(served: Served, greeting: bytes) -> None:
    assert await served.say(greeting, PING) == b""


async def test_a_token_is_good_for_its_own_owner_only(served: Served) -> None:
    before = served.greeting
    await served.restart()
    assert await served.say(before, PING) == b""
    assert b'"pid"' in await served.say(served.greeting, PING)


@pytest.mark.parametrize(
    "garbage", [b"nonsense\n", b"[1]\n", b"[" * 100_000 + b"\n", b"\x00\n", b"{\n"]
)
async def test_garbage_is_told_to_its_sender_and_troubles_nobody_else(
    served: Served, garbage: bytes
) -> None:
    other = await served.client()
    assert b"protocol" in await served.say(served.greeting, garbage, PING)
    assert (await other.call("ping", {}))["face"] == "window"


async def test_a_line_without_end_is_refused(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def bounded(self: frames.FrameReader, *, longest: int = 10_000) -> object:
        return await original(self, longest=min(longest, 10_000))

    original = frames.FrameReader.next
    monkeypatch.setattr(frames.FrameReader, "next", bounded)
    told = await served.say(served.greeting, b"x" * 200_000)
    assert told == b"" or b"too long" in told
    assert (await (await served.client()).call("ping", {}))["face"] == "window"


async def test_who_says_nothing_is_let_go(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "GREETING_SECONDS", 0.02)
    reader, writer = await served.raw()
    assert await asyncio.wait_for(reader.read(), 20) == b""
    writer.close()


async def test_a_crowd_is_turned_away_and_the_first_ones_stay(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "MOST_CONNECTIONS", 3)
    first = await served.client()
    crowd = [await served.raw() for _ in range(10)]
    turned_away = [asyncio.wait_for(reader.read(), 20) for reader, _ in crowd[2:]]
    assert await asyncio.gather(*turned_away, return_exceptions=True)
    assert (await first.call("ping", {}))["face"] == "window"
    for _, writer in crowd:
        writer.close()
    await until(lambda: len(served.server._connections) == 1)
    assert (await (await served.client()).call("ping", {}))["face"] == "window"


async def test_a_link_at_the_place_of_the_socket_is_not_followed(data_dir: Path) -> None:
    precious = data_dir.parent / "precious"
    precious.write_text("mine")
    data_dir.mkdir(mode=0o700)
    (data_dir / "control.sock").symlink_to(precious)
    (data_dir / "control.new").symlink_to(precious)
    async with Served(data_dir) as served:
        assert precious.read_text() == "mine"
        assert stat.S_ISSOCK(os.lstat(served.address.path).st_mode)
        await served.client()


async def test_the_address_of_a_dead_owner_misleads_nobody(data_dir: Path) -> None:
    data_dir.mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(data_dir / "control.sock"))
    Address(token="old", path=str(data_dir / "control.sock")).write(data_dir)
    assert await connect(data_dir) is None
    async with Served(data_dir) as served:
        await served.client()
    assert not (data_dir / FILE_NAME).exists()
    assert not (data_dir / "control.sock").exists()


async def test_an_owner_that_does_not_answer_is_none(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bamboo_desktop.engine.remote.client.CONNECT_SECONDS", 0.05)
    data_dir.mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX) as mute:
        mute.bind(str(data_dir / "control.sock"))
        mute.listen()
        Address(token="t", path=str(data_dir / "control.sock")).write(data_dir)
        assert await connect(data_dir) is None


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"token": 1}', b'{"token":"t","path":"x","port":"y"}', b"\xff"]
)
async def test_a_broken_address_is_none(data_dir: Path, content: bytes) -> None:
    data_dir.mkdir()
    (data_dir / FILE_NAME).write_bytes(content)
    assert await connect(data_dir) is None


def test_a_pipe_in_place_of_the_address_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / FILE_NAME)
    assert Address.read(tmp_path) is None


async def test_a_long_path_gets_a_private_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tempfile.TemporaryDirectory() as runtime:
        monkeypatch.setenv("XDG_RUNTIME_DIR", runtime)
        data_dir = tmp_path / ("d" * 60) / ("e" * 60)
        data_dir.parent.mkdir()
        async with Served(data_dir) as served:
            path = Path(served.address.path)
            assert path.is_relative_to(runtime)
            assert mode(path.parent) == 0o700
            assert mode(path) == 0o600
            await served.client()
        assert not path.parent.exists()


def test_a_planted_folder_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        monkeypatch.setenv("XDG_RUNTIME_DIR", one)
        monkeypatch.setattr(tempfile, "tempdir", two)
        data_dir = tmp_path / ("d" * 120)
        planted = places.socket_path(data_dir)
        assert planted is not None
        assert planted.is_relative_to(one)
        planted.parent.chmod(0o755)
        other = places.socket_path(data_dir)
        assert other is not None
        assert other.is_relative_to(two)
        other.parent.rmdir()
        other.parent.symlink_to(one)
        third = places.socket_path(data_dir)
        assert third is None or not third.is_relative_to(two)
        if third is not None:
            third.parent.rmdir()


async def test_without_a_place_for_a_socket_a_port_of_this_machine_serves(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "socket_path", lambda _: None)
    async with Served(data_dir) as served:
        assert served.address.port
        assert (await (await served.client()).call("ping", {}))["face"] == "window"


async def test_an_engine_that_cannot_listen_works_on(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, expects_log: list[object]
) -> None:
    def refuse(_: Path) -> socket.socket:
        raise OSError("no more sockets")

    monkeypatch.setattr(server, "bind_private", refuse)
    async with Served(data_dir) as served:
        assert await connect(data_dir) is None
        assert await served.desk.engine.sessions.summaries() == ()
    assert expects_log


async def test_no_connection_reaches_the_children_of_the_program(served: Served) -> None:
    client = await served.client()
    descriptors = [item.fileno() for item in served.server._server.sockets]  # type: ignore[union-attr]
    descriptors += [
        item._writer.get_extra_info("socket").fileno()
        for item in served.server._connections.values()
    ]
    descriptors.append(client._writer.get_extra_info("socket").fileno())
    assert len(descriptors) >= 3
    assert not any(os.get_inheritable(number) for number in descriptors)


async def test_a_connection_given_up_before_its_first_word_is_hung_up(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    spawn = served.tasks.spawn

    def given_up(work: Coroutine[Any, Any, Any], *, name: str) -> asyncio.Task[Any]:
        task = spawn(work, name=name)
        task.cancel()
        return task

    monkeypatch.setattr(served.tasks, "spawn", given_up)
    reader, writer = await asyncio.open_unix_connection(served.address.path)
    async with asyncio.timeout(20):
        assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()


@pytest.mark.every_loop
async def test_who_knocks_while_the_door_is_closed_is_dropped_and_not_left_open(
    data_dir: Path,
) -> None:
    async with Served(data_dir) as served:
        with socket.socket(socket.AF_UNIX) as guest:
            guest.connect(served.address.path)
            # Two turns: on asyncio's own loop it is taken in now, and no connection yet.
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            await served.server.close()
            gc.collect()
            with contextlib.suppress(ConnectionResetError):
                assert guest.recv(1) == b""
