"""A window with a composer, a fake engine behind it, and everything taken down afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QVBoxLayout, QWidget
from typing_extensions import override

from bamboo_desktop.clock import Clock
from bamboo_desktop.engine import Engine
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui.relay import EventRelay
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import ThemeMode
from bamboo_desktop.ui.views.inbox_page import InboxPage
from bamboo_desktop.ui.views.question_dialog import QuestionDialog
from bamboo_desktop.ui.views.question_dialogs import QuestionDialogs
from bamboo_desktop.ui.views.question_panel import QuestionPanel
from tests.sim import SimClock
from tests.ui.questions.fake import FakeEngine
from tests.waiting import until


def pytest_itemcollected(item: pytest.Item) -> None:
    """What Qt's platform without a screen cannot do is no fault of the window."""
    item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support", extend=True))


class LoopRelay(EventRelay):
    """Delivers only while the loop runs: between two phases of a test Qt may turn without it."""

    @override
    def flush(self) -> None:
        if asyncio._get_running_loop() is not None:
            super().flush()


@dataclass
class Stage:
    """What the tests play on."""

    engine: FakeEngine
    tasks: TaskSet
    theme: Theme
    relay: EventRelay
    window: QWidget
    composer: QPlainTextEdit

    @property
    def _parts(self) -> tuple[Engine, TaskSet, Theme, EventRelay, Clock]:
        return (self.engine.door, self.tasks, self.theme, self.relay, SimClock())

    def panel(self) -> QuestionPanel:
        made = QuestionPanel(*self._parts, self.window)
        layout = self.window.layout()
        assert layout is not None
        layout.addWidget(made)
        return made

    def dialogs(self) -> QuestionDialogs:
        return QuestionDialogs(*self._parts, self.window)

    def inbox(self) -> InboxPage:
        made = InboxPage(*self._parts, self.window)
        layout = self.window.layout()
        assert layout is not None
        layout.addWidget(made)
        return made

    async def idle(self) -> None:
        """Wait until no task is under way and no event waits."""
        self.relay.flush()
        await until(lambda: len(self.tasks) == 0)

    async def opened(self, dialogs: QuestionDialogs) -> QuestionDialog:
        await until(lambda: dialogs.open_dialogs)
        return dialogs.open_dialogs[0]


@pytest.fixture
async def stage(qapp: QApplication) -> AsyncIterator[Stage]:
    errors: list[BaseException] = []
    tasks = TaskSet("test", lambda _name, error: errors.append(error))
    engine = FakeEngine()
    relay = LoopRelay(engine.feed)
    theme = Theme(qapp, mode=ThemeMode.LIGHT)
    window = QWidget()
    window.resize(1000, 700)
    composer = QPlainTextEdit(window)
    QVBoxLayout(window).addWidget(composer)
    window.show()
    window.activateWindow()
    yield Stage(engine, tasks, theme, relay, window, composer)
    await tasks.close()
    relay.close()
    window.close()
    window.deleteLater()
    assert errors == []
