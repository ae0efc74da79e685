"""An engine that is served, a test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.remote.served import Served


@pytest.fixture
async def served(data_dir: Path) -> AsyncIterator[Served]:
    """An engine with a scripted model behind its socket."""
    async with Served(data_dir) as opened:
        yield opened
