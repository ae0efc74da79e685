"""The one dialog for faults of our own: what it means, and the details to pass on."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.theme_tokens import GAP, GAP_LARGE, GAP_SMALL, FontRole

_MOST = 200_000
_MOST_PLACES = 200
_FRAME = '  File "'
"""How a line of a traceback begins that names a place."""


class CrashDialog(QDialog):
    """Shows faults as they come, all in one dialog beside the work; the program lives on.

    A fault that keeps coming from the same place is counted: once the dialog was closed, only a
    fault from a new place opens it again.
    """

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._places: set[str] = set()
        self._again = 0
        self.setWindowTitle(self.tr("Something went wrong"))
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.resize(640, 420)
        title = QLabel(self.tr("Something went wrong inside the program"))
        set_kind(title, "strong")
        sentence = QLabel(
            self.tr(
                "This is a fault of Bamboo Desktop, not of yours. What was stored is safe, and you "
                "can go on working; if the window behaves oddly, quit and start it again. The "
                "details below hold no keys and can be sent with a report."
            )
        )
        sentence.setWordWrap(True)
        self._details = QPlainTextEdit(readOnly=True)
        self._details.setAccessibleName(self.tr("Details of the fault"))
        self._details.setFont(theme.font(FontRole.CODE))
        self._details.setTabChangesFocus(True)
        self._repeats = QLabel()
        self._repeats.setWordWrap(True)
        set_kind(self._repeats, "caption")
        copy = QPushButton(self.tr("Copy details"))
        copy.clicked.connect(self._copy)
        close = QPushButton(self.tr("Go on"))
        set_kind(close, "primary")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP_SMALL)
        buttons.addWidget(self._repeats, 1)
        buttons.addWidget(copy)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP_LARGE, GAP_LARGE, GAP_LARGE, GAP_LARGE)
        column.setSpacing(GAP)
        column.addWidget(title)
        column.addWidget(sentence)
        column.addWidget(self._details, 1)
        column.addLayout(buttons)

    def report(self, where: str, details: str) -> None:
        """Add a fault and show the dialog; it never takes the focus from typing."""
        place = _place(where, details)
        if place in self._places or len(self._places) == _MOST_PLACES:
            self._again += 1
            told = self.tr("The same again: {}\u00d7").format(self._again)
            self._repeats.setText(told)
            return
        self._places.add(place)
        if len(self._details.toPlainText()) < _MOST:
            self._details.appendPlainText(f"{where}\n{details}\n")
        if not self.isVisible():
            self.show()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._details.toPlainText())


def _place(where: str, details: str) -> str:
    """Where in the program a fault came from, whatever its words say."""
    frames = [line for line in details.splitlines() if line.startswith(_FRAME)]
    return "\n".join((where, *frames)) if frames else f"{where}\n{details}"
