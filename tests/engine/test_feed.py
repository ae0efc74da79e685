"""Whoever wants to know gets to know: none twice, none missing, and nobody is slowed."""

from __future__ import annotations

import asyncio

import pytest

from bamboo_desktop.domain.errors import StorageError
from bamboo_desktop.domain.ids import QueuedId
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.engine import DisconnectedError
from bamboo_desktop.engine.feed import MOST_WAITING
from tests.engine.scripted import Desk, say
from tests.waiting import until


async def test_a_newcomer_in_mid_answer_gets_the_text_so_far_and_then_the_rest(
    desk: Desk,
) -> None:
    gate = asyncio.Event()
    session_id = await desk.begin(say("first half, second half", gate=gate.wait))
    live = desk.engine.runs.live
    await until(lambda: (live(session_id) or _NOBODY).partial_text.startswith("first half"))
    async with desk.engine.feed.watch(session_id) as watch:
        (picture,) = watch.snapshot.live
        text = picture.partial_text
        gate.set()
        async for envelope in watch:
            if envelope.event.type_name() == "token" and (envelope.index or 0) > picture.index:
                text += envelope.event.content  # type: ignore[union-attr]
            if envelope.event.type_name() == "complete":
                break
    assert text == "first half, second half"


async def test_what_is_not_stored_carries_the_last_number_that_is(desk: Desk) -> None:
    session_id = await desk.begin(say("before"))
    await desk.ends(session_id, AgentStatus.COMPLETED)
    await desk.restart()
    last = (await desk.engine.feed.since(0, limit=1_000, only=session_id))[-1].sequence
    desk.events.clear()
    assert await desk.engine.runs.queued(session_id) == ()
    await desk.engine.runs.remove_queued(session_id, QueuedId("gone"))
    assert [(one.event.type_name(), one.sequence) for one in desk.events] == [
        ("queue_updated", last)
    ]
    desk.plays(say("after"))
    await desk.send(session_id)
    await desk.ends(session_id, AgentStatus.COMPLETED)
    for one in desk.events:
        if one.session_id == session_id:
            assert one.sequence >= last, "nothing is numbered before what was told"
            last = one.sequence


async def test_a_stop_before_the_first_event_of_a_run_is_numbered_after_the_last_one(
    desk: Desk,
) -> None:
    session_id = await desk.begin(say("before"))
    await desk.ends(session_id, AgentStatus.COMPLETED)
    await desk.restart()
    last = (await desk.engine.feed.since(0, limit=1_000, only=session_id))[-1].sequence
    desk.events.clear()
    reserved = desk.engine._launcher.try_reserve(session_id)
    assert reserved is not None
    assert await desk.engine.runs.stop(session_id)
    desk.engine._launcher.release(reserved)
    told = [one.sequence for one in desk.events if one.event.type_name() == "run_stopping"]
    assert told == [last]


class _Nobody:
    partial_text = ""


_NOBODY = _Nobody()


async def test_the_stored_past_and_the_live_present_join_without_gap_or_repeat(
    desk: Desk,
) -> None:
    session_id = await desk.begin(say("one"))
    await desk.ends(session_id)
    async with desk.engine.feed.watch() as watch:
        past = [
            event.account_sequence
            for event in await desk.engine.feed.since(0)
            if event.account_sequence <= watch.snapshot.account_sequence
        ]
        desk.plays(say("two"))
        await desk.send(session_id, "again")
        await desk.ends(session_id)
        last = await desk.engine.feed.last()
        present = []
        async for envelope in watch:
            if envelope.account_sequence:
                present.append(envelope.account_sequence)
            if envelope.account_sequence == last:
                break
    assert past + present == list(range(1, last + 1))


async def test_what_happens_while_a_watch_begins_is_told_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await desk.session()
    feed = desk.engine.feed
    last = feed.last

    async def busy_last() -> int:
        await desk.engine.sessions.rename(session.id, "in the middle")
        return await last()

    monkeypatch.setattr(feed, "last", busy_last)
    async with feed.watch() as watch:
        await desk.engine.sessions.rename(session.id, "after")
        first = await anext(watch)
    assert first.account_sequence == watch.snapshot.account_sequence + 1


async def test_a_run_that_ends_while_a_watch_begins_is_not_shown_as_live(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = asyncio.Event()
    session_id = await desk.begin(say("one", gate=gate.wait))
    feed = desk.engine.feed
    last = feed.last

    async def slow_last() -> int:
        gate.set()
        await desk.ends(session_id)
        return await last()

    monkeypatch.setattr(feed, "last", slow_last)
    async with feed.watch() as watch:
        assert watch.snapshot.live == ()


async def test_a_watch_that_could_not_begin_hears_nothing_more(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused() -> int:
        raise StorageError("The disk is full.")

    session = await desk.session()
    watch = desk.engine.feed.watch()
    with monkeypatch.context() as patch:
        patch.setattr(desk.engine.feed, "last", refused)
        with pytest.raises(StorageError):
            await watch.__aenter__()
    await desk.engine.sessions.rename(session.id, "later")
    assert not watch._waiting


async def test_a_watcher_that_sleeps_is_disconnected_and_told_where_to_go_on(desk: Desk) -> None:
    async with desk.engine.feed.watch() as watch:
        session_id = await desk.begin(say("x" * 5 * (MOST_WAITING + 100)))
        await desk.ends(session_id)
        with pytest.raises(DisconnectedError) as caught:
            await anext(watch)
    assert caught.value.last_sequence == watch.snapshot.account_sequence


async def test_a_watcher_that_fails_harms_nobody(desk: Desk) -> None:
    def broken(_: object) -> None:
        raise ValueError("not my day")

    desk.engine.feed.subscribe(broken)
    session_id = await desk.begin(say("one"))
    await desk.ends(session_id)
    assert desk.types(session_id)[-1] == "complete"
    assert desk.bugs
    assert all("not my day" in str(error) for error, _ in desk.bugs)
    desk.bugs.clear()
