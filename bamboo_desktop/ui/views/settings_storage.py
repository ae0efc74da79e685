"""Where everything is kept, and a copy of it on request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui.theme import set_kind
from bamboo_desktop.ui.views.question_parts import button, label
from bamboo_desktop.ui.views.settings_row import SettingsSection, keep_hidden

if TYPE_CHECKING:
    from bamboo_desktop.engine import Engine


class StorageSection(SettingsSection):
    """The data folder and its backups."""

    def __init__(self, engine: Engine, tasks: TaskSet, parent: QWidget | None = None) -> None:
        super().__init__(QCoreApplication.translate("Settings", "Storage"), parent=parent)
        self._engine = engine
        self._tasks = tasks
        show = button(self.tr("&Show the folder"), "", self.tr("Show the data folder"))
        show.clicked.connect(self._show_folder)
        self.add_row(self.tr("Data folder"), str(engine.data_dir), show)
        self._backup = button(self.tr("&Back up now"), "", self.tr("Back up now"))
        self._backup.clicked.connect(self._start_backup)
        self.add_row(
            self.tr("Backups"),
            self.tr("Made every day and before each change of the format; seven days are kept."),
            self._backup,
        )
        self._said = label("", "caption")
        self._said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.add_part(self._said, "")
        keep_hidden(self._said, hidden=True)

    def _show_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._engine.data_dir)))

    def _start_backup(self) -> None:
        self._backup.setEnabled(False)
        self._say(self.tr("Copying\u2026"), "caption")
        self._tasks.spawn(self._make_backup(), name="back up")

    async def _make_backup(self) -> None:
        try:
            path = await self._engine.backup_now()
        except UserError as error:
            self._say(error.sentence, "trouble")
        else:
            self._say(self.tr("Copied and checked: %1").replace("%1", str(path)), "caption")
        finally:
            self._backup.setEnabled(True)

    def _say(self, words: str, kind: str) -> None:
        self._said.setText(words)
        set_kind(self._said, kind)
        keep_hidden(self._said, hidden=not words)
