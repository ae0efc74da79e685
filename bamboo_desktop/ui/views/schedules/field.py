"""One field of the editor: its name, its control, a hint, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QHBoxLayout,
    QSpinBox,
    QStyledItemDelegate,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from bamboo_desktop.ui.theme_tokens import GAP, GAP_SMALL
from bamboo_desktop.ui.views.question_parts import label

T = TypeVar("T")


class Field(QWidget):
    """A control under its name; `say` shows beside it what is wrong, in words.

    Args:
        name: what it is; also the accessible name of the control.
        control: the widget.
        hint: a sentence under it, empty for none.
    """

    def __init__(
        self, name: str, control: QWidget, hint: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.control = control
        self._hint = label(hint, "caption")
        # Shown before it has a parent, a label would be a window of its own for an instant.
        if not hint:
            self._hint.hide()
        self._wrong = label("", "trouble")
        self._wrong.hide()
        control.setAccessibleName(control.accessibleName() or name)
        control.setAccessibleDescription(hint)
        self._name = label(name)
        self._name.setBuddy(control)
        self._name.setWordWrap(False)
        if not name:
            self._name.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self._name)
        column.addWidget(control)
        column.addWidget(self._hint)
        column.addWidget(self._wrong)

    @property
    def wrong(self) -> str:
        """What is said to be wrong, empty when nothing is."""
        return self._wrong.text()

    def rename(self, name: str) -> None:
        """Call it something else."""
        self._name.setText(name)
        self.control.setAccessibleName(name)

    def hint(self, words: str) -> None:
        """Say something else under it."""
        self._hint.setText(words)
        self._hint.setVisible(bool(words))

    def say(self, sentence: str) -> None:
        """Show what is wrong; an empty sentence takes it back."""
        self._wrong.setText(sentence)
        self._wrong.setVisible(bool(sentence))
        self.control.setAccessibleDescription(sentence or self._hint.text())


def in_a_row(*parts: QWidget, stretch: Sequence[int] = ()) -> QWidget:
    """Parts side by side, their tops level; without `stretch` they keep their own width."""
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(GAP)
    for place, part in enumerate(parts):
        row.addWidget(part, stretch[place] if stretch else 0)
    if not stretch:
        row.addStretch(1)
    for place in range(len(parts)):
        item = row.itemAt(place)
        widget = None if item is None else item.widget()
        if isinstance(widget, Field):
            layout = widget.layout()
            if isinstance(layout, QVBoxLayout):
                layout.addStretch(1)
    return made


def choice(*options: tuple[T, str], name: str) -> QComboBox:
    """A box of choices; the data of an item is its value."""
    made = QComboBox()
    made.setAccessibleName(name)
    for value, words in options:
        made.addItem(words, value)
    made.setMinimumContentsLength(8)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    # The style's own delegate frames what is chosen; this one follows the look.
    made.setItemDelegate(QStyledItemDelegate(made))
    return made


def choose(box: QComboBox, value: object) -> None:
    """Show a value in a box of choices."""
    for place in range(box.count()):
        if box.itemData(place) == value:
            box.setCurrentIndex(place)
            return


def number(low: int, high: int, name: str, *, suffix: str = "", at_low: str = "") -> QSpinBox:
    """A number; `at_low` is shown in place of the lowest."""
    made = QSpinBox()
    made.setRange(low, high)
    made.setAccessibleName(name)
    made.setSuffix(suffix)
    made.setSpecialValueText(at_low)
    made.setMinimumWidth(90)
    made.lineEdit().setTextMargins(6, 0, 0, 0)
    return made


def column_of(parent: QWidget) -> QVBoxLayout:
    """An empty column without margins."""
    column = QVBoxLayout(parent)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(GAP_SMALL)
    return column


class WheelGuard(QObject):
    """Lets the wheel scroll a form: only the field that has the focus is turned by it."""

    def __init__(self, form: QWidget) -> None:
        super().__init__(form)
        for kind in (QComboBox, QAbstractSpinBox):
            for field in form.findChildren(kind):
                field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
                field.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        is_wheel = event.type() == QEvent.Type.Wheel
        if is_wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)
