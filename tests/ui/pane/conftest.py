from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from PySide6.QtWidgets import QApplication

from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui.relay import EventRelay
from bamboo_desktop.ui.theme import Theme, ThemeMode
from bamboo_desktop.ui.views.session_view import SessionView
from tests.ui.pane.fake import FakeEngine


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
    made = EventRelay(engine.feed, interval_ms=5)
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
