"""A window over a real engine in a folder of its own; no key store but memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from bamboo_desktop.engine import Engine, EngineOptions
from bamboo_desktop.providers.keys import MemoryKeys
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui.relay import EventRelay
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import ThemeMode
from bamboo_desktop.ui.tour_folder import tour_folder
from bamboo_desktop.ui.views.first_run_page import FirstRunPage
from bamboo_desktop.ui.views.settings_page import SettingsPage
from tests.waiting import until

NOTICE = "This desktop has no keyring: keys last until the program ends."


def pytest_itemcollected(item: pytest.Item) -> None:
    """What Qt's platform without a screen cannot do is no fault of the window."""
    item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support", extend=True))


@dataclass
class Desk:
    """What the tests play on."""

    engine: Engine
    tasks: TaskSet
    theme: Theme
    relay: EventRelay
    window: QWidget

    async def settings(self) -> SettingsPage:
        page = SettingsPage(self.engine, self.tasks, self.theme, self.relay, self.window)
        await self._show(page)
        return page

    async def first_run(self) -> FirstRunPage:
        page = FirstRunPage(
            self.engine,
            self.tasks,
            self.theme,
            self.relay,
            self.window,
            tour_folder=tour_folder(self.engine.data_dir),
        )
        await self._show(page)
        return page

    async def idle(self) -> None:
        await until(lambda: len(self.tasks) == 0)

    async def _show(self, page: QWidget) -> None:
        layout = self.window.layout()
        assert layout is not None
        layout.addWidget(page)
        page.show()
        await self.idle()


@pytest.fixture
async def desk(qapp: QApplication, data_dir: Path) -> AsyncIterator[Desk]:
    errors: list[BaseException] = []
    tasks = TaskSet("test", lambda _name, error: errors.append(error))
    engine = await Engine.open(
        EngineOptions(
            data_dir=data_dir,
            on_bug=lambda error, _where: errors.append(error),
            keys=MemoryKeys(reason=NOTICE),
        )
    )

    async def nothing_here() -> tuple[()]:
        return ()

    engine.models.discover_local = nothing_here  # type: ignore[method-assign]
    relay = EventRelay(engine.feed)
    theme = Theme(qapp, mode=ThemeMode.LIGHT)
    window = QWidget()
    window.resize(1000, 700)
    QVBoxLayout(window)
    window.show()
    yield Desk(engine, tasks, theme, relay, window)
    await tasks.close()
    relay.close()
    window.close()
    window.deleteLater()
    await engine.close()
    theme.set_mode(ThemeMode.LIGHT)
    if errors:
        raise errors[0]
