"""Whether a person is in the middle of writing something."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget
from typing_extensions import override

STILL_FOR_MS = 5_000
"""So long after the last key somebody in a text field counts as writing."""


class TypingWatch(QObject):
    """Listens to keys in the one text field that has the focus, and to nothing else.

    Args:
        window: only its own fields count, not those of its dialogs.
    """

    def __init__(self, window: QWidget, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._window = window
        self._field: QWidget | None = None
        self._timer = QTimer(self, singleShot=True, interval=STILL_FOR_MS)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)
        self._focus_moved(None, QApplication.focusWidget())

    @property
    def is_in_a_field(self) -> bool:
        """True while the focus is in a text field of the window."""
        return self._field is not None

    @property
    def is_typing(self) -> bool:
        """True when a key was pressed there within the last seconds."""
        return self._field is not None and self._timer.isActive()

    @override
    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() in {QEvent.Type.KeyPress, QEvent.Type.InputMethod}:
            self._timer.start()
        return False

    def _focus_moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        if self._field is not None:
            self._field.removeEventFilter(self)
            self._field.destroyed.disconnect(self._gone)
            self._field = None
        is_field = isinstance(now, QLineEdit | QPlainTextEdit | QTextEdit)
        if now is None or not is_field or now.window() is not self._window.window():
            return
        if isinstance(now, QLineEdit | QPlainTextEdit | QTextEdit) and now.isReadOnly():
            return
        self._timer.stop()
        self._field = now
        now.installEventFilter(self)
        now.destroyed.connect(self._gone)

    def _gone(self) -> None:
        self._field = None
