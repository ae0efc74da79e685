"""Folds the inspector away while the window is too narrow for it, and brings it back."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget
from typing_extensions import override

ROOMY = 1100
"""Below this width of the window the inspector would take the conversation's room."""


class InspectorFold(QObject):
    """Unchecks the inspector's action when the window gets narrow, checks it when it is wide.

    What the person chooses by hand counts until the window crosses the border again.

    Args:
        window: whose width counts.
        action: shows and hides the inspector.
    """

    def __init__(self, window: QWidget, action: QAction) -> None:
        super().__init__(window)
        self._window = window
        self._action = action
        self._is_roomy = True
        self._is_folded = False
        self._is_folding = False
        action.toggled.connect(self._toggled)
        window.installEventFilter(self)

    @property
    def is_wanted(self) -> bool:
        """Whether the person wants an inspector where there is room for one."""
        return self._is_folded or self._action.isChecked()

    def look(self) -> None:
        """Fold or unfold when the width of the window has crossed the border."""
        is_roomy = self._window.width() >= ROOMY
        if is_roomy == self._is_roomy:
            return
        self._is_roomy = is_roomy
        wanted = self.is_wanted
        self._is_folding = True
        self._action.setChecked(is_roomy and wanted)
        self._is_folding = False
        self._is_folded = wanted and not is_roomy

    @override
    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() is QEvent.Type.Resize and watched is self._window:
            self.look()
        return False

    def _toggled(self) -> None:
        if not self._is_folding:
            self._is_folded = False
