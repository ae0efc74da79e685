"""A window on a real engine in a data folder of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from PySide6.QtWidgets import QApplication
from typing_extensions import override

from bamboo_desktop.engine import Engine, EngineOptions
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui.relay import EventRelay
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import ThemeMode
from bamboo_desktop.ui.views.main_window import MainWindow
from bamboo_desktop.ui.views.workbench import Workbench
from bamboo_desktop.ui.window_memory import WindowState
from tests.sim import SimClock
from tests.ui.window.rig import Rig


class LoopRelay(EventRelay):
    """Delivers only while the loop runs: between two phases of a test Qt may turn without it."""

    @override
    def flush(self) -> None:
        if asyncio._get_running_loop() is not None:
            super().flush()


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    look = Theme(qapp, mode=ThemeMode.LIGHT)
    yield look
    qapp.setStyleSheet("")


@pytest.fixture
def failures() -> list[str]:
    return []


@pytest_asyncio.fixture
async def rig(
    qapp: QApplication, theme: Theme, tmp_path: Path, failures: list[str]
) -> AsyncIterator[Rig]:
    def on_bug(error: BaseException, where: str) -> None:
        failures.append(f"{where}: {error!r}")

    engine = await Engine.open(EngineOptions(data_dir=tmp_path / "data", on_bug=on_bug))
    tasks = TaskSet("window", lambda name, error: on_bug(error, name))
    window = MainWindow(theme)
    window.resize(1280, 800)
    relay = LoopRelay(engine.feed, window, interval_ms=5)
    bench = Workbench(engine, tasks, relay, SimClock(), window, log_dir=tmp_path)
    built = Rig(
        engine=engine, tasks=tasks, window=window, relay=relay, bench=bench, folder=tmp_path
    )
    await bench.start(WindowState())
    yield built
    await bench.flush()
    relay.close()
    await tasks.close()
    await engine.close()
    window.hide()
    window.deleteLater()
    assert failures == []


def pytest_itemcollected(item: pytest.Item) -> None:
    """What Qt's platform without a screen cannot do is no fault of the window."""
    item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support", extend=True))
