"""An approval: what will happen, exactly, where and why, and four ways to decide."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from bamboo_desktop.domain.ids import OptionId
from bamboo_desktop.domain.question import (
    ALLOW_ALWAYS,
    ALLOW_ONCE,
    ALLOW_SESSION,
    CONSENT_ITEM,
    DENY,
    ConsentRequest,
    ItemAnswer,
    PendingQuestion,
)
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import GAP_LARGE, GAP_SMALL
from bamboo_desktop.ui.views.approval_card import ApprovalCard
from bamboo_desktop.ui.views.approval_rule import RuleStep
from bamboo_desktop.ui.views.question_ask import GivenAnswer, QuestionBody
from bamboo_desktop.ui.views.question_parts import button, footer, height_at, label
from bamboo_desktop.ui.views.question_writing import WritingField

ARM_AFTER_MS = 500
"""So long after it came into view an approval takes no decision: nothing typed or clicked for
something else may allow it."""


class ApprovalBody(QuestionBody):
    """Decides nothing by itself: no button has the focus, and Enter allows nothing."""

    armed = Signal()
    """From now on a decision is taken."""

    def __init__(
        self,
        question: PendingQuestion,
        consent: ConsentRequest,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._item_id = question.items[0].id if question.items else CONSENT_ITEM
        self._ids = tuple(option.id for option in question.items[0].options)
        self._card = ApprovalCard(consent, theme, self)
        self._buttons: dict[OptionId, QPushButton] = {}
        self._timer = QTimer(self, singleShot=True, interval=ARM_AFTER_MS)
        self._timer.timeout.connect(self._become_armed)
        self._is_armed = False
        self._are_keys_held = False
        self._is_at_rule = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._card, 1_000)
        column.addLayout(self._note_row())
        column.addSpacing(GAP_SMALL)
        self._error = label("", "trouble")
        self._error.hide()
        self._rule = RuleStep(consent.rule, self)
        self._rule.confirmed.connect(partial(self._decide, ALLOW_ALWAYS))
        self._rule.refused.connect(self._leave_rule)
        self._choices = footer(self._error, self._button_row())
        self._rule.hide()
        column.addWidget(self._choices)
        column.addWidget(self._rule)
        column.addStretch(1)
        self.arm()

    @property
    def is_armed(self) -> bool:
        """True when a decision is taken; half a second after it came into view."""
        return self._is_armed

    @override
    def arm(self) -> None:
        self._is_armed = False
        for made in self._buttons.values():
            made.setEnabled(False)
        self._rule.setEnabled(False)
        self._timer.start()

    @override
    def hold_keys(self) -> None:
        if not self._is_armed:
            return
        self._are_keys_held = True
        self._timer.start()
        if isinstance(self.focusWidget(), QPushButton):
            self.setFocus()

    @override
    def natural_height(self, width: int) -> int:
        parts = self._card.natural_height(width) + self._note.sizeHint().height() + 3 * GAP_SMALL
        step = self._rule if self._is_at_rule else self._choices
        return parts + height_at(step, width)

    @override
    def draft(self) -> GivenAnswer:
        # A decision is never kept as a draft: it is taken in one step or not at all.
        return GivenAnswer(
            items=(ItemAnswer(item_id=self._item_id),), note=self._note.toPlainText()
        )

    @override
    def restore(self, given: GivenAnswer) -> None:
        self._note.setPlainText(given.note)

    @override
    def tell(self, text: str) -> None:
        self._error.setText(text)
        self._error.setVisible(bool(text))
        if text:
            self._leave_rule()

    @override
    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if self._are_keys_held and event.key() != Qt.Key.Key_Escape:
            return
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._enter()
            return
        number = event.key() - Qt.Key.Key_0
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and 1 <= number <= len(self._ids) and not self._is_at_rule:
            self._press(self._ids[number - 1])
            return
        if event.key() == Qt.Key.Key_Escape and self._is_at_rule:
            self._leave_rule()
            return
        super().keyPressEvent(event)

    def _enter(self) -> None:
        """Enter presses the button a person went to, and nothing else."""
        focus = self.focusWidget()
        if self._is_armed and isinstance(focus, QPushButton) and focus.hasFocus():
            focus.click()

    def _press(self, option_id: OptionId) -> None:
        if not self._is_armed:
            return
        if option_id == ALLOW_ALWAYS:
            self._go(to_rule=True)
        else:
            self._decide(option_id)

    def _decide(self, option_id: OptionId) -> None:
        if not self._is_armed:
            return
        chosen = ItemAnswer(item_id=self._item_id, option_ids=(option_id,))
        self.answered.emit(GivenAnswer(items=(chosen,), note=self._note.toPlainText().strip()))

    def _leave_rule(self) -> None:
        self._go(to_rule=False)

    def _go(self, *, to_rule: bool) -> None:
        self._is_at_rule = to_rule
        self.setFocus()
        self._choices.setVisible(not to_rule)
        self._rule.setVisible(to_rule)
        self.grown.emit()

    def _become_armed(self) -> None:
        self._is_armed = True
        self._are_keys_held = False
        for made in self._buttons.values():
            made.setEnabled(True)
        self._rule.setEnabled(True)
        self.armed.emit()

    def _note_row(self) -> QVBoxLayout:
        self._note = WritingField(self)
        self._note.setPlaceholderText(self.tr("Reason or note for the agent (optional)"))
        self._note.setAccessibleName(self.tr("Reason or note for the agent"))
        self._note.textChanged.connect(self.changed)
        row = QVBoxLayout()
        row.setContentsMargins(GAP_LARGE, GAP_SMALL, GAP_LARGE, GAP_SMALL)
        row.addWidget(self._note)
        return row

    def _button_row(self) -> QHBoxLayout:
        labels = {
            ALLOW_ONCE: self.tr("Allow once"),
            ALLOW_SESSION: self.tr("Allow for this session"),
            ALLOW_ALWAYS: self.tr("Always\u2026"),
            DENY: self.tr("Deny"),
        }
        row = QHBoxLayout()
        row.setSpacing(GAP_SMALL)
        for number, option_id in enumerate(self._ids, start=1):
            words = labels.get(option_id, str(option_id))
            made = button(f"{number}  {words}", "danger" if option_id == DENY else "", words)
            made.clicked.connect(partial(self._press, option_id))
            if option_id == DENY:
                row.addStretch(1)
            row.addWidget(made)
            self._buttons[option_id] = made
        return row
