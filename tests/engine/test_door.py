"""The door: what was opened is closed again, whatever fails on the way."""

from __future__ import annotations

from pathlib import Path

import pytest
from typing_extensions import override

from bamboo_desktop.domain.errors import StorageError
from bamboo_desktop.engine.runs.recovery import Recovered, Recovery
from bamboo_desktop.store.folder import DataFolder
from tests.engine.scripted import Desk, ScriptedProvider, say


async def test_an_engine_that_could_not_start_leaves_the_folder_to_the_next_try(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused(_: Recovery) -> Recovered:
        raise StorageError("The disk is full.")

    desk = Desk(data_dir)
    with monkeypatch.context() as patch:
        patch.setattr(Recovery, "settle", refused)
        with pytest.raises(StorageError, match="full"):
            await desk.open()
    async with desk:
        assert await desk.engine.feed.last() == 0


async def test_a_part_that_cannot_be_closed_keeps_no_other_open(
    data_dir: Path, expects_log: list[object]
) -> None:
    class Clinging(ScriptedProvider):
        @override
        async def aclose(self) -> None:
            raise OSError("it clings")

    desk = Desk(data_dir)
    desk.model = Clinging()
    await desk.open()
    session_id = await desk.begin(say("one"))
    await desk.ends(session_id)
    await desk.close()
    DataFolder.claim(data_dir).release()
    assert (data_dir / "clean.json").exists()
    assert expects_log
