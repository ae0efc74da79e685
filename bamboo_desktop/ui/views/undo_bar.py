"""A bar that offers to undo what was just done, and goes away by itself."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from bamboo_desktop.ui.theme import set_kind
from bamboo_desktop.ui.theme_tokens import GAP, GAP_SMALL

_STAYS_MS = 15_000


class UndoBar(QFrame):
    """Says what was done; `undone` is emitted when the person wants it back."""

    undone = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_kind(self, "info")
        self._sentence = QLabel()
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._button = QPushButton(self.tr("Undo"))
        set_kind(self._button, "flat")
        self._button.clicked.connect(self._undo)
        row = QHBoxLayout(self)
        self.setMinimumHeight(34)
        row.setContentsMargins(GAP, 2, 4, 2)
        row.setSpacing(GAP_SMALL)
        row.addWidget(self._sentence, 1)
        row.addWidget(self._button)
        self._about: object = None
        self._leaving = QTimer(self, singleShot=True, interval=_STAYS_MS)
        self._leaving.timeout.connect(self.hide)
        self.hide()

    def offer(self, sentence: str, *, details: str = "", about: object = None) -> None:
        """Show the bar with a few words on what was done, and the rest on hover.

        Args:
            sentence: what was done.
            details: the rest, on hover.
            about: what it was done to, for `settle`.
        """
        self._about = about
        self._sentence.setText(sentence)
        self._sentence.setToolTip(details or sentence)
        self._button.setAccessibleName(self.tr("Undo: {}").format(sentence))
        self._button.show()
        self.show()
        self._leaving.start()

    def say(self, sentence: str, *, details: str = "") -> None:
        """Show what was done and cannot or need not be undone."""
        self.offer(sentence, details=details)
        self._button.hide()

    def settle(self, about: object) -> None:
        """Go away if that is what the offer is about: it was undone some other way."""
        if about == self._about:
            self.hide()
            self._leaving.stop()

    def _undo(self) -> None:
        self.hide()
        self._leaving.stop()
        self.undone.emit()
