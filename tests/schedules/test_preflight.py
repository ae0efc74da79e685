"""A folder that never answers is told, and takes nothing from anybody else."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bamboo_desktop.domain.run_config import ModelSource, ResolvedRunConfig
from bamboo_desktop.engine.schedules import preflight
from bamboo_desktop.engine.schedules.looks import Looks
from bamboo_desktop.engine.schedules.preflight import UNANSWERED, hindrance

MANY = 64
"""More than there are threads for what blocks."""


class NoModels:
    """Nothing is asked of it."""

    async def provider(self, provider_id: object) -> Any:
        raise AssertionError(provider_id)

    async def has_key(self, provider_id: object) -> bool:
        raise AssertionError(provider_id)

    async def check_playbook(self, path: Path) -> object:
        raise AssertionError(path)


class Disk:
    """A network folder that is gone until it is back."""

    def __init__(self) -> None:
        self.is_back = threading.Event()
        self.looks = 0

    def checked_workspace(self, text: str) -> str:
        self.looks += 1
        self.is_back.wait()
        return text


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    disk = Disk()
    monkeypatch.setattr(preflight, "checked_workspace", disk.checked_workspace)
    monkeypatch.setattr(preflight, "LIMIT_SECONDS", 0.02)
    yield disk
    disk.is_back.set()


def config(workspace: str) -> ResolvedRunConfig:
    return ResolvedRunConfig(
        prompt="go",
        model=None,
        model_source=ModelSource.NONE,
        reasoning_effort=None,
        base_system_prompt="",
        workspace=workspace,
        runs_by_itself=True,
    )


async def test_however_many_folders_are_gone_what_else_blocks_finds_a_thread(disk: Disk) -> None:
    looks = Looks()
    for number in range(MANY):
        assert await hindrance(NoModels(), looks, config(f"/gone/{number}")) == UNANSWERED
    assert await asyncio.wait_for(asyncio.to_thread(lambda: "claimed"), 60) == "claimed"


async def test_a_folder_that_is_gone_is_looked_at_again_when_it_has_answered(disk: Disk) -> None:
    looks = Looks()
    for _ in range(3):
        assert await hindrance(NoModels(), looks, config("/gone")) == UNANSWERED
    assert disk.looks == 1
    disk.is_back.set()
    while looks._stuck:
        await asyncio.sleep(0)
    assert await hindrance(NoModels(), looks, config("/gone")) == ""
    assert disk.looks == 2


async def test_a_folder_that_does_not_exist_is_told_by_its_name(tmp_path: Path) -> None:
    told = await hindrance(NoModels(), Looks(), config(str(tmp_path / "nowhere")))
    assert "nowhere does not exist" in told
