"""A line that says what was taken away and brings it back on request."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from bamboo_desktop.ui.theme import set_kind
from bamboo_desktop.ui.theme_tokens import GAP, GAP_SMALL, GAP_TINY
from bamboo_desktop.ui.views.question_parts import button, label

OFFER_FOR_MS = 10_000


class RemovalBar(QFrame):
    """Offers undo for ten seconds; what was to be done for good is done after them.

    The thing itself happens at the end of the offer, so that undo never has to bring anything
    back, and a program that is killed meanwhile has taken nothing away.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_kind(self, "info")
        self._words = label("", "info")
        self._button = button(self.tr("&Undo"), "flat", self.tr("Undo"))
        self._button.clicked.connect(self._undo)
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP, GAP_TINY, GAP_SMALL, GAP_TINY)
        row.addWidget(self._words, 1)
        row.addWidget(self._button)
        self._timer = QTimer(self, singleShot=True, interval=OFFER_FOR_MS)
        self._timer.timeout.connect(self.finish)
        self._do: Callable[[], None] | None = None
        self._bring_back: Callable[[], None] | None = None
        self.hide()

    @property
    def is_offering(self) -> bool:
        """True while undo is on offer."""
        return self._do is not None

    def offer(self, words: str, *, do: Callable[[], None], undo: Callable[[], None]) -> None:
        """Say what is gone; an offer still open is finished first."""
        self.finish()
        self._words.setText(words)
        self._button.setAccessibleDescription(words)
        self._do, self._bring_back = do, undo
        self._timer.start()
        self.show()

    def finish(self) -> None:
        """Do it now for good."""
        self._timer.stop()
        do, self._do, self._bring_back = self._do, None, None
        self.hide()
        if do is not None:
            do()

    def _undo(self) -> None:
        self._timer.stop()
        bring_back, self._do, self._bring_back = self._bring_back, None, None
        self.hide()
        if bring_back is not None:
            bring_back()
