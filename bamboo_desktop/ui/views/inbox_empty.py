"""What the inbox says when nothing waits."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import GAP_SMALL, ColorRole
from bamboo_desktop.ui.views.question_parts import label


class InboxEmpty(QWidget):
    """One sentence on what belongs here."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._picture = QLabel(self)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column = QVBoxLayout(self)
        column.setSpacing(GAP_SMALL)
        column.addStretch(2)
        column.addWidget(self._picture)
        for text, kind in (
            (self.tr("Nothing waits for you"), "strong"),
            (self.tr("When an agent asks something or wants permission, it appears here."), "soft"),
        ):
            words = label(text, kind)
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(words)
        column.addStretch(3)
        theme.changed.connect(self._paint)
        self._paint()

    def _paint(self) -> None:
        icon = self._theme.icon("inbox", ColorRole.FAINT)
        self._picture.setPixmap(icon.pixmap(40, 40))
