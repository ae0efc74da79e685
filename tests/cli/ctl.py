"""bambooctl as a test uses it: in this process, or as a process of its own."""

from __future__ import annotations

import asyncio
import io
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bamboo_desktop.cli import main

ROOT = Path(__file__).resolve().parents[2]
INSTANT = re.compile(r"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")
_FRACTION = re.compile(r"\d\dT\d\d:\d\d:\d\d\.\d+Z")


@dataclass(frozen=True, kw_only=True)
class Done:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The output as JSON lines."""
        assert not _FRACTION.search(self.out), "instants are whole seconds"
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def types(self) -> list[str]:
        """The types of the events that were printed."""
        return [line["type"] for line in self.lines]

    @property
    def sentence(self) -> str:
        """The one sentence on standard error."""
        text = self.err.strip()
        assert text.startswith("bambooctl: "), self.err
        assert "\n" not in text, self.err
        assert "Traceback" not in text
        return text.removeprefix("bambooctl: ")


class Ctl:
    """Runs commands on one data folder."""

    def __init__(self, data_dir: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.data_dir = data_dir
        self._capture = capture

    def _argv(self, command: str, *arguments: str) -> list[str]:
        return [command, "--data-dir", str(self.data_dir), *arguments]

    def __call__(self, *arguments: str) -> Done:
        """Run a command in this process; for tests that have no loop of their own."""
        self._capture.readouterr()
        try:
            code = main(self._argv(*arguments))
        except SystemExit as ended:
            code = int(ended.code or 0)
        captured = self._capture.readouterr()
        return Done(code=int(code), out=captured.out, err=captured.err)

    async def aside(self, *arguments: str) -> Done:
        """The same on another thread, with a loop of its own, for tests that serve meanwhile."""
        return await asyncio.to_thread(self, *arguments)

    def start(self, *arguments: str, env: dict[str, str] | None = None, **more: Any) -> Any:
        """Start a real process with its output in pipes."""
        more = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}
        return subprocess.Popen(
            [sys.executable, "-m", "bamboo_desktop.cli", *self._argv(*arguments)],
            cwd=ROOT,
            env={**os.environ, **(env or {})},
            **more,
        )


def finish(process: Any) -> Done:
    """Wait for a process that was started."""
    out, err = process.communicate(timeout=60)
    return Done(code=process.returncode, out=out.decode(), err=err.decode())


def stdin_of(content: bytes) -> io.TextIOWrapper:
    """Something to put in the place of standard input."""
    return io.TextIOWrapper(io.BytesIO(content), encoding="utf-8")


def playbook(path: Path, *steps: str, title: str = "A test") -> str:
    """Write a playbook; gives its path."""
    body = "".join(f"  - {step}\n" for step in steps)
    path.write_text(f"version: 1\ntitle: {title}\nsteps:\n{body}", encoding="utf-8")
    return str(path)
