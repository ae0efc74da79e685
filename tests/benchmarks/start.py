"""The window program's start and rest, beside a bare window of the same binding."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from bamboo_desktop.clock import SystemClock
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.session import Session
from bamboo_desktop.identifiers import RandomIds
from bamboo_desktop.store import sessions
from bamboo_desktop.store.database import Database
from bamboo_desktop.store.folder import DataFolder
from bamboo_desktop.store.transaction import Tx
from tests.benchmarks.figure import ROOT, Figure, as_installed, least_seconds

BARE = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
{imports}
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        {painted}
app = QApplication([])
app.setStyle("Fusion")
window = Window()
window.resize(1280, 800)
window.show()
app.exec()
"""
OURS = """
import gc, os
os.environ["BAMBOO_DATA_DIR"] = {folder!r}
gc.disable()  # as __main__ begins, and so the next one
from bamboo_desktop.ui.binding import import_unread
import_unread()
from bamboo_desktop import app
from bamboo_desktop.app.first_frame import FirstFrame
{until}
from bamboo_desktop.__main__ import main
main()
"""
PAINTED = """
wait = FirstFrame.wait_until_painted
def until_painted(self):
    self.window.painted.connect(lambda: os._exit(0))
    wait(self)
FirstFrame.wait_until_painted = until_painted
"""
ROWS = """
show, choose = FirstFrame.show_rows, app._show_first_rows
def shown(self, rows):
    from bamboo_desktop.ui.views.session_delegate import SessionDelegate
    paint, painted = SessionDelegate.paint, []
    def watched(*arguments):
        painted.append(arguments)
        paint(*arguments)
    SessionDelegate.paint = watched
    show(self, rows)  # comes back when the frame with the rows in it is painted
    os._exit(0 if painted else 1)
def chosen(*arguments):
    choose(*arguments)
    os._exit(1)  # there were none
FirstFrame.show_rows, app._show_first_rows = shown, chosen
"""
LEAVE = "__import__('os')._exit(0)"
LIBRARIES = "import qasync, sqlmodel, croniter"
SESSIONS = 10_000
AT_REST_AFTER = 15.0
WATCHED_FOR = 10.0
CACHED = "compiled files present on both sides"


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(dir=ROOT / ".venv") as place:
        empty, full = Path(place) / "empty", Path(place) / "full"
        asyncio.run(fill(full))
        yield from starts(empty, full)
        yield from rests(empty, full)


def starts(empty: Path, full: Path) -> Iterator[Figure]:
    """How long a person waits for the frame, and for the list in it."""
    bare, framed, framed_full, listed = least_seconds(
        BARE.format(imports="", painted=LEAVE),
        OURS.format(folder=str(empty), until=PAINTED),
        OURS.format(folder=str(full), until=PAINTED),
        OURS.format(folder=str(full), until=ROWS),
    )
    rows = (
        ("cold start to the painted window", framed, 1.5),
        (f"the same with {SESSIONS:,} sessions stored", framed_full, 1.5),
        (f"first rows of {SESSIONS:,} sessions painted", listed, 2.5),
    )
    for what, seconds, at_most in rows:
        yield Figure(
            what=what,
            value=seconds * 1_000,
            unit="ms",
            beside=bare * 1_000,
            beside_what="bare window",
            at_most=at_most,
            note=CACHED,
        )


def rests(empty: Path, full: Path) -> Iterator[Figure]:
    """What the program takes when nobody does anything."""
    command = [sys.executable, "-m", "bamboo_desktop", "--data-dir"]
    crowded = at_rest([*command, str(full)])
    ours = at_rest([*command, str(empty)])
    plain = at_rest([sys.executable, "-c", BARE.format(imports="", painted="pass")])
    laden_code = BARE.format(imports=LIBRARIES, painted="pass")
    at_rest([sys.executable, "-c", laden_code], after=3)  # leaves its compiled files
    laden = at_rest([sys.executable, "-c", laden_code])
    rows = (
        ("memory at rest, window open", ours[0]),
        (f"the same with {SESSIONS:,} sessions stored", crowded[0]),
    )
    for what, megabytes in rows:
        yield Figure(
            what=what,
            value=megabytes,
            unit="MB",
            beside=laden[0],
            beside_what="bare window with qasync, SQLModel, croniter",
            at_most=1.3,
            note=f"memory of its own only; bare window {plain[0]:.0f} MB; {CACHED}",
        )
    yield Figure(
        what="processor at rest",
        value=max(ours[1], crowded[1]),
        unit="%",
        at_most=0.2,
        note="of one core",
    )


def at_rest(command: list[str], *, after: float = AT_REST_AFTER) -> tuple[float, float]:
    """Megabytes that are the process's own, and per cent of a core, once it has come to rest."""
    process = subprocess.Popen(command, cwd=ROOT, env=as_installed(), stderr=subprocess.DEVNULL)
    try:
        time.sleep(after)
        watched = psutil.Process(process.pid)
        before, started = sum(watched.cpu_times()[:2]), time.monotonic()
        time.sleep(WATCHED_FOR)
        spent = sum(watched.cpu_times()[:2]) - before
        return written(watched), spent / (time.monotonic() - started) * 100
    finally:
        process.terminate()
        process.wait()


def written(process: psutil.Process) -> float:
    """Megabytes that are a process's own because it wrote them.

    Pages of a library that was only read are not counted: they are shared with whatever else
    happens to run, or with nothing.
    """
    if sys.platform == "linux":
        return sum(part.private_dirty for part in process.memory_maps()) / 1e6
    return process.memory_full_info().uss / 1e6


async def fill(path: Path) -> None:
    """A data folder with many sessions in it."""
    folder = DataFolder.claim(path)
    db = Database.open(
        folder, clock=SystemClock(), ids=RandomIds(), on_committed=lambda _envelopes: None
    )
    at = SystemClock().now()

    def make(tx: Tx) -> None:
        for number in range(SESSIONS):
            session_id = SessionId(f"{number:032x}")
            title = f"Session {number}"
            sessions.insert(tx, Session(id=session_id, title=title, created_at=at, updated_at=at))

    await db.write(make)
    await db.close()
    folder.release()
