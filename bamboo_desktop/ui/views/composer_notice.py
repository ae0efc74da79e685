"""The bar above the composer that says what went wrong and what to do about it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.theme_tokens import GAP, GAP_SMALL, TARGET


class ComposerNotice(QFrame):
    """One sentence, with its details on hover and a way to put it away."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_kind(self, "trouble")
        self._words = QLabel()
        self._words.setWordWrap(True)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        set_kind(self._words, "trouble")
        close = QToolButton()
        close.setIcon(theme.icon("close"))
        close.setAccessibleName(self.tr("Put this notice away"))
        close.setMinimumSize(TARGET, TARGET)
        set_kind(close, "flat")
        close.clicked.connect(self.clear)
        theme.changed.connect(lambda: close.setIcon(theme.icon("close")))
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP, 4, 4, 4)
        row.setSpacing(GAP_SMALL)
        row.addWidget(self._words, 1)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    @property
    def sentence(self) -> str:
        """What is being said."""
        return self._words.text() if not self.isHidden() else ""

    def tell(self, error: UserError) -> None:
        """Say what the world did wrong."""
        self.say(error.sentence)
        self._words.setToolTip(error.details)

    def say(self, sentence: str) -> None:
        """Say a sentence until it is put away or something else is said."""
        self._words.setText(sentence)
        self._words.setToolTip("")
        self.show()

    def clear(self) -> None:
        """Say nothing."""
        self.hide()
