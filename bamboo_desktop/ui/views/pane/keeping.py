"""Measures the rows that come into view and keeps what is in view where it is."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker

if TYPE_CHECKING:
    from bamboo_desktop.ui.views.pane.view import EventPane

_NEAR_END = 6
_PASSES = 8
_AHEAD_ROWS = 20


class PlaceKeeper:
    """Heights of rows, measured once when they are first seen, and the place that is kept.

    While the end is in view it stays in view. Otherwise the first row in view that was measured
    before stays where it is, or the row that was asked for with `hold`.
    """

    def __init__(self, pane: EventPane) -> None:
        self._pane = pane
        self._measured: set[int] = set()
        self._target: tuple[int, int] | None = None
        self.follows = True
        self.is_busy = False

    def reset(self) -> None:
        """Other rows: show their end."""
        self._measured.clear()
        self._target = None
        self.follows = True

    def forget(self, rows: Iterable[int]) -> None:
        """These rows look different now."""
        self._measured.difference_update(rows)

    def forget_from(self, first: int) -> None:
        """Rows from there on are other rows."""
        self._measured = {row for row in self._measured if row < first}

    def forget_all(self) -> None:
        """Every row looks different: another width, another look."""
        self._measured.clear()

    def hold(self, row: int, top: int) -> None:
        """Keep a row's upper edge at a height of the pane until the person scrolls."""
        self.follows = False
        self._target = (row, top)

    def hold_first(self) -> None:
        """Keep the first row in view, unless the end or another row is kept."""
        top = self._pane.rowAt(0)
        if not self.follows and self._target is None and top >= 0:
            self._target = (top, self._pane.rowViewportPosition(top))

    def release(self) -> None:
        """The person scrolled: their place counts, and the end is kept if they are there."""
        self._target = None
        bar = self._pane.verticalScrollBar()
        self.follows = bar.value() >= bar.maximum() - _NEAR_END

    def follow(self) -> None:
        """Keep the end in view."""
        self._target = None
        self.follows = True

    def rows_in_view(self) -> range:
        """The rows that can be seen."""
        pane = self._pane
        last = pane.rowAt(pane.viewport().height() - 1)
        last = last if last >= 0 else pane.rows.rowCount() - 1
        return range(max(pane.rowAt(0), 0), last + 1)

    def settle(self) -> None:
        """Measure what is in view until nothing new comes into view by it."""
        self.is_busy = True
        try:
            self._place(None)
            for _ in range(_PASSES):
                if not self._measure():
                    break
        finally:
            self.is_busy = False
        seen = self.rows_in_view()
        self._pane.rows.want(seen.start - _AHEAD_ROWS, seen.stop + _AHEAD_ROWS)

    def _measure(self) -> bool:
        pane, seen = self._pane, self.rows_in_view()
        stale = [row for row in seen if row not in self._measured]
        if not stale:
            return False
        fresh = next((row for row in seen if row in self._measured), seen.start)
        anchor = (fresh, pane.rowViewportPosition(fresh))
        for row in stale:
            self._fit(row)
        self._measured.update(stale)
        self._place(anchor)
        return True

    def _fit(self, row: int) -> None:
        """Give a row its height, and have painted what looks different by it, no more."""
        pane, header = self._pane, self._pane.verticalHeader()
        before, height = pane.rowHeight(row), max(round(pane.layouts.of(row).height), 1)
        fresh = pane.layouts.take_fresh(row)
        top = pane.rowViewportPosition(row)
        lower = top + height
        if height != before:
            with QSignalBlocker(header):  # Qt would paint all from the top of the row on
                header.resizeSection(row, height)
            fresh, lower = min(fresh, before, height), pane.viewport().height()
        if fresh < math.inf:
            upper = max(top + math.floor(fresh) - 1, 0)
            pane.viewport().update(0, upper, pane.viewport().width(), lower - upper)

    def _place(self, anchor: tuple[int, int] | None) -> None:
        """Bring the end, the held row or the anchor to where it has to be."""
        pane = self._pane
        pane.updateGeometries()
        bar = pane.verticalScrollBar()
        kept = self._target or anchor
        if self.follows:
            bar.setValue(bar.maximum())
        elif kept is not None and kept[0] < pane.rows.rowCount():
            bar.setValue(pane.verticalHeader().sectionPosition(kept[0]) - kept[1])
