"""A field for a few lines of text that grows with them; Tab leaves it, Ctrl+Enter goes through."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget
from typing_extensions import override

_LINES_LEAST, _LINES_MOST = 1, 8
_SHEET = """
QPlainTextEdit { border: 1px solid palette(mid); border-radius: 6px; background: palette(base);
  padding: 3px 5px; }
QPlainTextEdit:focus { border: 2px solid palette(highlight); padding: 2px 4px; }
"""


class WritingField(QPlainTextEdit):
    """A growing text field whose Enter breaks the line and whose Ctrl+Enter is for its owner."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setStyleSheet(_SHEET)
        self.document().setDocumentMargin(2)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    @override
    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
            return
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
            return
        super().keyPressEvent(event)

    @override
    def sizeHint(self) -> QSize:
        return QSize(320, self._wanted_height())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(120, self._wanted_height())

    def _wanted_height(self) -> int:
        lines = min(max(int(self.document().size().height()), _LINES_LEAST), _LINES_MOST)
        return lines * self.fontMetrics().lineSpacing() + 14

    def _fit(self) -> None:
        self.setFixedHeight(self._wanted_height())
        self.updateGeometry()
