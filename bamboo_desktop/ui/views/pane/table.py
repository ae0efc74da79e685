"""A table that looks like a list: one column, no heads, no grid, scrolled by pixels."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QAccessible, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView
from typing_extensions import override

AnyIndex = QModelIndex | QPersistentModelIndex


class FrugalTable(QTableView):
    """A table that does not paint a row again because the model says it changed.

    A row may be as high as the window and change in its last line: whoever measures it says from
    where on it looks different.
    """

    exposed = QRect()
    """What is being painted, in the viewport; a row outside it need not paint anything."""

    @override
    def dataChanged(
        self, topLeft: AnyIndex, bottomRight: AnyIndex, roles: Sequence[int] = ()
    ) -> None:
        if QAccessible.isActive():  # screen readers hear of it in there
            super().dataChanged(topLeft, bottomRight, roles)

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.exposed = event.rect()
        return super().viewportEvent(event)


def _let_go(table: QTableView, least: int, most: int) -> None:
    # Asked for anew: Qt lays the bar out itself, and Python's hold on it does not last as long.
    table.verticalScrollBar().setEnabled(least < most)


def as_list(table: QTableView, row_height: int) -> None:
    """Set a table up as a list of rows whose heights are set by hand."""
    table.horizontalHeader().hide()
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    header = table.verticalHeader()
    header.hide()
    header.setMinimumSectionSize(1)
    header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    header.setDefaultSectionSize(row_height)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)
    table.setCornerButtonEnabled(False)
    table.setAutoScroll(False)
    table.setFrameShape(QTableView.Shape.NoFrame)
    table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    # An always-present bar: one that comes and goes would lay every row out twice.
    table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
    table.verticalScrollBar().setSingleStep(24)
    # Its handle is not painted while there is nowhere to go.
    table.verticalScrollBar().setEnabled(False)
    table.verticalScrollBar().rangeChanged.connect(partial(_let_go, table))
    table.viewport().setMouseTracking(True)
