"""A dialog to pick one of many things by typing: the command palette and the model picker."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QFrame, QLabel, QLineEdit, QVBoxLayout, QWidget
from typing_extensions import override

from bamboo_desktop.ui.models.pick_list import PickEntry, PickListModel
from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.theme_tokens import GAP_SMALL
from bamboo_desktop.ui.views.pick_delegate import PickDelegate
from bamboo_desktop.ui.views.row_table import RowTable

_TO_TABLE = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}


class PickDialog(QDialog):
    """A field and a list; `picked` holds the value after the dialog was accepted."""

    def __init__(self, theme: Theme, *, title: str, placeholder: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        set_kind(self, "floating")
        self.picked: object = None
        self._is_over = False
        self._model = PickListModel(self)
        self.field = QLineEdit()
        self.field.setPlaceholderText(placeholder)
        self.field.setAccessibleName(placeholder)
        self.field.setMaxLength(300)
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._filter)
        self.field.returnPressed.connect(self._take_current)
        self.table = RowTable(row_height=PickDelegate.height, name=title)
        self.table.setItemDelegate(PickDelegate(theme, self.table))
        self.table.setModel(self._model)
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.table.chosen.connect(self._take)
        self._none = QLabel(self.tr("Nothing fits these words."))
        self._none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_kind(self._none, "soft")
        self._lay_out(parent.window())

    def _lay_out(self, window: QWidget) -> None:
        line = QFrame()
        set_kind(line, "line")
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP_SMALL, GAP_SMALL, GAP_SMALL, GAP_SMALL)
        column.setSpacing(GAP_SMALL)
        column.addWidget(self.field)
        column.addWidget(line)
        column.addWidget(self.table, 1)
        column.addWidget(self._none, 1)
        self._none.hide()
        self.resize(640, 432)
        above = window.geometry()
        left = above.center().x() - self.width() // 2
        self.move(left, above.top() + above.height() // 8)

    def offer(self, entries: Iterable[PickEntry]) -> None:
        """Fill the list; may be called again when more is known, also when it is too late."""
        if self._is_over:
            return
        current = self._model.row_at(self.table.currentIndex())
        self._model.offer(entries)
        self._after_change(current)

    def place_below(self, widget: QWidget) -> None:
        """Open under a button instead of in the middle."""
        place = widget.mapToGlobal(QPoint(0, widget.height() + 4))
        # Its window is as far as it may reach: a list beside the window belongs to nothing.
        window = widget.window().geometry()
        most = window.bottomRight() - self.rect().bottomRight() - QPoint(GAP_SMALL, GAP_SMALL)
        left, top = min(place.x(), most.x()), min(place.y(), most.y())
        self.move(max(left, window.x()), max(top, window.y()))

    @override
    def done(self, result: int, /) -> None:
        self._is_over = True
        super().done(result)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            watched is self.field
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in _TO_TABLE
        ):
            self.table.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)

    def _filter(self, text: str) -> None:
        self._model.filter(text)
        self._after_change(None)

    def _after_change(self, current: PickEntry | None) -> None:
        count = self._model.rowCount()
        self.table.setVisible(bool(count))
        self._none.setVisible(not count)
        if not count:
            return
        row = 0
        if current is not None:
            for place in range(count):
                if self._model.row_at(self._model.index(place, 0)) == current:
                    row = place
        self.table.setCurrentIndex(self._model.index(row, 0))

    def _take_current(self) -> None:
        self._take(self.table.currentIndex())

    def _take(self, index: QModelIndex) -> None:
        entry = self._model.row_at(index)
        if entry is not None:
            self.picked = entry.value
            self.accept()
