"""One thing that is asked: its prompt, the ways to answer it, and what is missing."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from bamboo_desktop.domain.question import (
    ItemAnswer,
    QuestionItem,
)
from bamboo_desktop.ui.harmless import harmless_line
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import GAP_SMALL
from bamboo_desktop.ui.views.question_parts import label
from bamboo_desktop.ui.views.question_prose import ProseView
from bamboo_desktop.ui.views.question_writing import WritingField


def _tr(text: str) -> str:
    return QCoreApplication.translate("Question", text)


class ItemBox(QWidget):
    """An item of a question on screen.

    Args:
        item: what is asked.
        theme: the look.
        heading: a line above the prompt ("2 of 3"), or empty.
    """

    changed = Signal()
    """The answer is another one now."""
    picked = Signal()
    """A number key chose one thing where one thing is all that is asked for."""

    def __init__(
        self, item: QuestionItem, theme: Theme, *, heading: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.item = item
        self._theme = theme
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GAP_SMALL)
        if heading:
            self._column.addWidget(label(heading, "group"))
        prompt = ProseView(self)
        prompt.set_prose(item.prompt)
        self._column.addWidget(prompt)
        self._missing = label("", "trouble")
        self._missing.hide()
        self._fill()
        self._column.addWidget(self._missing)

    def answer(self) -> ItemAnswer:
        """What would be sent now."""
        raise NotImplementedError

    def draft(self) -> ItemAnswer:
        """All that was chosen and written, also what an answer would leave out."""
        return self.answer()

    def restore(self, answer: ItemAnswer) -> None:
        """Show a draft."""
        raise NotImplementedError

    @property
    def takes_one(self) -> bool:
        """True when a number key alone answers it."""
        return False

    def pick(self, number: int) -> bool:
        """Choose the option with that number; False when there is none."""
        del number
        return False

    def problem(self) -> str:
        """What is missing, as a sentence; empty when the answer can be sent."""
        raise NotImplementedError

    def tell(self, problem: str) -> None:
        """Show what is missing under the item; empty takes it away."""
        self._missing.setText(problem)
        self._missing.setVisible(bool(problem))

    def _fill(self) -> None:
        raise NotImplementedError

    def _touched(self) -> None:
        self.tell("")
        self.changed.emit()


class TextBox(ItemBox):
    """An item answered in the person's own words."""

    @override
    def _fill(self) -> None:
        self._field = WritingField(self)
        self._field.setPlaceholderText(_tr("Your answer"))
        self._field.setAccessibleName(
            _tr("Your answer to: %1").replace("%1", harmless_line(self.item.prompt))
        )
        self._field.textChanged.connect(self._touched)
        self._column.addWidget(self._field)
        self.setFocusProxy(self._field)

    @override
    def answer(self) -> ItemAnswer:
        return ItemAnswer(item_id=self.item.id, text=self._field.toPlainText())

    @override
    def restore(self, answer: ItemAnswer) -> None:
        self._field.setPlainText(answer.text)

    @override
    def problem(self) -> str:
        return "" if self._field.toPlainText().strip() else _tr("Write an answer first.")
