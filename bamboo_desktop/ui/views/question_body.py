"""Which body a question gets: an approval shows exactly what it allows, all others ask."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from bamboo_desktop.domain.question import PendingQuestion, QuestionKind
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.views.approval_body import ApprovalBody
from bamboo_desktop.ui.views.question_ask import AskBody, QuestionBody


def body_of(question: PendingQuestion, theme: Theme, parent: QWidget) -> QuestionBody:
    """Make what takes the answer to a question."""
    if question.kind is QuestionKind.CONSENT and question.consent is not None:
        return ApprovalBody(question, question.consent, theme, parent)
    return AskBody(question, theme, parent)
