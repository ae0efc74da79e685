"""The widths of the three panes, the same before and after the engine is there."""

from __future__ import annotations

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QSplitter, QWidget

_MIDDLE = 1


def lay_out_panes(splitter: QSplitter, pane: QWidget, middle: QWidget, inspector: QWidget) -> None:
    """Put list, conversation and inspector beside each other with the widths of a first start."""
    splitter.setHandleWidth(1)
    splitter.setChildrenCollapsible(False)
    for widget, least in ((pane, 220), (middle, 380), (inspector, 244)):
        widget.setMinimumWidth(least)
        splitter.addWidget(widget)
    splitter.setStretchFactor(_MIDDLE, 1)
    splitter.setSizes([284, 660, 280])


def set_splits(splitter: QSplitter, state: str) -> None:
    """Give the panes the widths they had; an empty state changes nothing."""
    if state:
        splitter.restoreState(QByteArray.fromBase64(state.encode("ascii", "ignore")))
        splitter.setHandleWidth(1)
