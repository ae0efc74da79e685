"""How long it takes to open a session of 100,000 entries and to show its end."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator
from datetime import timedelta

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from bamboo_desktop.domain.transcript import EntryKind, TranscriptEntry
from bamboo_desktop.late import freeze_garbage
from bamboo_desktop.loop import new_loop
from bamboo_desktop.settings import LoopKind
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui.relay import EventRelay
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import ThemeMode
from bamboo_desktop.ui.views.session_view import SessionView
from tests.benchmarks.figure import Figure
from tests.ui.pane.fake import RUN, SESSION, START, FakeEngine

COUNT = 100_000
ROUNDS = 5
TEXT = "Some **words** of an answer with `code` in it, as long as answers are. " * 6
CODE = "\n\n```python\ndef greet(name: str) -> str:\n    return f'hello {name}'\n```\n"


def _entry(position: int) -> TranscriptEntry:
    is_user = position % 4 == 0
    return TranscriptEntry(
        position=position,
        kind=EntryKind.USER if is_user else EntryKind.ASSISTANT,
        at=START + timedelta(seconds=position),
        run_id=RUN,
        text=f"{position} {TEXT}" + ("" if is_user else CODE),
    )


async def _measure(app: QApplication) -> list[float]:
    engine = FakeEngine()
    engine.transcripts.made[SESSION] = (COUNT, _entry)
    tasks = TaskSet("benchmark", lambda name, error: print(name, repr(error)))
    theme, relay = Theme(app, mode=ThemeMode.LIGHT), EventRelay(engine.feed)
    view = SessionView(engine.door, tasks, theme, relay)
    view.resize(900, 800)
    view.show()
    await asyncio.sleep(0.5)
    freeze_garbage()  # as the program does once it stands
    taken: list[float] = []
    for _ in range(ROUNDS):
        view.transcript.feed.open(SESSION)
        started = time.perf_counter()
        while not view.transcript.feed.is_open:
            await asyncio.sleep(0)
        view.transcript.pane.viewport().repaint()
        taken.append((time.perf_counter() - started) * 1_000)
        assert view.transcript.model.stored == COUNT
    await tasks.close()
    view.close()
    return taken


def figures() -> Iterator[Figure]:
    """The time from the click to the painted end."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    loop = new_loop(app, kind=LoopKind.BAMBOO)
    taken = loop.run_until_complete(_measure(app))
    loop.close()
    yield Figure(
        what=f"session of {COUNT:,} entries opens",
        value=taken[0],
        unit="ms",
        at_most=200,
        note=f"the first time; the best of {ROUNDS} {min(taken):.0f} ms",
    )
