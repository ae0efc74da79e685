"""An item answered by choosing: one card, several cards, or words of the person's own."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication, QSignalBlocker
from PySide6.QtWidgets import QButtonGroup, QLabel
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
from bamboo_desktop.ui.bare_words import bare_words
from bamboo_desktop.ui.views.question_items import ItemBox
from bamboo_desktop.ui.views.question_option import CheckCard, OptionText, RadioCard
from bamboo_desktop.ui.views.question_parts import label
from bamboo_desktop.ui.views.question_writing import WritingField


def _tr(text: str) -> str:
    return QCoreApplication.translate("Question", text)


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
            self._count = label(self._counted(), "caption")
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
            self._count.setText(self._counted())
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
        low, high = self._low, self._high
        if high is None:
            text = _tr("Choose any number.") if low == 0 else _tr("Choose at least %1.")
        elif low == high:
            text = _tr("Choose exactly %1.")
        elif low == 0:
            text = _tr("Choose up to %2.")
        else:
            text = _tr("Choose %1 to %2.")
        return text.replace("%1", str(low)).replace("%2", str(high))

    def _counted(self) -> str:
        chosen = _tr("Chosen: %1").replace("%1", str(len(self._chosen_ids())))
        return f"{self._bounds()} {chosen}"


def _yes_and_no(item: QuestionItem) -> tuple[Option, ...]:
    if item.kind is not ItemKind.CONFIRM:
        return ()
    return (
        Option(id=CONFIRM_YES, label=_tr("Yes")),
        Option(id=CONFIRM_NO, label=_tr("No")),
    )


def _card_text(option: Option, number: int) -> OptionText:
    return OptionText(
        label=bare_words(option.label),
        description=bare_words(option.description),
        number=number if number <= 9 else 0,
    )
