"""The window program's start and rest, beside a bare window of the same binding."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from tests.benchmarks.figure import ROOT, Figure, fresh_seconds

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
import os
from bamboo_desktop import app
from bamboo_desktop.ui.views.main_window import MainWindow
build = MainWindow.__init__
def built(self, theme):
    build(self, theme)
    self.painted.connect(lambda: os._exit(0))
MainWindow.__init__ = built
app.main(["--data-dir", {folder!r}])
"""
LEAVE = "__import__('os')._exit(0)"
LIBRARIES = "import qasync, sqlmodel, croniter"
AT_REST_AFTER = 15.0
WATCHED_FOR = 6.0


def figures() -> Iterator[Figure]:
    bare = fresh_seconds(BARE.format(imports="", painted=LEAVE))
    with tempfile.TemporaryDirectory() as place:
        folder = str(Path(place) / "data")
        yield Figure(
            what="cold start to the painted window",
            value=fresh_seconds(OURS.format(folder=folder)) * 1_000,
            unit="ms",
            beside=bare * 1_000,
            beside_what="bare window",
            at_most=1.5,
        )
        ours = at_rest([sys.executable, "-m", "bamboo_desktop", "--data-dir", folder])
    plain = at_rest([sys.executable, "-c", BARE.format(imports="", painted="pass")])
    laden = at_rest([sys.executable, "-c", BARE.format(imports=LIBRARIES, painted="pass")])
    yield Figure(
        what="memory at rest",
        value=ours[0],
        unit="MB",
        beside=laden[0],
        beside_what="bare window with qasync, SQLModel, croniter",
        at_most=1.3,
        note=f"bare window {plain[0]:.0f} MB",
    )
    yield Figure(what="processor at rest", value=ours[1], unit="%", at_most=0.2, note="of one core")


def at_rest(command: list[str]) -> tuple[float, float]:
    """Megabytes that are the process's own, and per cent of a core, once it has come to rest."""
    environment = dict(os.environ)
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        time.sleep(AT_REST_AFTER)
        watched = psutil.Process(process.pid)
        before, started = sum(watched.cpu_times()[:2]), time.monotonic()
        time.sleep(WATCHED_FOR)
        spent = sum(watched.cpu_times()[:2]) - before
        memory = watched.memory_full_info().uss / 1e6
        return memory, spent / (time.monotonic() - started) * 100
    finally:
        process.terminate()
        process.wait()
