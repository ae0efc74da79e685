"""Following the feed: who stops is forgotten at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bamboo_desktop.bus import Subscription
from bamboo_desktop.domain.events import Envelope
from bamboo_desktop.engine.remote import CommandContext
from bamboo_desktop.engine.remote.arguments import Arguments
from bamboo_desktop.engine.remote.listings import events
from tests.remote.served import Served


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
