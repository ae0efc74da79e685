"""A scroll area that is never taller than what it holds."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget
from typing_extensions import override

_MOST = 16_777_215


class SnugScroll(QScrollArea):
    """Scrolls only downwards, and leaves what it does not need to what stands below it.

    Args:
        inner: what is shown.
    """

    def __init__(self, inner: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_snug = True
        self._inner = inner
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setWidget(inner)

    def set_snug(self, *, snug: bool) -> None:
        """What uses all the room there is (a long diff) is not held back."""
        self._is_snug = snug
        self._fit()

    def natural_height(self, width: int) -> int:
        """How tall it would be with nothing to scroll."""
        return self._inner.heightForWidth(width) + 2

    @override
    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        # What is shown is told its size then; one changed in the midst of that is never told.
        if self._inner.isVisible():
            self._fit()

    @override
    def showEvent(self, event: QShowEvent, /) -> None:
        super().showEvent(event)
        self._fit()

    @override
    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        # Qt keeps calling the filter while the area is taken down.
        if self.widget() is not None and self._is_snug:
            self.setMaximumHeight(min(self.natural_height(self.width()), _MOST))
