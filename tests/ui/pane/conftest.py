from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from PySide6.QtWidgets import QApplication
from typing_extensions import override

from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui.relay import EventRelay
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import ThemeMode
from bamboo_desktop.ui.views.session_view import SessionView
from tests.ui.pane.fake import FakeEngine


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    # What the offscreen platform says of every window with a least size is no fault of ours.
    item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support", extend=True))


class LoopRelay(EventRelay):
    """Delivers only while the loop runs: between two phases of a test Qt may turn without it."""

    @override
    def flush(self) -> None:
        if asyncio._get_running_loop() is not None:
            super().flush()


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return Theme(qapp, mode=ThemeMode.LIGHT)


@pytest.fixture
async def tasks() -> AsyncIterator[TaskSet]:
    errors: list[BaseException] = []
    owner = TaskSet("test", lambda _name, error: errors.append(error))
    yield owner
    await owner.close()
    assert not errors, errors


@pytest.fixture
async def relay(qapp: QApplication, engine: FakeEngine) -> AsyncIterator[EventRelay]:
    made = LoopRelay(engine.feed, interval_ms=5)
    yield made
    made.close()


@pytest.fixture
async def view(
    engine: FakeEngine, tasks: TaskSet, theme: Theme, relay: EventRelay
) -> AsyncIterator[SessionView]:
    made = SessionView(engine.door, tasks, theme, relay)
    made.resize(800, 600)
    made.show()
    yield made
    await tasks.close()
    made.close()
    made.deleteLater()
