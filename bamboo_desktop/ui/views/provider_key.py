"""A key goes in and never comes out: what is shown is a fixed mask, not the key."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget
from typing_extensions import override

from bamboo_desktop.ui.theme_tokens import GAP_SMALL
from bamboo_desktop.ui.views.question_parts import button

MASK = "\u2022" * 16


class _Line(QLineEdit):
    """Enter hands the key over and is not heard by anything around."""

    confirmed = Signal()
    entered = Signal()

    @override
    def focusInEvent(self, event: QFocusEvent, /) -> None:
        super().focusInEvent(event)
        self.entered.emit()

    @override
    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.confirmed.emit()
            return
        super().keyPressEvent(event)


class KeyField(QWidget):
    """Takes a key; the field is emptied the moment the key is handed over."""

    entered = Signal()
    """The person is about to paste a key."""
    given = Signal(str)
    """A new key, to be put in the key store and nowhere else."""
    removed = Signal()
    """The stored key shall be forgotten."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = _Line(self)
        self._line.setEchoMode(QLineEdit.EchoMode.Password)
        self._line.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhSensitiveData
        )
        self._line.entered.connect(self.entered)
        self._line.confirmed.connect(self._give)
        self._line.textChanged.connect(self._offer)
        self._save = button(self.tr("&Save key"), "", self.tr("Save the key"))
        self._save.clicked.connect(self._give)
        self._remove = button(self.tr("Forget"), "", self.tr("Forget the stored key"))
        self._remove.clicked.connect(self.removed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP_SMALL)
        row.addWidget(self._line, 1)
        row.addWidget(self._save)
        row.addWidget(self._remove)
        self.setFocusProxy(self._line)
        self.set_stored(stored=False)

    def set_stored(self, *, stored: bool) -> None:
        """Show whether there is a key, as the same mask for every key."""
        words = self.tr("Stored. Paste another to replace it")
        self._line.setPlaceholderText(f"{MASK}  {words}" if stored else self.tr("Paste the key"))
        self._line.setAccessibleName(
            self.tr("Key, one is stored") if stored else self.tr("Key, none is stored")
        )
        self._remove.setVisible(stored)
        self._offer()

    def take(self) -> str:
        """What was pasted and not handed over yet; the field is empty afterwards."""
        key = self._line.text().strip()
        # Not clear(): setting a text also empties the undo history, where the key would stay.
        self._line.setText("")
        return key

    def _offer(self) -> None:
        self._save.setVisible(bool(self._line.text().strip()))

    def _give(self) -> None:
        key = self.take()
        if key:
            self.given.emit(key)
