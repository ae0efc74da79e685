"""A command line a test."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.cli.ctl import Ctl
from tests.providers.servers import ModelServer
from tests.remote.served import Served


@pytest.fixture
def ctl(data_dir: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ctl:
    """bambooctl in this process, on a data folder of its own."""
    home = data_dir.parent / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name in [name for name in os.environ if name.startswith(("XDG_", "BAMBOO_"))]:
        monkeypatch.delenv(name)
    return Ctl(data_dir, capfd)


@pytest.fixture
async def model() -> AsyncIterator[ModelServer]:
    """A model server that says hello, until a test gives it a script of its own."""
    async with ModelServer() as server:
        yield server


@pytest.fixture
async def owner(data_dir: Path) -> AsyncIterator[Served]:
    """Another program that has the data folder."""
    async with Served(data_dir) as opened:
        yield opened
