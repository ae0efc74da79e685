"""What the disk has to say at the start: loud when something is lost, quiet when room is little."""

from __future__ import annotations

import pytest

from bamboo_desktop.domain.storage import LowSpace, StartedFresh, StorageNotice
from bamboo_desktop.engine import Engine
from bamboo_desktop.ui.views.start_notices import LOW_SPACE_SEEN
from bamboo_desktop.ui.window_memory import WindowState
from tests.sim import START
from tests.ui.window.rig import Rig, button, labels
from tests.waiting import until

LOST = StartedFresh(set_aside="/d/aside", lost_until=START)


async def started(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, *notices: StorageNotice
) -> tuple[str, list[str]]:
    """The kind of the bar and what it says after a start with these notices."""
    monkeypatch.setattr(Engine, "notices", property(lambda _: notices))
    await rig.bench.start(WindowState())
    rig.bench.facts.refresh()
    await until(lambda: len(rig.tasks) == 0)
    bar = rig.window.notices
    return ("", []) if bar.isHidden() else (str(bar.ground.property("kind")), labels(bar))


async def test_little_room_is_told_quietly_and_not_again_until_it_is_half(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind, (sentence,) = await started(rig, monkeypatch, LowSpace(free_bytes=150_000_000))
    assert kind == "info"
    assert "150 MB" in sentence
    assert rig.window.foot._health.text() == "Ready"
    button(rig.window.notices, "Understood").click()
    await until(lambda: len(rig.tasks) == 0)
    assert rig.window.notices.isHidden()
    assert await started(rig, monkeypatch, LowSpace(free_bytes=120_000_000)) == ("", [])
    kind, (sentence,) = await started(rig, monkeypatch, LowSpace(free_bytes=70_000_000))
    assert "70 MB" in sentence


async def test_room_that_was_made_and_is_little_again_is_told_again(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    await started(rig, monkeypatch, LowSpace(free_bytes=150_000_000))
    button(rig.window.notices, "Understood").click()
    await until(lambda: len(rig.tasks) == 0)
    assert await started(rig, monkeypatch) == ("", [])
    assert await rig.engine.preferences.get(LOW_SPACE_SEEN) == ""
    kind, _ = await started(rig, monkeypatch, LowSpace(free_bytes=150_000_000))
    assert kind == "info"


async def test_what_was_lost_is_loud_whatever_the_room(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rig.engine.preferences.put(LOW_SPACE_SEEN, "150000000")
    kind, (sentences,) = await started(rig, monkeypatch, LOST, LowSpace(free_bytes=150_000_000))
    assert kind == "trouble"
    assert "/d/aside" in sentences
    assert rig.window.foot._health.text() == "Needs a look"
