"""The frame of the window, on the screen before the event loop and everything heavy is imported."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QTimer, SignalInstance
from PySide6.QtWidgets import QApplication

from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import ThemeMode
from bamboo_desktop.ui.views.main_window import MainWindow
from bamboo_desktop.ui.window_memory import WindowMemory

if TYPE_CHECKING:
    from bamboo_desktop.domain.session import SessionSummary
    from bamboo_desktop.ui.views.early_list import EarlyList

_UNSEEN_MS = 2_000
"""How long a window that nobody looks at, on another desktop, holds up the rest."""


class FirstFrame:
    """The window with its look and its memory; what it imports is what a start waits for.

    Args:
        app: Qt's application, started with Fusion as its style.
        data_dir: where the window left what it remembers.
    """

    def __init__(self, app: QApplication, data_dir: Path) -> None:
        self.memory = WindowMemory(data_dir)
        self.state = self.memory.read()
        mode = self.state.theme if self.state.theme in list(ThemeMode) else ThemeMode.SYSTEM
        self.theme = Theme(app, mode=ThemeMode(mode), has_style=True)
        self.window = self._made(self.state.geometry)
        self._early: EarlyList | None = None

    def renew(self) -> MainWindow:
        """Put a fresh window in the place of the one there is, with nothing joined to it."""
        old = self.window
        self.window = self._made(old.geometry_text())
        self.window.setWindowState(old.windowState())
        self.window.setVisible(old.isVisible())
        old.hide()
        old.deleteLater()
        return self.window

    def _made(self, geometry: str) -> MainWindow:
        window = MainWindow(self.theme)
        window.restore_geometry_text(geometry)
        return window

    def show(self, *, is_minimised: bool = False) -> None:
        """Show the window; it is painted as soon as Qt has a turn."""
        if is_minimised:
            self.window.showMinimized()
        else:
            self.window.show()

    def show_rows(self, rows: Iterable[SessionSummary]) -> None:
        """Bring the first rows of the list to the screen, in place of the empty frame."""
        from bamboo_desktop.clock import SystemClock
        from bamboo_desktop.ui.views.early_list import EarlyList
        from bamboo_desktop.ui.views.inspector_fold import ROOMY

        is_roomy = self.window.width() >= ROOMY
        self._early = EarlyList(rows, SystemClock(), self.theme, self.state, is_roomy=is_roomy)
        self.window.show_early(self._early.page)
        self._early.pane.table.setFocus()
        _turn_until(self._early.page.painted)

    def take_early(self) -> EarlyList | None:
        """The list with the first rows, once, for those who go on with it."""
        early, self._early = self._early, None
        return early

    def bring_forward(self) -> None:
        """Bring the window before the others."""
        if self.window.isMinimized():
            self.window.showNormal()
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    def wait_until_painted(self) -> None:
        """Let Qt run by itself until the frame is on the screen.

        As `show_rows`, for the start only, while there is no asyncio loop and no task yet:
        nothing is nested.
        """
        _turn_until(self.window.painted)


def _turn_until(painted: SignalInstance) -> None:
    """The only place that lets Qt run by itself: a frame that was asked for is a frame too late."""
    turns = QEventLoop()
    painted.connect(turns.quit)
    QTimer.singleShot(_UNSEEN_MS, turns, turns.quit)
    turns.exec()
    painted.disconnect(turns.quit)
