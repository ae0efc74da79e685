"""Why the program could not open its data folder, as a title and a sentence; chosen by type."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from bamboo_desktop.domain.errors import (
    InstanceRunningError,
    NewerDatabaseError,
    StorageError,
    UserError,
)


def _tr(text: str) -> str:
    return QCoreApplication.translate("StartFailure", text)


def failure_title(error: BaseException) -> str:
    """The heading of the page that tells why there is no session list."""
    match error:
        case InstanceRunningError():
            return _tr("Bamboo Desktop is already open")
        case NewerDatabaseError():
            return _tr("A newer version wrote this data")
        case StorageError():
            return _tr("The data folder cannot be used")
    return _tr("Bamboo Desktop could not start")


def failure_sentence(error: BaseException) -> str:
    """What happened and what to do; for a fault of our own, where its details are."""
    if isinstance(error, UserError):
        return error.sentence
    return _tr(
        "This is a fault of the program, not of yours. Nothing was changed; the log has more."
    )
