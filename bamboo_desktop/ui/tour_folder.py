"""Where the guided tour works: a folder of the person's own, never one that is in use."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths

from bamboo_desktop.paths import AppPaths

_NAME = "Bamboo Desktop"


def tour_folder(data_dir: Path) -> Path:
    """The folder of the tour; it is made when the tour starts.

    It is among the person's documents; beside a data folder that was chosen, since everything of
    such a program belongs together.
    """
    if data_dir != AppPaths.resolve(None, {}).data:
        return data_dir.parent / _NAME
    place = QStandardPaths.StandardLocation.DocumentsLocation
    documents = QStandardPaths.writableLocation(place)
    return Path(documents or Path.home()) / _NAME
