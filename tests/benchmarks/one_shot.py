"""A prompt of one line to a model server on this machine, beside a client that does only that."""

from __future__ import annotations

import asyncio
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.benchmarks.figure import ROOT, Figure
from tests.providers.servers import ModelServer

TIMES = 5
BARE = """
from openai import OpenAI
client = OpenAI(base_url={address!r}, api_key="none")
stream = client.chat.completions.create(
    model="m", messages=[{{"role": "user", "content": "hello"}}], stream=True
)
for chunk in stream:
    for choice in chunk.choices:
        print(choice.delta.content or "", end="", flush=True)
"""
PLAYBOOK = "version: 1\ntitle: Hello\nsteps:\n  - say: Hello.\n"


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as place, _Served() as address:
        data = str(Path(place) / "data")
        bare = _measured([sys.executable, "-c", BARE.format(address=address)])
        ctl = [sys.executable, "-m", "bamboo_desktop.cli", "run", "--data-dir", data]
        ours = _measured([*ctl, "hello", "--base-url", address, "--model", "m"])
        book = Path(place) / "hello.yaml"
        book.write_text(PLAYBOOK, encoding="utf-8")
        played = _measured([*ctl, str(book)])
    yield Figure(
        what="bambooctl run, one line over loopback",
        value=ours[0],
        unit="s",
        beside=bare[0],
        beside_what="bare openai client",
    )
    yield Figure(
        what="bambooctl run, memory at its peak",
        value=ours[1],
        unit="MB",
        beside=bare[1],
        beside_what="bare openai client",
    )
    yield Figure(
        what="bambooctl run of a playbook",
        value=played[0],
        unit="s",
        beside=bare[0],
        beside_what="bare openai client",
        note=f"{played[1]:.0f} MB",
    )


class _Served:
    """A model server on a thread of its own; gives its address."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._server = ModelServer()

    def __enter__(self) -> str:
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        asyncio.run_coroutine_threadsafe(self._server.__aenter__(), self._loop).result()
        return self._server.v1

    def __exit__(self, *_: object) -> None:
        closing = self._server.__aexit__(None, None, None)
        asyncio.run_coroutine_threadsafe(closing, self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)


def _measured(command: list[str]) -> tuple[float, float]:
    """Seconds and megabytes: the median of several, after one that fills the caches."""
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    found = [_once(command, environment) for _ in range(TIMES + 1)][1:]
    return median(item[0] for item in found), median(item[1] for item in found)


def _once(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    started = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    if process.returncode or said.strip() != b"Hello.":
        raise RuntimeError(f"{command} ended with {process.returncode}: {said!r}")
    return seconds, _peak(usage) / 1e6


def _peak(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss * (1.0 if sys.platform == "darwin" else 1024.0)
