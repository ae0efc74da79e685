"""The bar that looks for a text in the shown session."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget
from typing_extensions import override

from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.theme_tokens import GAP_SMALL, TARGET

_PAUSE_MS = 180


class FindBar(QFrame):
    """Says what to look for and where to go; what is found is told to it."""

    query_changed = Signal(str)
    went = Signal(int)
    """A position was gone to."""
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_kind(self, "bar")
        self._positions: tuple[int, ...] = ()
        self._place = -1
        self._field = QLineEdit()
        self._field.setPlaceholderText(self.tr("Find in this session"))
        self._field.setAccessibleName(self.tr("Find in this session"))
        self._field.setClearButtonEnabled(True)
        self._count = QLabel()
        set_kind(self._count, "caption")
        self._previous = self._button(theme, "up", self.tr("Previous (Shift+Enter)"))
        self._next = self._button(theme, "down", self.tr("Next (Enter)"))
        close = self._button(theme, "close", self.tr("Close (Esc)"))
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(lambda: self.query_changed.emit(self.query))
        self._field.textChanged.connect(lambda _text: self._pause.start())
        self._previous.clicked.connect(lambda: self.step(-1))
        self._next.clicked.connect(lambda: self.step(1))
        close.clicked.connect(self.close_bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP_SMALL * 2, 4, GAP_SMALL, 4)
        row.setSpacing(GAP_SMALL)
        row.addWidget(self._field, 1)
        row.addWidget(self._count)
        for button in (self._previous, self._next, close):
            row.addWidget(button)
        self.hide()

    @property
    def query(self) -> str:
        """What is being looked for."""
        return self._field.text().strip()

    def open_bar(self) -> None:
        """Show the bar, its text ready to be typed over."""
        self.show()
        self._field.setFocus()
        self._field.selectAll()
        if self.query:
            self.query_changed.emit(self.query)

    def close_bar(self) -> None:
        """Hide the bar; nothing is looked for any more."""
        if not self.isHidden():
            self.hide()
            self._pause.stop()
            self.closed.emit()

    def show_found(self, query: str, positions: tuple[int, ...], *, near: int) -> None:
        """Take what was found and go to the hit at or after a position."""
        if query != self.query:
            return
        self._positions = positions
        after = (place for place, position in enumerate(positions) if position >= near)
        self._place = next(after, len(positions) - 1)
        self._tell()
        if positions:
            self.went.emit(positions[self._place])

    def step(self, by: int) -> None:
        """Go to the next hit, or the one before, round the end."""
        if self._positions:
            self._place = (self._place + by) % len(self._positions)
            self._tell()
            self.went.emit(self._positions[self._place])

    def _tell(self) -> None:
        count = len(self._positions)
        if not self.query:
            self._count.setText("")
        elif not count:
            self._count.setText(self.tr("not found"))
        else:
            self._count.setText(self.tr("{0} of {1} entries").format(self._place + 1, count))
        self._previous.setEnabled(count > 0)
        self._next.setEnabled(count > 0)

    def _button(self, theme: Theme, icon: str, name: str) -> QToolButton:
        button = QToolButton()
        button.setIcon(theme.icon(icon))
        button.setToolTip(name)
        button.setAccessibleName(name)
        button.setMinimumSize(TARGET, TARGET)
        set_kind(button, "flat")
        theme.changed.connect(lambda: button.setIcon(theme.icon(icon)))
        return button

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.step(-1 if back else 1)
        else:
            super().keyPressEvent(event)
