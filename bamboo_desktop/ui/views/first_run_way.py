"""A way to begin: a card with a picture, a sentence, and what is needed to go that way."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.theme_tokens import GAP, GAP_LARGE, GAP_SMALL, ColorRole
from bamboo_desktop.ui.views.question_parts import label


class Way(QFrame):
    """The card itself; each way fills `content` and says what went wrong with `say`."""

    session_made = Signal(object)
    """A session was made and waits for the person; its id."""
    spoke = Signal()
    """The card says something below its controls."""

    def __init__(self, icon: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_kind(self, "card")
        self._icon_name = icon
        self._theme = theme
        self._picture = QLabel()
        self._picture.setFixedSize(32, 32)
        self._title = label("", "strong")
        self._sentence = label("", "soft")
        self._said = label("", "caption")
        self._said.hide()
        self.content = QVBoxLayout()
        self.content.setContentsMargins(0, GAP_SMALL, 0, 0)
        self.content.setSpacing(GAP_SMALL)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._sentence)
        words.addLayout(self.content)
        words.addWidget(self._said)
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP_LARGE, GAP_LARGE, GAP_LARGE, GAP_LARGE)
        row.setSpacing(GAP + 4)
        row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        theme.changed.connect(self._paint)
        self._paint()

    @property
    def said(self) -> str:
        """What the card says below its controls."""
        return self._said.text()

    def introduce(self, title: str, sentence: str) -> None:
        """Set the two lines at the top."""
        self._title.setText(title)
        # The first slash of a folder does not stay behind at the end of a line.
        self._sentence.setText(sentence.replace(" /", " /\u2060"))
        self.setAccessibleName(title)
        self.setAccessibleDescription(sentence)

    def say(self, words: str, kind: str = "caption") -> None:
        """Say how it stands; empty takes the line away."""
        self._said.setText(words)
        set_kind(self._said, kind)
        self._said.setVisible(bool(words))
        if words:
            self.spoke.emit()

    def _paint(self) -> None:
        icon = self._theme.icon(self._icon_name, ColorRole.ACCENT)
        self._picture.setPixmap(icon.pixmap(28, 28))
