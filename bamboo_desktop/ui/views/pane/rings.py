"""Turns the rings of running rows, only while one of them is in view."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from bamboo_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from bamboo_desktop.ui.views.pane.view import EventPane

_TURN_MS = 66
_TURN_SECONDS = 1.1


class Rings(QObject):
    """A timer that repaints nothing but the rings, and rests when there are none."""

    def __init__(self, pane: EventPane, theme: Theme) -> None:
        super().__init__(pane)
        self._pane = pane
        self._theme = theme
        self.phase = 0.0
        self._timer = QTimer(self, interval=_TURN_MS)
        self._timer.timeout.connect(self._turn)

    @property
    def is_turning(self) -> bool:
        """True while a ring is in view."""
        return self._timer.isActive()

    def watch(self) -> None:
        """Look whether a ring is in view now."""
        pane = self._pane
        turns = (
            self._theme.moves
            and pane.isVisible()
            and any(pane.layouts.of(row).turns for row in pane.keeper.rows_in_view())
        )
        if turns != self._timer.isActive():
            (self._timer.start if turns else self._timer.stop)()

    def rest(self) -> None:
        """Turn nothing: the pane is hidden."""
        self._timer.stop()

    def _turn(self) -> None:
        self.phase = (time.monotonic() % _TURN_SECONDS) / _TURN_SECONDS
        pane = self._pane
        for row in pane.keeper.rows_in_view():
            layout = pane.layouts.of(row)
            if layout.turns:
                top = pane.rowViewportPosition(row)
                for glyph in layout.glyphs:
                    rect = glyph.rect.translated(0, top).toAlignedRect()
                    pane.viewport().update(rect.adjusted(-2, -2, 2, 2))
