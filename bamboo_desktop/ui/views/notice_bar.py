"""A bar at the head of the window for what the disk had to say at the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from bamboo_desktop.ui.theme import set_kind
from bamboo_desktop.ui.theme_tokens import GAP, GAP_SMALL

if TYPE_CHECKING:
    from bamboo_desktop.domain.storage import StorageNotice


def _tr(text: str) -> str:
    return QCoreApplication.translate("Notices", text)


def notice_sentence(notice: StorageNotice) -> str:
    """A notice as one or two sentences for the person."""
    # Behind the first paint: at most starts there is nothing to tell.
    from bamboo_desktop.domain.storage import (
        BackupFailed,
        LowSpace,
        Restored,
        StartedFresh,
        UnsafeFolder,
    )
    from bamboo_desktop.ui.formats import exact

    match notice:
        case Restored():
            return _tr(
                "The database was damaged. The backup of {} took its place; what happened between "
                "then and {} is gone. The damaged files are kept in {}."
            ).format(exact(notice.backup_at), exact(notice.lost_until), notice.set_aside)
        case StartedFresh():
            return _tr(
                "The database was damaged and there was no backup, so an empty one took its place. "
                "The damaged files are kept in {}."
            ).format(notice.set_aside)
        case BackupFailed():
            return notice.sentence
        case LowSpace():
            return _tr(
                "The disk of the data folder has {} MB left. Everything works; once it is full, "
                "nothing more can be kept and runs stop, so make some room when you can."
            ).format(notice.free_bytes // 1_000_000)
        case UnsafeFolder():
            return _tr(
                "The data folder {} is on {}, whose locks cannot be trusted; open it from one "
                "machine only, or move it to a local disk."
            ).format(notice.path, notice.file_system)


def is_quiet(notice: StorageNotice) -> bool:
    """True when nothing is wrong yet."""
    from bamboo_desktop.domain.storage import LowSpace

    return isinstance(notice, LowSpace)


class NoticeBar(QWidget):
    """Stays until the person closes it; `closed` follows when they did."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        close = QPushButton(self.tr("Understood"))
        set_kind(close, "flat")
        close.clicked.connect(self._close)
        self.ground = QFrame()
        row = QHBoxLayout(self.ground)
        row.setContentsMargins(GAP, GAP_SMALL, GAP_SMALL, GAP_SMALL)
        row.addWidget(self._text, 1)
        row.addWidget(close)
        around = QHBoxLayout(self)
        around.setContentsMargins(GAP, GAP_SMALL, GAP, GAP_SMALL)
        around.addWidget(self.ground)
        self.hide()

    def tell(self, sentences: tuple[str, ...], *, is_quiet: bool = False) -> None:
        """Show the sentences; none hides the bar.

        Args:
            sentences: what there is to say.
            is_quiet: nothing is wrong yet; it is only good to know.
        """
        kind = "info" if is_quiet else "trouble"
        set_kind(self.ground, kind)
        set_kind(self._text, kind)
        self._text.setText("\n".join(sentences))
        self.setVisible(bool(sentences))

    def _close(self) -> None:
        self.hide()
        self.closed.emit()
