"""Messages typed during a run and not delivered yet: seen, edited, moved or taken back."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from bamboo_desktop.domain.work import QueuedMessage, QueueMode
from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.theme_tokens import GAP_SMALL, GAP_TINY, TARGET
from bamboo_desktop.ui.views.pane.visible import one_line

_SHOWN = 300
_EDIT_LINES = 3
_HIGHEST = 150


class QueuedRow(QFrame):
    """One waiting message."""

    edited = Signal(object, str)
    removed = Signal(object)
    mode_chosen = Signal(object, object)
    resized = Signal()

    def __init__(self, message: QueuedMessage, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._message = message
        self._theme = theme
        set_kind(self, "info")
        self._mode = QToolButton()
        set_kind(self._mode, "flat")
        self._mode.clicked.connect(self._other_mode)
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        # As wide as there is room, however long the message is.
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._text.installEventFilter(self)
        self._field = QPlainTextEdit()
        self._field.setAccessibleName(self.tr("Edit the waiting message"))
        self._field.setFixedHeight(_EDIT_LINES * self._field.fontMetrics().lineSpacing() + 14)
        self._field.installEventFilter(self)
        self._field.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP_SMALL, 2, GAP_TINY, 2)
        row.addWidget(self._mode)
        row.addWidget(self._text, 1)
        row.addWidget(self._field, 1)
        self._edit_name = self.tr("Edit this message")
        self._edit = self._button(self._edit_name)
        self._edit.clicked.connect(self._begin)
        row.addWidget(self._edit)
        self._remove = self._button(self.tr("Take this message back"))
        self._remove.clicked.connect(self._take_back)
        row.addWidget(self._remove)
        theme.changed.connect(self._paint_icons)
        self._paint_icons()
        self.show_message(message)

    @property
    def is_editing(self) -> bool:
        """True while the person changes the text."""
        return not self._field.isHidden()

    def show_message(self, message: QueuedMessage) -> None:
        """Show the newest state; a text that is being edited is left alone."""
        self._message = message
        if message.mode is QueueMode.STEER:
            self._mode.setText(self.tr("steer"))
            self._mode.setToolTip(self.tr("Delivered before the next step; click to queue it"))
        else:
            self._mode.setText(self.tr("queue"))
            self._mode.setToolTip(self.tr("Delivered after this run; click to steer with it"))
        self._text.setText(one_line(message.text[:_SHOWN]))
        self._text.setToolTip(message.text[:2_000])

    def _button(self, name: str) -> QToolButton:
        button = QToolButton()
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.setMinimumSize(TARGET, TARGET)
        set_kind(button, "flat")
        return button

    def _paint_icons(self) -> None:
        self._edit.setIcon(self._theme.icon("check" if self.is_editing else "pencil"))
        self._remove.setIcon(self._theme.icon("close"))

    def _take_back(self) -> None:
        self.removed.emit(self._message.id)

    def _other_mode(self) -> None:
        is_steer = self._message.mode is QueueMode.STEER
        other = QueueMode.QUEUE if is_steer else QueueMode.STEER
        self.mode_chosen.emit(self._message.id, other)

    def _begin(self) -> None:
        if self.is_editing:
            self._finish()
            return
        self._field.setPlainText(self._message.text)
        self._field.moveCursor(QTextCursor.MoveOperation.End)
        self._show_field(shown=True)
        self._field.setFocus()

    def _show_field(self, *, shown: bool) -> None:
        self._text.setVisible(not shown)
        self._field.setVisible(shown)
        name = self.tr("Keep the change (Enter; Esc takes it back)") if shown else self._edit_name
        self._paint_icons()
        self._edit.setToolTip(name)
        self._edit.setAccessibleName(name)
        self.resized.emit()

    def _finish(self) -> None:
        text = self._field.toPlainText()
        self._show_field(shown=False)
        if text.strip() and text != self._message.text:
            self.edited.emit(self._message.id, text)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._text and event.type() is QEvent.Type.MouseButtonDblClick:
            self._begin()
            return True
        if watched is self._field and isinstance(event, QKeyEvent):
            return event.type() is QEvent.Type.KeyPress and self._field_key(event)
        return False

    def _field_key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            self._show_field(shown=False)
            return True
        is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if is_enter and event.modifiers() != Qt.KeyboardModifier.ShiftModifier:
            self._finish()
            return True
        return False


class QueueList(QWidget):
    """The waiting messages, oldest first; hidden when there are none."""

    edited = Signal(object, str)
    removed = Signal(object)
    mode_chosen = Signal(object, object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: dict[str, QueuedRow] = {}
        self._is_held = False
        self._title = QLabel()
        set_kind(self._title, "caption")
        inner = QWidget()
        self._list = QVBoxLayout(inner)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(GAP_TINY)
        self._scroll = QScrollArea()
        self._scroll.setWidget(inner)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, GAP_TINY)
        column.setSpacing(2)
        column.addWidget(self._title)
        column.addWidget(self._scroll)
        self.hide()

    def show_messages(self, messages: tuple[QueuedMessage, ...]) -> None:
        """Show what waits now; a row that is being edited stays as it is."""
        wanted = {message.id: message for message in messages}
        for key in [key for key in self._rows if key not in wanted]:
            row = self._rows.pop(key)
            self._list.removeWidget(row)
            row.deleteLater()
        for place, message in enumerate(messages):
            row = self._rows.get(message.id) or self._added(message)
            if not row.is_editing:
                row.show_message(message)
            if self._list.indexOf(row) != place:
                self._list.insertWidget(place, row)
        self._say_title()
        self.setVisible(bool(messages))
        self._fit()

    def set_held(self, *, held: bool) -> None:
        """Say whether nothing is delivered at present: no run is live that would take it."""
        self._is_held = held
        self._say_title()

    def _say_title(self) -> None:
        count = len(self._rows)
        told = self.tr("Waiting for delivery: {}")
        if self._is_held:
            told = self.tr("Kept until you write again: {}")
        self._title.setText(told.format(count))

    def _fit(self) -> None:
        height = sum(row.sizeHint().height() + GAP_TINY for row in self._rows.values())
        self._scroll.setFixedHeight(min(height, _HIGHEST))

    def _added(self, message: QueuedMessage) -> QueuedRow:
        row = QueuedRow(message, self._theme, self)
        row.resized.connect(self._fit)
        row.edited.connect(self.edited)
        row.removed.connect(self.removed)
        row.mode_chosen.connect(self.mode_chosen)
        self._rows[message.id] = row
        return row
