"""Dialogs without nested loops: opened, then awaited."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QIcon, QPainter, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QInputDialog,
    QLineEdit,
    QMessageBox,
    QToolButton,
    QWidget,
)
from shiboken6 import isValid

from bamboo_desktop.domain.errors import UserError

REJECTED = int(QDialog.DialogCode.Rejected)
_FIELD_WIDTH = 420
_ARROW_GROUPS = (
    (QIcon.Mode.Normal, QPalette.ColorGroup.Active),
    (QIcon.Mode.Disabled, QPalette.ColorGroup.Disabled),
)


async def shown(dialog: QDialog) -> int:
    """Open a dialog that the person called up and wait for its result; it is deleted after.

    A cancelled wait closes the dialog. A dialog that goes with its parent counts as rejected.
    """
    future: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def finish(result: int) -> None:
        if not future.done():
            future.set_result(result)

    def gone() -> None:
        finish(REJECTED)

    dialog.finished.connect(finish)
    dialog.destroyed.connect(gone)
    dialog.open()
    try:
        return await future
    except asyncio.CancelledError:
        dialog.reject()
        raise
    finally:
        if isValid(dialog):
            dialog.destroyed.disconnect(gone)
            dialog.deleteLater()


async def choose_folder(parent: QWidget, *, title: str, start: Path | None = None) -> Path | None:
    """Let the person choose a folder; None when they think better of it."""
    dialog = QFileDialog(parent, title, str(start or Path.home()))
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    return await _chosen(dialog)


async def choose_file(
    parent: QWidget, *, title: str, start: Path | None = None, filters: Sequence[str] = ()
) -> Path | None:
    """Let the person choose a file that exists; None when they think better of it."""
    dialog = QFileDialog(parent, title, str(start or Path.home()))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters(list(filters))
    return await _chosen(dialog)


async def choose_new_file(
    parent: QWidget, *, title: str, name: str, filters: Sequence[str] = ()
) -> Path | None:
    """Let the person name a file to write to; the dialog asks before one is replaced."""
    dialog = QFileDialog(parent, title, str(Path.home()))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setNameFilters(list(filters))
    dialog.selectFile(name)
    return await _chosen(dialog)


async def _chosen(dialog: QFileDialog) -> Path | None:
    chosen: list[str] = []
    _paint_arrows(dialog)
    dialog.filesSelected.connect(chosen.extend)
    if await shown(dialog) == REJECTED or not chosen:
        return None
    return Path(chosen[0])


def _paint_arrows(dialog: QFileDialog) -> None:
    """Draw the arrows of Qt's own dialog in the colour of text: its style knows only black."""
    for name in ("backButton", "forwardButton", "toParentButton"):
        button = dialog.findChild(QToolButton, name)
        if button is None:
            continue  # the desktop's own dialog has none of them
        arrow = QIcon()
        for mode, group in _ARROW_GROUPS:
            picture = button.icon().pixmap(button.iconSize())
            painter = QPainter(picture)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
            painter.fillRect(
                picture.rect(), dialog.palette().brush(group, QPalette.ColorRole.ButtonText)
            )
            painter.end()
            arrow.addPixmap(picture, mode)
        button.setIcon(arrow)


async def confirm(
    parent: QWidget, *, question: str, details: str = "", yes: str, no: str = ""
) -> bool:
    """Ask before something that cannot be undone; Enter and Esc both mean no."""
    box = _box(parent, question, details)
    accept = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    refuse = box.addButton(no or _tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(refuse)
    box.setEscapeButton(refuse)
    accepted: list[bool] = []
    box.buttonClicked.connect(lambda button: accepted.append(button is accept))
    await shown(box)
    return accepted == [True]


async def tell(parent: QWidget, error: UserError | str) -> None:
    """Say what the world did wrong; details are folded away until the person asks."""
    sentence = error if isinstance(error, str) else error.sentence
    box = _box(parent, sentence, "")
    if isinstance(error, UserError) and error.details:
        box.setDetailedText(error.details)
    box.addButton(_tr("Close"), QMessageBox.ButtonRole.AcceptRole)
    await shown(box)


async def ask_text(parent: QWidget, *, title: str, label: str, text: str = "") -> str | None:
    """Let the person write one line; None when they think better of it."""
    dialog = QInputDialog(parent)
    dialog.setWindowTitle(title)
    dialog.setLabelText(label)
    dialog.setTextValue(text)
    for field in dialog.findChildren(QLineEdit):
        # The dialog itself is as small as its layout lets it be.
        field.setMinimumWidth(_FIELD_WIDTH)
    written: list[str] = []
    dialog.textValueSelected.connect(written.append)
    if await shown(dialog) == REJECTED or not written:
        return None
    return written[0]


def _box(parent: QWidget, sentence: str, details: str) -> QMessageBox:
    box = QMessageBox(parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setWindowTitle(_tr("Bamboo Desktop"))
    box.setText(sentence)
    box.setInformativeText(details)
    return box


def _tr(text: str) -> str:
    return QCoreApplication.translate("Dialogs", text)
