"""Following the feed: who stops is forgotten at once, who wants one session reads one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bamboo_desktop.bus import Subscription
from bamboo_desktop.domain.events import Envelope, StoredEvent
from bamboo_desktop.engine.remote import CommandContext, line
from bamboo_desktop.engine.remote.arguments import Arguments
from bamboo_desktop.engine.remote.listings import events
from bamboo_desktop.store.transaction import Tx
from tests.remote.served import Served, collect


async def test_who_stops_following_is_off_the_bus_at_once(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = served.desk.engine.feed
    subscribe = feed.subscribe
    made: list[Subscription] = []

    def noted(handler: Callable[[Envelope], None]) -> Subscription:
        made.append(subscribe(handler))
        return made[-1]

    monkeypatch.setattr(feed, "subscribe", noted)
    await served.desk.session()
    context = CommandContext(engine=served.desk.engine, face="window")
    followed = events(context, Arguments({"follow": True}))
    await anext(followed)
    (subscription,) = made
    assert not subscription.is_cancelled
    await followed.aclose()
    assert subscription.is_cancelled


async def test_the_past_of_one_session_is_read_without_that_of_the_others(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = served.desk.engine.feed
    since = feed.since
    read: list[StoredEvent] = []

    async def noted(*place: Any, **wanted: Any) -> tuple[StoredEvent, ...]:
        page = await since(*place, **wanted)
        read.extend(page)
        return page

    other, session = await served.desk.session(), await served.desk.session()
    rename = served.desk.engine.sessions.rename
    for number in range(5):
        await rename(other.id, f"Other {number}")
        await rename(session.id, f"Mine {number}")
    monkeypatch.setattr(feed, "since", noted)
    monkeypatch.setattr(line, "PAGE", 2)
    found = await collect(await served.client(), "events", session=session.id)
    assert [one["data"]["title"] for one in found[1:]] == [f"Mine {n}" for n in range(5)]
    assert {event.session_id for event in read} == {session.id}


@pytest.mark.parametrize("damage", ["{", "[]", "null", b"\xff\xfe", "[" * 100_000])
async def test_a_damaged_event_costs_itself_and_what_follows_is_told(
    served: Served, damage: str | bytes, expects_log: list[object]
) -> None:
    desk = served.desk
    first = await desk.engine.feed.last()
    session = await desk.session()
    await desk.engine.sessions.rename(session.id, "Before")
    spoilt = await desk.engine.feed.last()
    await desk.engine.sessions.rename(session.id, "After")

    def spoil(tx: Tx) -> None:
        run = tx.connection.exec_driver_sql
        run("DROP TRIGGER event_no_update")
        run("UPDATE event SET data = ? WHERE account_sequence = ?", (damage, spoilt))

    await desk.engine._services.database.write(spoil)
    found = await collect(await served.client(), "events", since=first)
    assert [one["seq"] for one in found] == list(range(first + 1, spoilt + 2))
    assert found[-2]["data"] == {}
    assert found[-1]["data"]["title"] == "After"
    assert len(expects_log) == 1
