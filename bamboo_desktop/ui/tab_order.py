"""Where the Tab key goes: from control to control as they are laid out, whenever they came."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QLayout,
    QMainWindow,
    QScrollArea,
    QSplitter,
    QWidget,
)


def go_on(root: QWidget, *, forward: bool) -> bool:
    """Give the focus to the next or previous control beneath `root`, round and round.

    Qt's own order is that in which controls were made: a card that is added to a list later would
    come after everything else.

    Returns:
        False when the focus is not beneath `root`, or there is nowhere to go.
    """
    found = tuple(stops(root))
    focus = QApplication.focusWidget()
    if focus not in found or len(found) < 2:
        return False
    following = found[(found.index(focus) + (1 if forward else -1)) % len(found)]
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    following.setFocus(reason)
    _bring_into_view(following)
    return True


def stops(root: QWidget) -> Iterator[QWidget]:
    """The controls beneath a widget that the Tab key stops at, in the order of their layouts."""
    if root.isHidden() or not root.isEnabled():
        return
    if root.focusPolicy() & Qt.FocusPolicy.TabFocus and root.focusProxy() is None:
        yield root
    for child in _children(root):
        yield from stops(child)


def _children(widget: QWidget) -> Iterator[QWidget]:
    """The widgets directly beneath one: as laid out, then those that lie there freely."""
    seen: set[QWidget] = set()
    laid_out = tuple(_laid_out(widget))
    free = (child for child in widget.children() if isinstance(child, QWidget))
    for child in (*laid_out, *free):
        if child is not None and child not in seen and not child.isWindow():
            seen.add(child)
            yield child


def _laid_out(widget: QWidget) -> Iterator[QWidget | None]:
    if isinstance(widget, QMainWindow):
        yield widget.centralWidget()
    elif isinstance(widget, QSplitter):
        yield from (widget.widget(place) for place in range(widget.count()))
    else:
        layout = widget.layout()
        if layout is not None:
            yield from _widgets_of(layout)


def _widgets_of(layout: QLayout) -> Iterator[QWidget]:
    places = list(range(layout.count()))
    if isinstance(layout, QGridLayout):
        places.sort(key=lambda place: _cell(layout, place))
    for place in places:
        item = layout.itemAt(place)
        widget, inner = (item.widget(), item.layout()) if item is not None else (None, None)
        if widget is not None:
            yield widget
        elif inner is not None:
            yield from _widgets_of(inner)


def _cell(grid: QGridLayout, place: int) -> tuple[int, int]:
    cell = cast("tuple[int, int, int, int]", grid.getItemPosition(place))
    return cell[:2]


def _bring_into_view(widget: QWidget) -> None:
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(widget)
        above = above.parentWidget()
