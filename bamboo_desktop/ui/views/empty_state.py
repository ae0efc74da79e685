"""An empty place that says what belongs here, with at most one button."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.theme_tokens import GAP, GAP_LARGE, ColorRole

_ICON = 32


class EmptyState(QWidget):
    """Icon, sentence, button; `acted` is emitted by the button."""

    acted = Signal()

    def __init__(self, theme: Theme, *, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon_name = icon
        self._icon = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._sentence = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._sentence.setWordWrap(True)
        set_kind(self._sentence, "soft")
        self._button = QPushButton()
        self._button.clicked.connect(self.acted)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP_LARGE, GAP_LARGE, GAP_LARGE, GAP_LARGE)
        column.setSpacing(GAP)
        column.addStretch(2)
        column.addWidget(self._icon)
        column.addWidget(self._sentence)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        theme.changed.connect(self._paint_icon)
        self._paint_icon()
        self.say("")

    def say(self, sentence: str, *, button: str = "") -> None:
        """Set the sentence, and the button when there is something to do."""
        self._sentence.setText(sentence)
        self._button.setText(button)
        self._button.setVisible(bool(button))

    def _paint_icon(self) -> None:
        icon = self._theme.sized_icon(self._icon_name, ColorRole.FAINT, _ICON)
        self._icon.setPixmap(icon.pixmap(QSize(_ICON, _ICON)))
