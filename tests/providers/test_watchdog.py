"""The stall watchdog, on a clock that only moves when told."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from bamboo_desktop.domain.errors import InvalidInputError
from bamboo_desktop.domain.model import ProviderKind
from bamboo_desktop.providers.port import CallFault, ModelCallError
from bamboo_desktop.providers.watchdog import StalledError, StallLimits, StallWatchdog
from bamboo_desktop.tasks import TaskSet
from tests.providers.calling import call, calling, request
from tests.providers.replies import Reply, Say
from tests.providers.servers import ModelServer
from tests.sim import SimClock, settle
from tests.waiting import until

LIMITS = StallLimits(transport=10, first_delta=60, between_deltas=30)
ANTHROPIC, CHAT = ProviderKind.ANTHROPIC, ProviderKind.OPENAI_CHAT


class Waiting:
    """A call that waits for ever, watched."""

    def __init__(self) -> None:
        self.clock = SimClock()
        self.dog = StallWatchdog(clock=self.clock, limits=LIMITS)
        self.errors: list[BaseException] = []
        self.tasks = TaskSet("test", lambda _, error: self.errors.append(error))

    def start(self) -> asyncio.Task[None]:
        self.tasks.spawn(self.dog.watch(), name="watch")
        return self.tasks.spawn(self._wait(), name="wait")

    async def _wait(self) -> None:
        with self.dog.waiting():
            await asyncio.get_running_loop().create_future()


async def test_a_silent_wire_ends_the_call_at_its_limit_and_not_before() -> None:
    waiting = Waiting()
    task = waiting.start()
    await waiting.clock.advance(9.9)
    assert not task.done()
    await waiting.clock.advance(0.2)
    assert isinstance(task.exception(), StalledError)
    assert not task.cancelling()
    await waiting.tasks.close()


async def test_bytes_alone_keep_the_wire_alive_but_not_the_answer() -> None:
    waiting = Waiting()
    task = waiting.start()
    for _ in range(11):
        await waiting.clock.advance(5)
        waiting.dog.byte()
    assert not task.done()
    await waiting.clock.advance(5)
    waiting.dog.byte()
    await settle()
    error = task.exception()
    assert isinstance(error, StalledError)
    assert error.seconds == 60
    await waiting.tasks.close()


async def test_after_the_first_delta_the_shorter_limit_counts() -> None:
    waiting = Waiting()
    task = waiting.start()
    await settle()
    waiting.dog.delta()
    for _ in range(5):
        await waiting.clock.advance(5)
        waiting.dog.byte()
    assert not task.done()
    await waiting.clock.advance(5)
    assert isinstance(task.exception(), StalledError)
    await waiting.tasks.close()


async def test_time_the_caller_takes_does_not_count() -> None:
    waiting = Waiting()
    waiting.tasks.spawn(waiting.dog.watch(), name="watch")
    with waiting.dog.waiting():
        await settle()
    await waiting.clock.advance(500)
    task = waiting.tasks.spawn(waiting._wait(), name="wait")
    await waiting.clock.advance(9)
    assert not task.done()
    await waiting.clock.advance(2)
    assert isinstance(task.exception(), StalledError)
    await waiting.tasks.close()


async def test_a_cancel_from_outside_stays_a_cancel() -> None:
    waiting = Waiting()
    task = waiting.start()
    await settle()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await waiting.tasks.close()


@pytest.mark.parametrize("seconds", [0, 0.5, 86_401])
def test_limits_that_make_no_sense_are_refused(seconds: float) -> None:
    with pytest.raises(InvalidInputError):
        StallLimits(transport=seconds)


@pytest.mark.parametrize("kind", [CHAT, ANTHROPIC])
async def test_a_server_that_falls_silent_is_left_with_a_sentence(kind: ProviderKind) -> None:
    clock = SimClock()
    reply = Reply(parts=(Say("one two three four five"),), hold_after=4)
    async with ModelServer([reply]) as server, calling(kind, server, clock=clock) as provider:
        async with aclosing(provider.stream(request(kind))) as stream:
            await anext(stream)
            rest = asyncio.ensure_future(_drain(stream))
            await server.holding.wait()
            await clock.advance(119)
            assert not rest.done()
            await until(lambda: clock.sleeping)
            await clock.advance(121)
            with pytest.raises(ModelCallError) as caught:
                await rest
        await until(server.hung_up.is_set)
    assert caught.value.fault is CallFault.TIMED_OUT
    assert "silent" in caught.value.sentence


async def test_a_server_that_never_begins_to_answer_is_left_too() -> None:
    clock = SimClock()

    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(mute, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with calling(CHAT, ModelServer(port=port), clock=clock) as provider:
        failing = asyncio.ensure_future(call(provider, request(CHAT)))
        await until(lambda: clock.sleeping)
        await clock.advance(121)
        with pytest.raises(ModelCallError) as caught:
            await failing
    server.close()
    await server.wait_closed()
    assert caught.value.fault is CallFault.TIMED_OUT


async def _drain(stream: object) -> None:
    async for _ in stream:  # type: ignore[attr-defined]
        pass
