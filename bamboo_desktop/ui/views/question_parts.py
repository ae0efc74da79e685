"""The small pieces questions are put together from: labels, buttons, the footer."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from bamboo_desktop.ui.harmless import harmless
from bamboo_desktop.ui.theme import set_kind
from bamboo_desktop.ui.theme_tokens import GAP, GAP_LARGE, GAP_SMALL


def label(text: str, kind: str = "") -> QLabel:
    """A wrapped line of plain text in one of the style sheet's kinds."""
    made = QLabel(harmless(text))
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    if kind:
        set_kind(made, kind)
    return made


def button(text: str, kind: str, name: str) -> QPushButton:
    """A button that is nobody's default: Enter never presses it from elsewhere."""
    made = QPushButton(text)
    made.setAutoDefault(False)
    made.setDefault(False)
    made.setAccessibleName(name)
    if kind:
        set_kind(made, kind)
    return made


def line() -> QFrame:
    """A hairline."""
    made = QFrame()
    set_kind(made, "line")
    return made


def footer(error: QLabel, row: QHBoxLayout) -> QWidget:
    """A hairline, an error when there is one, and a row of buttons."""
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(line())
    inner = QVBoxLayout()
    inner.setContentsMargins(GAP_LARGE, GAP, GAP_LARGE, GAP)
    inner.setSpacing(GAP_SMALL)
    inner.addWidget(error)
    inner.addLayout(row)
    column.addLayout(inner)
    return made


def height_at(part: QWidget, width: int) -> int:
    """How tall a part is at that width, whether or not it has lines to break."""
    tall = part.heightForWidth(width)
    return tall if tall > 0 else part.sizeHint().height()
