"""What is kept once: drafts, preferences, providers, permissions, task lists, summaries."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bamboo_desktop.domain.context import ContextSummary
from bamboo_desktop.domain.errors import NotFoundError
from bamboo_desktop.domain.grant import Grant, GrantScope
from bamboo_desktop.domain.ids import GrantId, MessageId, ProviderId
from bamboo_desktop.domain.model import ProviderConfig, ProviderKind
from bamboo_desktop.domain.tasklist import TaskItem, TaskStatus
from bamboo_desktop.store import (
    drafts,
    grants,
    preferences,
    provider_configs,
    sessions,
    summaries,
    tasklists,
)
from tests.sim import START
from tests.store.making import S1, S2, World, a_session


async def test_a_draft_is_replaced_and_cleared(world: World) -> None:
    assert await world.db.read(lambda tx: drafts.get(tx, S1)) == ""
    for text in ("half", "more", ""):
        await world.db.write(lambda tx, t=text: drafts.save(tx, S1, t))  # type: ignore[misc]
        assert await world.db.read(lambda tx: drafts.get(tx, S1)) == text
    with pytest.raises(NotFoundError):
        await world.db.write(lambda tx: drafts.save(tx, S2, "lost"))


async def test_preferences_are_set_replaced_and_removed(world: World) -> None:
    for value in ("light", "dark", ""):
        await world.db.write(lambda tx, v=value: preferences.put(tx, "theme", v))  # type: ignore[misc]
        assert await world.db.read(lambda tx: preferences.get(tx, "theme")) == value
    await world.db.write(lambda tx: preferences.put(tx, "a", "1"))
    assert await world.db.read(preferences.all) == {"a": "1", "theme": ""}
    await world.db.write(lambda tx: preferences.put(tx, "theme", None))
    assert await world.db.read(lambda tx: preferences.get(tx, "theme")) is None


async def test_providers_are_saved_by_id(world: World) -> None:
    config = ProviderConfig(
        id=ProviderId("p"),
        kind=ProviderKind.OPENAI_COMPATIBLE,
        label="Mine",
        base_url="http://127.0.0.1:1",
        default_model="m",
        is_enabled=False,
        context_window=8_000,
    )
    other = ProviderConfig(id=ProviderId("q"), kind=ProviderKind.OLLAMA, label="Another")
    for each in (config, other, replace(config, label="Renamed", context_window=None)):
        await world.db.write(lambda tx, c=each: provider_configs.save(tx, c))  # type: ignore[misc]
    stored = await world.db.read(provider_configs.all)
    assert stored == (other, replace(config, label="Renamed", context_window=None))
    await world.db.write(lambda tx: provider_configs.delete(tx, ProviderId("p")))
    assert await world.db.read(provider_configs.all) == (other,)


async def test_a_permission_holds_where_it_was_given_until_revoked(world: World) -> None:
    await world.db.write(lambda tx: sessions.insert(tx, a_session(S2)))
    rule = Grant(id=GrantId("r"), scope=GrantScope.RULE, rule="Read(*)", created_at=START)
    mine = Grant(
        id=GrantId("s"),
        scope=GrantScope.SESSION,
        rule="Bash(ls)",
        created_at=START + timedelta(seconds=1),
        session_id=S1,
    )
    for grant in (rule, mine):
        await world.db.write(lambda tx, g=grant: grants.add(tx, g))  # type: ignore[misc]
    assert await world.db.read(lambda tx: grants.active(tx, S1)) == (rule, mine)
    assert await world.db.read(lambda tx: grants.active(tx, S2)) == (rule,)
    assert await world.db.read(lambda tx: grants.active(tx, None)) == (rule,)
    await world.db.write(lambda tx: grants.revoke(tx, GrantId("r")))
    assert await world.db.read(lambda tx: grants.active(tx, S1)) == (mine,)


async def test_a_task_list_tells_what_changed(world: World) -> None:
    one = TaskItem(id="1", content="Look", status=TaskStatus.PENDING, depends_on=("2",))
    two = TaskItem(id="2", content="Do", status=TaskStatus.PENDING, criteria=("green",))
    assert await world.db.read(lambda tx: tasklists.get(tx, S1)) == ((), 0)
    assert await world.db.write(lambda tx: tasklists.put(tx, S1, (one, two))) == 1
    done = replace(one, status=TaskStatus.COMPLETED)
    assert await world.db.write(lambda tx: tasklists.put(tx, S1, (done, two))) == 2
    assert await world.db.read(lambda tx: tasklists.get(tx, S1)) == ((done, two), 2)
    both = (done, replace(two, status=TaskStatus.COMPLETED))
    assert await world.db.write(lambda tx: tasklists.put(tx, S1, both)) == 3
    assert world.told == [
        "task_list_updated",
        "task_list_updated",
        "task_list_item_progress",
        "task_list_updated",
        "task_list_item_progress",
        "task_list_completed",
    ]


async def test_the_newest_summary_counts(world: World) -> None:
    assert await world.db.read(lambda tx: summaries.latest(tx, S1)) is None
    first = ContextSummary(
        session_id=S1,
        text="so far",
        upto_message_id=MessageId("m"),
        created_at=START,
        messages_summarized=3,
        tokens_saved=100,
    )
    second = replace(first, text="further", upto_message_id=MessageId("n"))
    for each in (first, second):
        await world.db.write(lambda tx, s=each: summaries.put(tx, s))  # type: ignore[misc]
    assert await world.db.read(lambda tx: summaries.latest(tx, S1)) == second
    assert await world.db.read(lambda tx: summaries.latest(tx, S2)) is None
