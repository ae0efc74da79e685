"""A strip over a session that lies in the bin: bring it back, or delete it for good."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from bamboo_desktop.ui.theme import set_kind
from bamboo_desktop.ui.theme_tokens import GAP, GAP_SMALL


class BinStrip(QFrame):
    """Shown over sessions in the bin only."""

    restore_wanted = Signal()
    purge_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_kind(self, "info")
        text = QLabel(self.tr("This session is in the bin. It is deleted after 30 days."))
        text.setWordWrap(True)
        restore = QPushButton(self.tr("Restore"))
        restore.clicked.connect(self.restore_wanted)
        purge = QPushButton(self.tr("Delete for good"))
        set_kind(purge, "danger")
        purge.clicked.connect(self.purge_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP, 6, GAP_SMALL, 6)
        row.setSpacing(GAP_SMALL)
        row.addWidget(text, 1)
        row.addWidget(restore)
        row.addWidget(purge)
        self.hide()
