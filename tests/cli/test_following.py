"""Following the feed while nobody owns the data folder."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from bamboo_desktop.cli import following, opening
from bamboo_desktop.cli.arguments import parse
from bamboo_desktop.cli.interrupts import Interrupts
from bamboo_desktop.cli.job import Job
from bamboo_desktop.engine import Engine, EngineOptions
from bamboo_desktop.engine.remote.address import FILE_NAME
from bamboo_desktop.paths import AppPaths
from tests.waiting import until


class CountingClock:
    """Does not wait; counts how often it was asked to."""

    def __init__(self) -> None:
        self.naps = 0

    async def sleep(self, _seconds: float) -> None:
        self.naps += 1
        await asyncio.sleep(0)


async def test_an_owner_that_was_killed_is_not_looked_for_again_and_again(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = await Engine.open(EngineOptions(data_dir=data_dir, on_bug=_raise))
    await engine.close()
    left = {"token": "x", "path": str(data_dir / "nobody.sock"), "port": 0}
    (data_dir / FILE_NAME).write_text(json.dumps(left))
    clock, looks, open_client = CountingClock(), [0], opening.open_client

    async def counted(*arguments: Any) -> Any:
        looks[0] += 1
        return await open_client(*arguments)

    monkeypatch.setattr(following, "open_client", counted)
    monkeypatch.setattr(following, "SystemClock", lambda: clock)
    task = asyncio.current_task()
    assert task is not None
    job = Job(
        options=parse(["--data-dir", str(data_dir), "events", "--follow"]),
        paths=AppPaths.resolve(data_dir, {}),
        interrupts=Interrupts(task),
    )
    follower = asyncio.ensure_future(following.follow(job))
    await until(lambda: clock.naps > 20 or looks[0] > 20)
    follower.cancel()
    assert await follower == 0
    assert looks == [1]


def _raise(error: BaseException, _where: str) -> None:
    raise error
