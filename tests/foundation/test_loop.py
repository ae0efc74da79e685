"""What a program may expect of its event loop, on asyncio's, qasync's and our own."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import os
import signal
import socket
import sys
import threading
from collections.abc import AsyncGenerator

import pytest

from tests.waiting import until

pytestmark = pytest.mark.every_loop

WORD: contextvars.ContextVar[str] = contextvars.ContextVar("WORD", default="unset")


async def test_call_soon_keeps_the_order() -> None:
    loop, seen = asyncio.get_running_loop(), list[int]()
    for number in range(1_000):
        loop.call_soon(seen.append, number)
    await until(lambda: len(seen) == 1_000)
    assert seen == list(range(1_000))


async def test_a_cancelled_callback_does_not_run() -> None:
    loop, seen = asyncio.get_running_loop(), list[str]()
    loop.call_soon(seen.append, "cancelled").cancel()
    loop.call_later(0, seen.append, "cancelled timer").cancel()
    loop.call_soon(seen.append, "kept")
    await until(lambda: "kept" in seen)
    await asyncio.sleep(0.01)
    assert seen == ["kept"]


async def test_timers_fire_in_the_order_of_their_time() -> None:
    loop, seen = asyncio.get_running_loop(), list[int]()
    for milliseconds in (30, 10, 20, 0):
        loop.call_later(milliseconds / 1_000, seen.append, milliseconds)
    await until(lambda: len(seen) == 4)
    assert seen == [0, 10, 20, 30]


async def test_a_timer_may_set_timers() -> None:
    loop, seen = asyncio.get_running_loop(), list[int]()

    def again(left: int) -> None:
        seen.append(left)
        if left:
            loop.call_later(0.001, again, left - 1)

    loop.call_later(0.001, again, 10)
    await until(lambda: len(seen) == 11)
    assert seen == list(range(10, -1, -1))


async def test_a_callbacks_error_reaches_the_handler_and_the_next_one_runs() -> None:
    loop, errors, seen = asyncio.get_running_loop(), list[object](), list[str]()
    loop.set_exception_handler(lambda _, context: errors.append(context["exception"]))
    problem = RuntimeError("in a callback")

    def fail() -> None:
        raise problem

    loop.call_soon(fail)
    loop.call_soon(seen.append, "next")
    await until(lambda: seen)
    assert errors == [problem]
    loop.set_exception_handler(None)


async def test_an_error_without_a_handler_is_logged(expects_log: list[object]) -> None:
    loop = asyncio.get_running_loop()

    def fail() -> None:
        raise RuntimeError("nobody asked")

    loop.call_soon(fail)
    await until(lambda: expects_log)


async def test_threads_hand_in_callbacks_in_their_order() -> None:
    loop, seen = asyncio.get_running_loop(), list[tuple[int, int]]()

    def hand_in(thread: int) -> None:
        for number in range(500):
            loop.call_soon_threadsafe(seen.append, (thread, number))

    threads = [threading.Thread(target=hand_in, args=(index,)) for index in range(4)]
    for thread in threads:
        thread.start()
    await until(lambda: len(seen) == 2_000)
    for index in range(4):
        assert [number for thread, number in seen if thread == index] == list(range(500))
        threads[index].join()


async def test_a_thread_wakes_an_idle_loop() -> None:
    loop, woken = asyncio.get_running_loop(), asyncio.Event()
    go = threading.Event()

    def wake() -> None:
        go.wait()
        loop.call_soon_threadsafe(woken.set)

    thread = threading.Thread(target=wake)
    thread.start()
    loop.call_later(0.05, go.set)
    await woken.wait()
    thread.join()


async def test_to_thread_and_back() -> None:
    results = await asyncio.gather(*(asyncio.to_thread(pow, 2, n) for n in range(30)))
    assert results == [2**n for n in range(30)]


async def test_each_task_has_its_own_context() -> None:
    async def speak(word: str) -> str:
        WORD.set(word)
        await asyncio.sleep(0)
        await asyncio.to_thread(lambda: None)
        return WORD.get()

    first, second = await asyncio.gather(speak("a"), speak("b"))
    assert (first, second) == ("a", "b")
    assert WORD.get() == "unset"


async def test_a_callback_runs_in_the_context_it_was_given() -> None:
    loop, seen = asyncio.get_running_loop(), list[str]()
    context = contextvars.copy_context()
    context.run(WORD.set, "given")
    loop.call_soon(lambda: seen.append(WORD.get()), context=context)
    loop.call_later(0.001, lambda: seen.append(WORD.get()), context=context)
    await until(lambda: len(seen) == 2)
    assert seen == ["given", "given"]


async def test_a_process_speaks_and_ends() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "print(input()[::-1])",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate(b"dlrow\n")
    assert (out, process.returncode) == (b"world\n", 0)


async def test_many_processes_at_once_and_a_killed_one() -> None:
    async def one(number: int) -> int:
        process = await asyncio.create_subprocess_exec("sh", "-c", f"exit {number}")
        return await process.wait()

    assert await asyncio.gather(*(one(number) for number in range(8))) == list(range(8))
    endless = await asyncio.create_subprocess_exec("sleep", "600")
    endless.kill()
    assert await endless.wait() == -signal.SIGKILL


async def test_streams_over_a_socket() -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.readexactly(300_000))
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"x" * 300_000)
    assert await reader.readexactly(300_000) == b"x" * 300_000
    assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()
    server.close()
    await server.wait_closed()


async def test_readers_of_a_file_descriptor() -> None:
    loop, seen = asyncio.get_running_loop(), list[bytes]()
    left, right = socket.socketpair()
    left.setblocking(False)
    loop.add_reader(left, lambda: seen.append(left.recv(100)))
    right.send(b"one")
    await until(lambda: seen == [b"one"])
    assert loop.remove_reader(left)
    right.send(b"two")
    await asyncio.sleep(0.02)
    assert seen == [b"one"]
    left.close()
    right.close()


async def test_a_signal_handler_is_called() -> None:
    loop, called = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGUSR1, called.set)
    os.kill(os.getpid(), signal.SIGUSR1)
    await called.wait()
    assert loop.remove_signal_handler(signal.SIGUSR1)


async def test_timeouts_and_groups() -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02):
            await asyncio.Event().wait()
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(asyncio.sleep(0.001, n)) for n in range(5)]
    assert [task.result() for task in tasks] == list(range(5))


@pytest.mark.asyncio(loop_factories=["asyncio", "bamboo"])  # qasync 0.28 does not know of them
async def test_an_abandoned_generator_is_closed() -> None:
    closed = asyncio.Event()

    async def numbers() -> AsyncGenerator[int, None]:
        try:
            yield 1
            yield 2
        finally:
            await asyncio.sleep(0)
            closed.set()

    async for _ in numbers():
        break
    gc.collect()
    await closed.wait()


async def test_the_loop_knows_that_it_runs() -> None:
    loop = asyncio.get_running_loop()
    assert loop.is_running()
    assert not loop.is_closed()
    with pytest.raises(RuntimeError):
        loop.close()
