"""What the tests of tools share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.tools.desk import Desk


@pytest_asyncio.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    folder = tmp_path / "work"
    folder.mkdir()
    desk = Desk(folder=folder, secret=tmp_path / "bamboo-data")
    yield desk
    await desk.close()


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder beside the session's folder whose name begins with that folder's name."""
    folder = tmp_path / "work-evil"
    folder.mkdir()
    (folder / "secret.txt").write_text("outside", encoding="utf-8")
    return folder
