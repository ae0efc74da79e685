"""A question with its items: choose or write, add a note, answer or leave it for later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget
from typing_extensions import override

from bamboo_desktop.domain.question import (
    ItemAnswer,
    ItemKind,
    PendingQuestion,
    QuestionItem,
    QuestionKind,
)
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import GAP, GAP_LARGE, GAP_PAGE, GAP_SMALL
from bamboo_desktop.ui.views.question_choice import ChoiceBox
from bamboo_desktop.ui.views.question_effect import explained
from bamboo_desktop.ui.views.question_items import ItemBox, TextBox
from bamboo_desktop.ui.views.question_parts import button, footer, height_at, label
from bamboo_desktop.ui.views.question_scroll import SnugScroll
from bamboo_desktop.ui.views.question_writing import WritingField

_FIRST = 1_000
"""The stretch of what takes all the room it can use before anything else gets any."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GivenAnswer:
    """What a person chose and wrote."""

    items: tuple[ItemAnswer, ...]
    note: str = ""


class QuestionBody(QWidget):
    """What every kind of question shows below its heading."""

    answered = Signal(object)
    """A `GivenAnswer` to be sent."""
    changed = Signal()
    """Something was chosen or written that is worth keeping."""
    grown = Signal()
    """It would like more room than before."""
    postponed = Signal()
    """The person wants to answer later."""

    def draft(self) -> GivenAnswer:
        """All that was chosen and written so far."""
        raise NotImplementedError

    def restore(self, given: GivenAnswer) -> None:
        """Show a draft."""
        raise NotImplementedError

    def tell(self, text: str) -> None:
        """Show what went wrong with an answer; empty takes it away."""
        raise NotImplementedError

    def set_busy(self, *, busy: bool) -> None:
        """While an answer is on its way nothing can be changed."""
        self.setEnabled(not busy)

    def natural_height(self, width: int) -> int:
        """How tall it would be with nothing to scroll."""
        raise NotImplementedError

    def arm(self) -> None:
        """The question has come into view just now."""

    def hold_keys(self) -> None:
        """The keyboard has come here just now, to a question that was in view already."""


class AskBody(QuestionBody):
    """Items one below the other, a note, and the two buttons."""

    def __init__(
        self, question: PendingQuestion, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._answers_at_once = question.kind is not QuestionKind.UNKNOWN_EFFECT
        self._boxes = self._build_boxes(question, theme)
        self._note = WritingField(self)
        self._note.setPlaceholderText(self.tr("Add a note for the agent (optional)"))
        self._note.setAccessibleName(self.tr("Note for the agent"))
        self._note.textChanged.connect(self.changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._scroller(), _FIRST)
        self._bottom = self._footer()
        column.addWidget(self._bottom)
        column.addStretch(1)

    @override
    def natural_height(self, width: int) -> int:
        return self._scroll.natural_height(width) + height_at(self._bottom, width)

    @override
    def draft(self) -> GivenAnswer:
        items = tuple(box.draft() for box in self._boxes)
        return GivenAnswer(items=items, note=self._note.toPlainText())

    @override
    def restore(self, given: GivenAnswer) -> None:
        by_id = {answer.item_id: answer for answer in given.items}
        for box in self._boxes:
            if box.item.id in by_id:
                box.restore(by_id[box.item.id])
        self._note.setPlainText(given.note)

    @override
    def tell(self, text: str) -> None:
        self._error.setText(text)
        self._error.setVisible(bool(text))

    @override
    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        number = event.key() - Qt.Key.Key_0
        is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.send()
        elif 1 <= number <= 9 and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self._box_in_hand().pick(number)
        else:
            super().keyPressEvent(event)

    def send(self) -> None:
        """Answer, or say what is missing and go there."""
        first_wrong: ItemBox | None = None
        for box in self._boxes:
            problem = box.problem()
            box.tell(problem)
            first_wrong = first_wrong or (box if problem else None)
        if first_wrong is not None:
            first_wrong.setFocus()
            self._scroll.ensureWidgetVisible(first_wrong)
            return
        items = tuple(box.answer() for box in self._boxes)
        self.answered.emit(GivenAnswer(items=items, note=self._note.toPlainText().strip()))

    def _build_boxes(self, question: PendingQuestion, theme: Theme) -> tuple[ItemBox, ...]:
        total = len(question.items)
        boxes: list[ItemBox] = []
        for place, item in enumerate(explained(question).items, start=1):
            heading = ""
            if total > 1:
                heading = self.tr("%1 of %2").replace("%1", str(place)).replace("%2", str(total))
            box = _item_box(item, theme, heading=heading, parent=self)
            box.changed.connect(self.changed)
            box.picked.connect(self._picked)
            boxes.append(box)
        return tuple(boxes)

    def _scroller(self) -> SnugScroll:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(GAP_LARGE, GAP_SMALL, GAP_LARGE, GAP)
        column.setSpacing(GAP_PAGE)
        for box in self._boxes:
            column.addWidget(box)
        column.addWidget(self._note)
        column.addStretch(1)
        self._scroll = SnugScroll(inner, self)
        return self._scroll

    def _footer(self) -> QWidget:
        self._error = label("", "trouble")
        self._error.hide()
        self._later = button(self.tr("Answer &later"), "", self.tr("Answer later"))
        self._later.setToolTip(self.tr("Esc: the question waits in the inbox, your draft is kept"))
        self._later.clicked.connect(self.postponed)
        self._send = button(self.tr("&Answer"), "primary", self.tr("Answer"))
        self._send.setToolTip(self.tr("Ctrl+Enter"))
        self._send.clicked.connect(self.send)
        row = QHBoxLayout()
        row.setSpacing(GAP_SMALL)
        row.addWidget(self._hint(), 1)
        row.addWidget(self._later)
        row.addWidget(self._send)
        return footer(self._error, row)

    def _hint(self) -> QLabel:
        only = self._boxes[0] if len(self._boxes) == 1 else None
        text = self.tr("Ctrl+Enter answers")
        if only is not None and only.takes_one and self._answers_at_once:
            text = self.tr("A number key answers at once")
        return label(text, "caption")

    def _picked(self) -> None:
        if len(self._boxes) == 1:
            if self._answers_at_once:
                self.send()
            return
        open_box = next((box for box in self._boxes if box.problem()), None)
        if open_box is not None:
            open_box.setFocus()
            self._scroll.ensureWidgetVisible(open_box)

    def _box_in_hand(self) -> ItemBox:
        # There is none before anything in here had the focus, whatever the stubs say.
        focus = cast("QWidget | None", self.focusWidget())
        for box in self._boxes:
            if focus is not None and (focus is box or box.isAncestorOf(focus)):
                return box
        return next((box for box in self._boxes if box.problem()), self._boxes[0])


def _item_box(item: QuestionItem, theme: Theme, *, heading: str, parent: QWidget) -> ItemBox:
    kind = TextBox if item.kind is ItemKind.TEXT or not _can_choose(item) else ChoiceBox
    return kind(item, theme, heading=heading, parent=parent)


def _can_choose(item: QuestionItem) -> bool:
    return bool(item.options) or item.kind is ItemKind.CONFIRM or item.allow_custom
