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


class CrashDialog(QDialog):
    """Shows faults as they come, all in one dialog; the program lives on."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Something went wrong"))
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
        copy = QPushButton(self.tr("Copy details"))
        copy.clicked.connect(self._copy)
        close = QPushButton(self.tr("Go on"))
        set_kind(close, "primary")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP_SMALL)
        buttons.addStretch(1)
        buttons.addWidget(copy)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP_LARGE, GAP_LARGE, GAP_LARGE, GAP_LARGE)
        column.setSpacing(GAP)
        column.addWidget(title)
        column.addWidget(sentence)
        column.addWidget(self._details, 1)
        column.addLayout(buttons)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)  # noqa: FBT003

    def report(self, where: str, details: str) -> None:
        """Add a fault and show the dialog; it never takes the focus from typing twice."""
        if len(self._details.toPlainText()) < _MOST:
            self._details.appendPlainText(f"{where}\n{details}\n")
        if not self.isVisible():
            self.open()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._details.toPlainText())
