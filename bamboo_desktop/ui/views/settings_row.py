"""Rows and sections of the settings, which know by which words they are found."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from bamboo_desktop.ui.theme import set_kind
from bamboo_desktop.ui.theme_tokens import GAP, GAP_LARGE, GAP_SMALL, GAP_TINY
from bamboo_desktop.ui.views.question_parts import label


class SettingRow(QWidget):
    """A name, a sentence on what it does, and its control.

    Args:
        name: what is set; also the accessible name of the control.
        sentence: what it does.
        control: the widget at the right.
    """

    def __init__(
        self, name: str, sentence: str, control: QWidget, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.words = f"{name} {sentence}".casefold()
        control.setAccessibleName(control.accessibleName() or name)
        control.setAccessibleDescription(sentence)
        words = QVBoxLayout()
        words.setSpacing(2)
        title = label(name)
        title.setBuddy(control)
        words.addWidget(title)
        if sentence:
            words.addWidget(label(sentence, "caption"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, GAP_TINY, 0, GAP_TINY)
        row.setSpacing(GAP_LARGE)
        row.addLayout(words, 1)
        row.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)


class SettingsSection(QWidget):
    """A heading over a card of rows."""

    def __init__(self, title: str, sentence: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self._parts: list[tuple[QWidget, str]] = []
        self._card = QFrame(self)
        self._card.setObjectName("settingsCard")
        set_kind(self._card, "card")
        self._column = QVBoxLayout(self._card)
        self._column.setContentsMargins(GAP_LARGE, GAP, GAP_LARGE, GAP)
        self._column.setSpacing(GAP_SMALL)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP_SMALL)
        heading = label(title, "strong")
        heading.setWordWrap(False)
        column.addWidget(heading)
        if sentence:
            column.addWidget(label(sentence, "caption"))
        column.addWidget(self._card)

    def add_row(self, name: str, sentence: str, control: QWidget) -> SettingRow:
        """Add a setting."""
        row = SettingRow(name, sentence, control, self._card)
        self.add_part(row, row.words)
        return row

    def add_part(self, part: QWidget, words: str) -> None:
        """Add anything else, with the words it is found by."""
        self._parts.append((part, words.casefold()))
        self._column.addWidget(part)

    def show_matching(self, wanted: str) -> bool:
        """Show what has the words; with none everything. True when something is left."""
        needle = wanted.casefold().split()
        title = self.title.casefold()
        found = False
        for part, words in self._parts:
            is_hit = all(word in words or word in title for word in needle)
            part.setVisible(is_hit and not part.property("kept_hidden"))
            found = found or is_hit
        self.setVisible(found)
        return found


def keep_hidden(part: QWidget, *, hidden: bool) -> None:
    """Hide a part for a reason of its own, so that a search does not bring it back."""
    part.setProperty("kept_hidden", hidden)
    part.setVisible(not hidden)
