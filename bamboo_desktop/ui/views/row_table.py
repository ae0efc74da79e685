"""A table of one column that looks like a list: hidden headers, smooth scrolling, whole rows."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget
from typing_extensions import override


class RowTable(QTableView):
    """A list of many rows; it is a table since Qt keeps a table's row heights in C++.

    `chosen` is emitted with the index when the person presses Enter or clicks a row.
    J and K move like the arrows do.
    """

    chosen = Signal(QModelIndex)

    def __init__(self, *, row_height: int, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self._show_through()
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().setSingleStep(24)
        across, down = self.horizontalHeader(), self.verticalHeader()
        across.setVisible(False)
        across.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        across.setMinimumSectionSize(1)
        down.setVisible(False)
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setMinimumSectionSize(1)
        down.setDefaultSectionSize(row_height)
        self.clicked.connect(self.chosen)

    def _show_through(self) -> None:
        """Let the pane's ground shine through: the delegate paints what is chosen, nobody else."""
        # Its own viewport is known to Qt alone; the binding would look through every class of
        # widget there is to name it, and that takes longer than to paint a list.
        ground = QWidget()
        ground.setObjectName("qt_scrollarea_viewport")  # by this the style sheet knows it
        ground.setBackgroundRole(QPalette.ColorRole.Base)
        self.setViewport(ground)
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Highlight, Qt.GlobalColor.transparent)
        self.setPalette(palette)

    def visible_rows(self) -> range:
        """The rows that are on the screen."""
        model = self.model()
        if not model.rowCount():
            return range(0)
        first = self.rowAt(0)
        last = self.rowAt(self.viewport().height() - 1)
        return range(max(first, 0), (model.rowCount() - 1 if last < 0 else last) + 1)

    def step(self, step: int) -> None:
        """Go to the next (1) or previous (-1) row that can be selected."""
        model = self.model()
        row = self.currentIndex().row()
        while 0 <= (row := row + step) < model.rowCount():
            index = model.index(row, 0)
            if index.flags() & Qt.ItemFlag.ItemIsSelectable:
                self.setCurrentIndex(index)
                return

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        is_plain = event.modifiers() in {
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        }
        if is_plain and key in {Qt.Key.Key_J, Qt.Key.Key_Down}:
            self.step(1)
        elif is_plain and key in {Qt.Key.Key_K, Qt.Key.Key_Up}:
            self.step(-1)
        elif is_plain and key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if self.currentIndex().isValid():
                self.chosen.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)
