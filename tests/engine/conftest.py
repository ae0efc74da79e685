"""An engine a test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.engine.scripted import Desk


@pytest.fixture
async def desk(data_dir: Path) -> AsyncIterator[Desk]:
    """An open engine with a scripted model."""
    async with Desk(data_dir) as opened:
        yield opened
