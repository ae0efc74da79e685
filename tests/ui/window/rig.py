"""What a test of the window holds in its hands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QLabel, QMessageBox, QPushButton, QWidget

from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.session import Session
from bamboo_desktop.engine import Engine
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui.relay import EventRelay
from bamboo_desktop.ui.views.main_window import MainWindow
from bamboo_desktop.ui.views.workbench import Workbench
from tests.waiting import until


@dataclass
class Rig:
    """A window with its engine."""

    engine: Engine
    tasks: TaskSet
    window: MainWindow
    relay: EventRelay
    bench: Workbench
    folder: Path

    async def session(self, title: str) -> Session:
        """A session that the list shows."""
        made = await self.engine.sessions.create(title=title)
        await until(lambda: self.bench.model.summary(made.id) is not None, what=title)
        return made

    def titles(self) -> list[str]:
        """The titles in the order of the list."""
        return [summary.session.title for summary in self.bench.model.sessions()]

    def trigger(self, name: str) -> None:
        """Do what the action of that name does."""
        action = self.window.actions_by_name.get(name)
        assert action.isEnabled(), f"{name} is off"
        action.trigger()

    async def shows(self, session_id: SessionId) -> None:
        """Wait until the head shows the session."""
        summary = await self.engine.sessions.summary(session_id)
        assert summary is not None
        header = self.bench.page.header
        await until(
            lambda: header.title.text() == summary.session.title, what="head of the session"
        )


def button(widget: QWidget, text: str) -> QPushButton:
    """The push button with that text."""
    for found in widget.findChildren(QPushButton):
        if found.text() == text:
            return found
    raise AssertionError(f"no button {text!r}")


async def box(window: QWidget) -> QMessageBox:
    """The message box that is open, as soon as there is one."""

    def found() -> QMessageBox | None:
        return next((one for one in window.findChildren(QMessageBox) if one.isVisible()), None)

    shown = await until(found, what="a message box")
    assert isinstance(shown, QMessageBox)
    return shown


def labels(widget: QWidget) -> list[str]:
    """All texts of labels in it."""
    return [label.text() for label in widget.findChildren(QLabel) if label.text()]
