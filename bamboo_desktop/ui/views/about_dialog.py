"""What this program is, which version, and under which licence."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QVBoxLayout, QWidget

from bamboo_desktop import __version__
from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.theme_tokens import GAP, GAP_PAGE, ColorRole


class AboutDialog(QDialog):
    """A name, a sentence, a version."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Bamboo Desktop"))
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP_PAGE * 2, GAP_PAGE, GAP_PAGE * 2, GAP_PAGE)
        column.setSpacing(GAP)
        icon = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        icon.setPixmap(theme.icon("bamboo", ColorRole.ACCENT).pixmap(QSize(48, 48)))
        column.addWidget(icon)
        texts = (
            ("title", "Bamboo Desktop"),
            ("", self.tr("AI agents on your own machine that can be trusted.")),
            ("caption", self.tr("Version {}, MIT licence").format(__version__)),
        )
        for kind, text in texts:
            label = QLabel(text, alignment=Qt.AlignmentFlag.AlignCenter)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            if kind:
                set_kind(label, kind)
            column.addWidget(label)
        close = QPushButton(self.tr("Close"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignHCenter)
        close.setFocus()
