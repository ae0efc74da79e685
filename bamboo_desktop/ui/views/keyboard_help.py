"""The keyboard help: read from the actions themselves, so that it cannot be out of date."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from bamboo_desktop.ui.actions import ActionGroup, Actions
from bamboo_desktop.ui.actions_table import group_title
from bamboo_desktop.ui.theme import set_kind
from bamboo_desktop.ui.theme_tokens import GAP, GAP_LARGE, GAP_PAGE


class KeyboardHelp(QDialog):
    """Every action with its keys, by menu, and the keys that belong to one place."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.resize(640, 560)
        content = QWidget()
        set_kind(content, "pane")
        grid = QGridLayout(content)
        grid.setContentsMargins(GAP_LARGE, GAP, GAP_LARGE, GAP_LARGE)
        grid.setHorizontalSpacing(GAP_PAGE)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 1)
        for group in ActionGroup:
            rows = [(action.text(), keys_of(action)) for _, action in actions.of_group(group)]
            self._add_block(grid, group_title(group).replace("&", ""), rows)
        self._add_block(grid, self.tr("In place"), self._local_keys())
        grid.setRowStretch(grid.rowCount(), 1)
        scroll = QScrollArea()
        scroll.setAccessibleName(self.windowTitle())
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(content)
        scroll.setFocus()  # the arrows turn the page
        close = QPushButton(self.tr("Close"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, GAP)
        column.addWidget(scroll, 1)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignHCenter)

    def _local_keys(self) -> list[tuple[str, str]]:
        return [
            (self.tr("Go up and down a list"), self.tr("Up, Down or K, J")),
            (self.tr("Open what is selected"), self.tr("Enter")),
            (self.tr("Rename the selected session"), "F2"),
            (self.tr("Move the selected session to the bin"), self.tr("Del")),
            (self.tr("Answer a question that has the focus"), self.tr("1 to 9")),
            (self.tr("Send a message"), self.tr("Enter or Ctrl+Enter, as set")),
            (self.tr("Close a dialog, leave a field, go back to the sessions"), self.tr("Esc")),
        ]

    def _add_block(self, grid: QGridLayout, title: str, rows: list[tuple[str, str]]) -> None:
        heading = QLabel(title)
        set_kind(heading, "strong")
        row = grid.rowCount()
        grid.setRowMinimumHeight(row, 34)
        grid.addWidget(heading, row, 0, 1, 2, Qt.AlignmentFlag.AlignBottom)
        for text, keys in rows:
            row += 1
            shown = QLabel(keys)
            set_kind(shown, "soft")
            grid.addWidget(QLabel(text.replace("&", "")), row, 0)
            grid.addWidget(shown, row, 1, Qt.AlignmentFlag.AlignRight)


def keys_of(action: QAction) -> str:
    """The keys of an action as the person's system writes them."""
    native = QKeySequence.SequenceFormat.NativeText
    return ", ".join(keys.toString(native) for keys in action.shortcuts())
