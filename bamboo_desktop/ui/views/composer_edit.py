"""The field a message is written in: grows with its text, refuses what no message can hold."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QMimeData, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget
from typing_extensions import override

from bamboo_desktop.ui.views.pane.wrapping import wrap_mode

LONGEST_MESSAGE = 1_048_576
"""Bytes of UTF-8; a message beyond it would fill any model's window many times over."""
FEWEST_LINES, MOST_LINES = 3, 12
_SLACK = 4
"""Without it a field that just holds its lines shows a scroll bar."""
_SURELY_SHORT = LONGEST_MESSAGE // 4


def is_too_long(text: str) -> bool:
    """True when a text does not fit into one message."""
    if len(text) <= _SURELY_SHORT:
        return False
    return len(text) > LONGEST_MESSAGE or len(text.encode("utf-8", "replace")) > LONGEST_MESSAGE


class ComposerEdit(QPlainTextEdit):
    """A multi-line field of three to twelve lines."""

    send_pressed = Signal()
    refused = Signal(int)
    """A paste was too long: its length in characters. The text in the field is as it was."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.enter_sends = True
        self.setAccessibleName(self.tr("Message"))
        self.setTabChangesFocus(True)
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(6)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    @property
    def has_words(self) -> bool:
        """True when there is something to send."""
        document = self.document()
        if document.characterCount() > 4_096:
            return True
        return bool(self.toPlainText().strip())

    def _fit(self) -> None:
        # The size of a plain text document counts lines, not pixels.
        lines = round(self.document().size().height())
        shown = min(max(lines, FEWEST_LINES), MOST_LINES)
        height = shown * QFontMetricsF(self.font()).lineSpacing()
        margin = 2 * self.document().documentMargin() + _SLACK
        wanted = math.ceil(height + margin) + 2 * self.frameWidth()
        if self.height() != wanted or self.maximumHeight() != wanted:
            self.setFixedHeight(wanted)

    @override
    def insertFromMimeData(self, source: QMimeData) -> None:
        pasted = source.text() if source.hasText() else ""
        selected = len(self.textCursor().selectedText())
        room = self.document().characterCount() - 1 - selected
        is_long = len(pasted) + room > _SURELY_SHORT
        if is_long and is_too_long(self.toPlainText() + pasted):
            self.refused.emit(len(pasted))
            return
        if wrap_mode(pasted) is QTextOption.WrapMode.WrapAnywhere:
            self.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
        super().insertFromMimeData(source)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._sends(event):
            event.accept()
            self.send_pressed.emit()
            return
        super().keyPressEvent(event)

    def _sends(self, event: QKeyEvent) -> bool:
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if held == Qt.KeyboardModifier.ControlModifier:
            return True
        return self.enter_sends and held == Qt.KeyboardModifier.NoModifier

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self._fit()

    def put(self, text: str) -> None:
        """Replace the text, the caret behind its end; undo does not reach back before it."""
        self.setWordWrapMode(wrap_mode(text))
        self.setPlainText(text)
        cursor = self.textCursor()
        cursor.movePosition(cursor.MoveOperation.End)
        self.setTextCursor(cursor)
