"""The list of sessions keeps to the newest state of each, in whatever order answers come."""

from __future__ import annotations

import asyncio

import pytest

from bamboo_desktop.domain.session import SessionScope, SessionSummary
from tests.ui.window.rig import Rig
from tests.waiting import until


async def test_a_long_list_that_comes_late_takes_nothing_newer_back(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await rig.session("Before")
    sessions, has_read, gate = rig.engine.sessions, asyncio.Event(), asyncio.Event()
    plain = sessions.summaries

    async def slow(**wish: object) -> tuple[SessionSummary, ...]:
        read = await plain(**wish)  # type: ignore[arg-type]
        has_read.set()
        await gate.wait()
        return read

    monkeypatch.setattr(sessions, "summaries", slow)
    loading = asyncio.ensure_future(rig.bench.index.loaded(SessionScope.ACTIVE))
    await has_read.wait()
    await sessions.rename(session.id, "After")
    await until(lambda: rig.titles() == ["After"], what="the refreshed row")
    gate.set()
    await loading
    assert rig.titles() == ["After"]
