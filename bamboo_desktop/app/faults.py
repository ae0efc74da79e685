"""Faults of our own, from any thread, before the eyes of the person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from bamboo_desktop.ui.views.crash_dialog import CrashDialog

if TYPE_CHECKING:
    from bamboo_desktop.logs import Logs
    from bamboo_desktop.ui.views.main_window import MainWindow


class Faults(QObject):
    """Shows what the log reports in one dialog of the window.

    Args:
        log: tells of faults, and describes them with nothing secret in it.
        window: the dialog goes with it.
    """

    _reported = Signal(object, str)
    """Carries a fault of any thread to the window's."""

    def __init__(self, log: Logs, window: MainWindow) -> None:
        super().__init__()
        self._log = log
        self.show_in(window)
        self._reported.connect(self._report, Qt.ConnectionType.QueuedConnection)

    def begin(self) -> None:
        """Show faults from now on."""
        self._log.report_to(self._reported.emit)

    def end(self) -> None:
        """Faults go to the log only."""
        self._log.report_to(None)

    def show_in(self, window: MainWindow) -> None:
        """Show them in another window."""
        self.dialog = CrashDialog(window.theme, window)

    def _report(self, error: BaseException, where: str) -> None:
        self.dialog.report(where, self._log.describe(error))
