"""Followers of the feed miss nothing and see nothing twice, whatever happens to them."""

from __future__ import annotations

import asyncio
import itertools
import random
from pathlib import Path
from typing import Any

import pytest

from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.domain.events import Envelope, ReasoningToken, SessionPinnedUpdated, Token
from bamboo_desktop.domain.ids import RunId, SessionId
from bamboo_desktop.domain.session import Session
from bamboo_desktop.engine.remote import connect, line, tail
from bamboo_desktop.engine.remote.line import Line
from tests.remote.served import Served, collect

SESSIONS = 50


class Follower:
    """A client that is killed and comes back from the last number it has printed."""

    def __init__(self, served: Served, dice: random.Random) -> None:
        self._served = served
        self._dice = dice
        self.seen: list[dict[str, Any]] = []

    @property
    def last(self) -> int:
        return int(self.seen[-1]["seq"]) if self.seen else 0

    async def live(self, *, until: asyncio.Event) -> None:
        """Follow with many lives until there is nothing more to come."""
        while not until.is_set() or self.last < await self._newest():
            client = await connect(self._served.data_dir)
            if client is None:
                await asyncio.sleep(0)
                continue
            lives = self._dice.randint(1, 40)
            try:
                stream = client.stream("events", {"since": self.last, "follow": True})
                async with asyncio.timeout(self._dice.choice([0.02, 0.1, 0.4])):
                    async for batch in stream:
                        self.seen += batch
                        lives -= 1
                        if not lives:
                            break
                await stream.aclose()
            except (UserError, TimeoutError, OSError):
                pass
            finally:
                client.abort()

    async def _newest(self) -> int:
        return await self._served.desk.engine.feed.last()


async def busy(served: Served, session: Session, dice: random.Random, turns: int) -> None:
    sessions = served.desk.engine.sessions
    for turn in range(turns):
        match dice.randrange(4):
            case 0:
                await sessions.set_pinned(session.id, pinned=bool(turn % 2))
            case 1:
                await sessions.rename(session.id, f"{session.id[:4]} {turn}")
            case 2:
                await served.desk.send(session.id, f"turn {turn}")
            case _:
                await asyncio.sleep(0)


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_storm_of_fifty_sessions_and_two_restarts(data_dir: Path, seed: int) -> None:
    await storm(data_dir, seed, turns=4)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(10, 30))
async def test_many_storms(data_dir: Path, seed: int) -> None:
    await storm(data_dir, seed, turns=20)


async def storm(data_dir: Path, seed: int, *, turns: int) -> None:
    dice = random.Random(seed)
    served = Served(data_dir)
    await served.open()
    done = asyncio.Event()
    followers = [Follower(served, random.Random(seed * 100 + number)) for number in range(4)]
    sessions = [await served.desk.session() for _ in range(SESSIONS)]
    lives = [asyncio.ensure_future(follower.live(until=done)) for follower in followers]
    for episode in range(3):
        if episode:
            await served.restart()
        order = random.Random(dice.random())
        await asyncio.gather(*(busy(served, one, order, turns) for one in sessions))
    for session in sessions:
        await served.desk.ends(session.id) if await _has_run(served, session.id) else None
    done.set()
    async with asyncio.timeout(60):
        await asyncio.gather(*lives)
    everything = await collect(await served.client(), "events")
    for follower in followers:
        assert follower.seen == everything
    numbers = [item["seq"] for item in everything]
    assert numbers == sorted(set(numbers))
    assert len(numbers) > SESSIONS
    for client in served.clients:
        await client.aclose()
    await served.close()
    assert served.desk.bugs == []


async def _has_run(served: Served, session_id: SessionId) -> bool:
    row = await served.desk.engine.sessions.summary(session_id)
    return row is not None and row.status is not None


async def test_who_does_not_read_slows_nobody_and_misses_nothing(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    cuts: list[str] = []

    class Noted(tail.CutError):
        def __init__(self, text: str) -> None:
            super().__init__(text)
            cuts.append(text)

    monkeypatch.setattr(tail, "CutError", Noted)
    monkeypatch.setattr(tail, "MOST_WAITING", 50)
    slow = (await served.client()).stream("events", {"follow": True})
    session = await served.desk.session()
    seen = list(await anext(slow))
    # Far more than the pipes hold: its server side is stuck in a write and the queue is cut.
    title = "x" * 190
    rename = served.desk.engine.sessions.rename
    for _ in range(60):
        await asyncio.gather(*(rename(session.id, f"{number} {title}") for number in range(100)))
    await served.desk.engine.sessions.rename(session.id, "the last")
    async for batch in slow:
        seen += batch
        if seen[-1]["data"].get("title") == "the last":
            break
    assert cuts
    assert seen == await collect(await served.client(), "events")


async def test_a_cut_line_reads_what_it_missed_from_the_store(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail, "MOST_WAITING", 5)
    monkeypatch.setattr(line, "PAGE", 3)
    session = await served.desk.session()
    batches = Line(served.desk.engine.feed, since=0).onward()
    seen = list(await anext(batches))
    waiting = asyncio.ensure_future(anext(batches))
    await served.desk.engine.sessions.rename(session.id, "first")
    seen += await waiting
    for number in range(40):
        await served.desk.engine.sessions.rename(session.id, f"Number {number}")
    while len(seen) < 42:
        seen += await anext(batches)
    await batches.aclose()
    assert [item["seq"] for item in seen] == list(range(1, 43))


def _token(content: str, *, index: int, round_: int = 1, run: str = "r") -> Envelope:
    return _envelope(Token(round=round_, content=content), index=index, run=run)


def _envelope(event: Any, *, index: int | None, run: str = "r") -> Envelope:
    from tests.providers.calling import AT

    return Envelope(
        session_id=SessionId("s"), run_id=RunId(run), at=AT, event=event, sequence=1, index=index
    )


class FakeFeed:
    """Hands its one subscriber over."""

    def subscribe(self, handler: Any) -> Any:
        self.publish = handler
        return self

    def cancel(self) -> None:
        pass


async def _through(*envelopes: Envelope) -> list[Envelope]:
    feed: Any = FakeFeed()
    with tail.Tail(feed, None, durable_only=False) as followed:
        for envelope in envelopes:
            feed.publish(envelope)
        return await followed.batch()


async def test_text_that_waits_is_merged_and_nothing_else_is() -> None:
    pinned = _envelope(SessionPinnedUpdated(pinned=True), index=None)
    thought = _envelope(ReasoningToken(round=1, content="hm"), index=4)
    given = [
        _token("a", index=1),
        _token("b", index=2),
        pinned,
        _token("c", index=3),
        thought,
        _token("d", index=5),
        _token("e", index=6, round_=2),
        _token("f", index=1, run="other"),
    ]
    found = await _through(*given)
    texts = [getattr(item.event, "content", "pinned") for item in found]
    assert texts == ["ab", "pinned", "c", "hm", "d", "e", "f"]
    assert found[0].index == 2


async def test_merged_text_is_bounded_and_whole() -> None:
    pieces = [_token("x" * 1_000, index=number) for number in range(1, 101)]
    found = await _through(*pieces)
    contents = [item.event.content for item in found if isinstance(item.event, Token)]
    assert len("".join(contents)) == 100_000
    assert max(map(len, contents)) <= tail.LONGEST_MERGED
    indices = [item.index or 0 for item in found]
    assert all(one < two for one, two in itertools.pairwise(indices))
