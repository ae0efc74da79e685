"""One thing that is asked: its prompt, the ways to answer it, and what is missing."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Signal
from PySide6.QtWidgets import QButtonGroup, QLabel, QVBoxLayout, QWidget
from typing_extensions import override

from bamboo_desktop.domain.ids import OptionId
from bamboo_desktop.domain.question import (
    CONFIRM_NO,
    CONFIRM_YES,
    ItemAnswer,
    ItemKind,
    Option,
    QuestionItem,
)
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import GAP_SMALL
from bamboo_desktop.ui.views.question_option import CheckCard, OptionText, RadioCard
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
        self._field.setAccessibleName(_tr("Your answer to: %1").replace("%1", self.item.prompt))
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


class ChoiceBox(ItemBox):
    """An item answered by choosing: one card, several cards, or words of the person's own."""

    @override
    def _fill(self) -> None:
        self._cards: list[RadioCard | CheckCard] = []
        self._custom: WritingField | None = None
        self._count: QLabel | None = None
        self._is_multi = self.item.kind is ItemKind.MULTI
        self._group = QButtonGroup(self)
        self._group.setExclusive(not self._is_multi)
        self._options = self.item.options or _yes_and_no(self.item)
        for number, option in enumerate(self._options, start=1):
            self._add_card(_card_text(option, number))
        if self.item.allow_custom:
            self._add_custom()
        if self._is_multi:
            self._count = label(self._bounds(), "caption")
            self._column.addWidget(self._count)
        self.setFocusProxy(self._cards[0])

    @override
    def answer(self) -> ItemAnswer:
        if self._custom is not None and self._cards[-1].isChecked():
            return ItemAnswer(item_id=self.item.id, text=self._custom.toPlainText())
        return ItemAnswer(item_id=self.item.id, option_ids=self._chosen_ids())

    @override
    def draft(self) -> ItemAnswer:
        text = self._custom.toPlainText() if self._custom is not None else ""
        return ItemAnswer(item_id=self.item.id, option_ids=self._chosen_ids(), text=text)

    @override
    def restore(self, answer: ItemAnswer) -> None:
        for card, option in zip(self._cards, self._options, strict=False):
            card.setChecked(option.id in answer.option_ids)
        if self._custom is not None and answer.text:
            self._custom.setPlainText(answer.text)
            self._cards[-1].setChecked(not answer.option_ids)

    @property
    @override
    def takes_one(self) -> bool:
        return not self._is_multi

    @override
    def pick(self, number: int) -> bool:
        if not 1 <= number <= min(len(self._cards), 9):
            return False
        card = self._cards[number - 1]
        card.setFocus()
        card.setChecked(not card.isChecked() if self._is_multi else True)
        if self._custom is not None and card is self._cards[-1]:
            self._custom.setFocus()
        elif not self._is_multi:
            self.picked.emit()
        return True

    @override
    def problem(self) -> str:
        if self._custom is not None and self._cards[-1].isChecked():
            return "" if self._custom.toPlainText().strip() else _tr("Write your answer first.")
        count, low, high = len(self._chosen_ids()), self._low, self._high
        if count < low or (high is not None and count > high):
            return _tr("Choose one.") if not self._is_multi else self._bounds()
        return ""

    @property
    def _low(self) -> int:
        return self.item.min_choices if self._is_multi else 1

    @property
    def _high(self) -> int | None:
        return self.item.max_choices if self._is_multi else 1

    def _chosen_ids(self) -> tuple[OptionId, ...]:
        pairs = zip(self._cards, self._options, strict=False)
        return tuple(option.id for card, option in pairs if card.isChecked())

    def _add_card(self, text: OptionText) -> None:
        kind = CheckCard if self._is_multi else RadioCard
        card = kind(text, self._theme, self)
        self._group.addButton(card)
        card.toggled.connect(partial(self._toggled, card))
        self._cards.append(card)
        self._column.addWidget(card)

    def _add_custom(self) -> None:
        number = len(self._cards) + 1
        self._add_card(
            OptionText(label=_tr("Something else\u2026"), number=number if number <= 9 else 0)
        )
        self._custom = WritingField(self)
        self._custom.setPlaceholderText(_tr("Write what you want instead"))
        self._custom.setAccessibleName(_tr("An answer of your own"))
        self._custom.textChanged.connect(self._touched)
        self._custom.hide()
        self._column.addWidget(self._custom)

    def _toggled(self, card: RadioCard | CheckCard, is_checked: bool) -> None:  # noqa: FBT001
        if self._custom is not None:
            if self._is_multi and is_checked:
                self._keep_custom_apart(card)
            self._custom.setVisible(self._cards[-1].isChecked())
        if self._count is not None:
            self._count.setText(self._bounds())
        self._touched()

    def _keep_custom_apart(self, card: RadioCard | CheckCard) -> None:
        """An answer of one's own stands instead of the options, never beside them."""
        custom = self._cards[-1]
        for other in self._cards if card is custom else (custom,):
            if other is not card:
                with QSignalBlocker(other):
                    other.setChecked(False)
                other.update()

    def _bounds(self) -> str:
        chosen, low, high = len(self._chosen_ids()), self._low, self._high
        if high is None:
            text = _tr("Choose any number.") if low == 0 else _tr("Choose at least %1.")
        elif low == high:
            text = _tr("Choose exactly %1.")
        elif low == 0:
            text = _tr("Choose up to %2.")
        else:
            text = _tr("Choose %1 to %2.")
        text = text.replace("%1", str(low)).replace("%2", str(high))
        return text + " " + _tr("Chosen: %1").replace("%1", str(chosen))


def item_box(item: QuestionItem, theme: Theme, *, heading: str, parent: QWidget) -> ItemBox:
    """The widget for an item."""
    kind = TextBox if item.kind is ItemKind.TEXT or not _can_choose(item) else ChoiceBox
    return kind(item, theme, heading=heading, parent=parent)


def _can_choose(item: QuestionItem) -> bool:
    return bool(item.options) or item.kind is ItemKind.CONFIRM or item.allow_custom


def _yes_and_no(item: QuestionItem) -> tuple[Option, ...]:
    if item.kind is not ItemKind.CONFIRM:
        return ()
    return (
        Option(id=CONFIRM_YES, label=_tr("Yes")),
        Option(id=CONFIRM_NO, label=_tr("No")),
    )


def _card_text(option: Option, number: int) -> OptionText:
    return OptionText(
        label=option.label, description=option.description, number=number if number <= 9 else 0
    )
