"""What a window meets when its data folder is taken."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bamboo_desktop.engine.remote import Meeting, end_owner, owner, take_over_or_raise
from bamboo_desktop.store.folder import DataFolder
from tests.remote.served import Served


async def test_a_window_is_raised(served: Served) -> None:
    assert await take_over_or_raise(served.data_dir) is Meeting.RAISED
    assert served.raised == 1


async def test_a_command_line_says_what_it_is(data_dir: Path) -> None:
    async with Served(data_dir, face="bambooctl"):
        assert await take_over_or_raise(data_dir) is Meeting.BAMBOOCTL


async def test_a_command_line_that_is_asked_to_end_leaves_the_folder_free(data_dir: Path) -> None:
    served = Served(data_dir, face="bambooctl")
    await served.open()
    ending: list[asyncio.Task[None]] = []
    served.on_quit = lambda: ending.append(asyncio.ensure_future(served.close()))
    assert await end_owner(data_dir)
    await asyncio.gather(*ending)
    assert len(ending) == 1
    DataFolder.claim(data_dir).release()


async def test_an_owner_that_does_not_end_is_told_as_that(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner, "ENDING_SECONDS", 0.1)
    assert not await end_owner(served.data_dir)


async def test_a_short_read_is_waited_for(data_dir: Path) -> None:
    reader = DataFolder.claim(data_dir)
    meeting = asyncio.ensure_future(take_over_or_raise(data_dir))
    await asyncio.sleep(0)
    reader.release()
    assert await meeting is Meeting.FREE
    assert await end_owner(data_dir)


async def test_a_program_that_is_just_starting_is_waited_for(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = Served(data_dir)
    await served.open()
    server = served.server
    await server.close()
    meeting = asyncio.ensure_future(take_over_or_raise(data_dir))
    await asyncio.sleep(0)
    await server.start()
    assert await meeting is Meeting.RAISED
    await served.close()


async def test_somebody_who_does_not_answer_is_silent(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner, "PATIENCE_SECONDS", 0.1)
    folder = DataFolder.claim(data_dir)
    try:
        assert await take_over_or_raise(data_dir) is Meeting.SILENT
        assert not await end_owner(data_dir)
    finally:
        folder.release()
