"""What the window remembers is written while it is open, and only when it changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from typing_extensions import override

from bamboo_desktop.ui.window_keeper import WindowKeeper
from bamboo_desktop.ui.window_memory import WindowMemory, WindowState
from tests.waiting import until


class Counted(WindowMemory):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.written: list[WindowState] = []

    @override
    def write(self, state: WindowState) -> None:
        self.written.append(state)
        super().write(state)


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


async def test_many_steps_are_one_write_and_no_step_is_none(
    window: QWidget, tmp_path: Path
) -> None:
    memory, now = Counted(tmp_path), [WindowState()]
    keeper = WindowKeeper(memory, window, lambda: now[0])
    for number in range(50):
        now[0] = replace(WindowState(), session_id=str(number))
        keeper.touch()
    await until(lambda: memory.written)
    assert [state.session_id for state in memory.written] == ["49"]
    assert memory.read().session_id == "49"
    keeper.keep()
    assert len(memory.written) == 1


async def test_a_window_that_is_resized_is_remembered(window: QWidget, tmp_path: Path) -> None:
    memory = Counted(tmp_path)
    keeper = WindowKeeper(memory, window, lambda: WindowState(splits=str(window.width())))
    window.show()
    window.resize(640, 480)
    await until(lambda: memory.read().splits == "640")
    assert keeper.parent() is window
