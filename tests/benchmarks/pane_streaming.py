"""Fifty sessions stream 100 chunks a second each, one of them in view: how long the window hangs.

The whole program runs: window, engine, store. `BAMBOO_BENCH_SECONDS` makes each of the rounds
longer or shorter than ten seconds.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from bamboo_desktop.loop import new_loop
from bamboo_desktop.settings import LoopKind
from tests.benchmarks.figure import ROOT, Figure
from tests.benchmarks.streaming.model import SteadyModel
from tests.benchmarks.streaming.program import numbered_file, running
from tests.benchmarks.streaming.ticks import Ticks, ticks_beside

SECONDS = float(os.environ.get("BAMBOO_BENCH_SECONDS", "10"))
ROUNDS = 3
SESSIONS = 50
CHUNKS_A_SECOND = 100
ROUND_CHUNKS = 400


@dataclass(frozen=True)
class Round:
    """What one round has shown; gaps in milliseconds."""

    gaps: list[float]
    bare: list[float]
    chunks: int
    missing: str


async def measured(app: QApplication, place: Path) -> Round:
    path = str(numbered_file(place))
    model = SteadyModel(chunks_a_second=CHUNKS_A_SECOND, round_chunks=ROUND_CHUNKS, path=path)
    async with running(app, place, sessions=SESSIONS, model=model) as program:
        await program.start()
        with ticks_beside() as bare:
            ticks, before = Ticks(), model.chunks
            await asyncio.sleep(SECONDS)
            ticks.stop()
            chunks = model.chunks - before
        is_good = await program.end()
        missing = "" if is_good else "a run did not end well"
        missing = missing or program.missing_on_screen() or await program.missing_in_store()
    return Round(gaps=ticks.gaps, bare=bare, chunks=chunks, missing=missing)


def figures() -> Iterator[Figure]:
    """The longest gap of all rounds, and whether every word arrived."""
    app = QApplication.instance() or QApplication(["bench", "-style", "fusion"])
    assert isinstance(app, QApplication)
    rounds: list[Round] = []
    for _ in range(ROUNDS):
        # Beside the project and not in memory: /tmp may be a file system that syncs nothing.
        with tempfile.TemporaryDirectory(dir=ROOT / ".venv") as place:
            loop = new_loop(app, kind=LoopKind.BAMBOO)
            asyncio.set_event_loop(loop)
            rounds.append(loop.run_until_complete(measured(app, Path(place))))
            loop.close()
    missing = next((one.missing for one in rounds if one.missing), "")
    gaps = sorted(gap for one in rounds for gap in one.gaps)
    rate = sum(one.chunks for one in rounds) / (SECONDS * ROUNDS * SESSIONS)
    longest = ", ".join(f"{max(one.gaps):.0f} ({max(one.bare):.0f})" for one in rounds)
    yield Figure(
        what=f"longest gap between 16 ms ticks, {SESSIONS} runs of {CHUNKS_A_SECOND} chunks/s",
        value=float("inf") if missing else gaps[-1],
        unit="ms",
        at_most=50,
        note=f"{ROUNDS} rounds: {longest}, in brackets a bare Qt process at the same time; half "
        f"below {gaps[len(gaps) // 2]:.0f} ms, 99 % below {gaps[len(gaps) * 99 // 100]:.0f} ms; "
        f"{rate:.0f} chunks/s a run; " + (f"MISSING: {missing}" if missing else "nothing lost"),
    )
