"""Whatever many hands do to a few sessions in whatever order, each promise of the runs holds."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from bamboo_desktop.domain.run import AgentStatus
from tests.faults.aftermath import Looked, damage
from tests.faults.gusts import Storm

PART = 10


async def weather(path: Path, seeds: range) -> list[str]:
    """Storm after storm on one data folder; what they broke, with the seed of the storm."""
    found: list[str] = []
    storm = Storm(path, seeds[0])
    await storm.open()
    try:
        for seed in seeds:
            found += [f"storm {seed}: {line}" for line in await _one(storm, seed)]
    finally:
        await storm.engine.close()
    return found


async def _one(storm: Storm, seed: int) -> list[str]:
    await storm.calls_for(seed)
    await storm.begin()
    await storm.rage(12)
    if random.Random(seed).random() < 0.15:
        await storm.restart()
        await storm.rage(6)
    await storm.settle()
    found = await damage(storm)
    await storm.clear_up()
    return found + await damage(storm) + await _unfinished(storm)


async def _unfinished(storm: Storm) -> list[str]:
    """Sessions that somebody who does what is offered cannot bring to an end."""
    found = []
    for session_id in storm.sessions:
        looked = await storm.engine._services.database.read(
            lambda tx, key=session_id: Looked(tx, key)  # type: ignore[misc]
        )
        if looked.status not in (None, AgentStatus.COMPLETED):
            found.append(f"{session_id} ends as {looked.status} with {looked.queue}")
    return found


@pytest.mark.parametrize("part", range(5))
async def test_a_sample_of_storms_breaks_nothing(part: int, tmp_path: Path) -> None:
    assert await weather(tmp_path, range(part * PART, (part + 1) * PART)) == []


@pytest.mark.long
@pytest.mark.parametrize("part", range(50))
async def test_ten_thousand_storms_break_nothing(part: int, tmp_path: Path) -> None:
    assert await weather(tmp_path, range(1_000 + part * 200, 1_200 + part * 200)) == []
