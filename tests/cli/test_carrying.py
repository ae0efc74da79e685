"""A run that is carried for a command line ends with a code and a reason."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest

from bamboo_desktop.cli.arguments import parse
from bamboo_desktop.cli.carrying import carry
from bamboo_desktop.cli.exits import Exit
from bamboo_desktop.cli.interrupts import Interrupts
from bamboo_desktop.cli.job import Job
from bamboo_desktop.cli.opening import Opened
from bamboo_desktop.paths import AppPaths


class SilentOwner:
    """Gives events and then nothing more: no end, no error."""

    @property
    def client(self) -> SilentOwner:
        return self

    async def stream(self, _command: str, _arguments: object) -> AsyncIterator[list[Any]]:
        yield [{"begun": {"session_id": "s1"}}]

    def carries_others(self) -> bool:
        return False


async def test_a_stream_without_an_end_is_a_failure_that_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    task = asyncio.current_task()
    assert task is not None
    job = Job(
        options=parse(["--data-dir", str(tmp_path), "run", "go"]),
        paths=AppPaths.resolve(tmp_path, {}),
        interrupts=Interrupts(task),
    )
    code = await carry(job, cast("Opened", SilentOwner()), "run_and_watch", {})
    assert code == Exit.FAILED
    assert "bambooctl sessions" in capsys.readouterr().err
