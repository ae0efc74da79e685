"""The three choices after a crash, in words that say what each of them does."""

from __future__ import annotations

import dataclasses

from PySide6.QtCore import QCoreApplication

from bamboo_desktop.domain.question import (
    EFFECT_RUN_AGAIN,
    EFFECT_SKIP,
    EFFECT_WORKED,
    Option,
    PendingQuestion,
    QuestionItem,
    QuestionKind,
)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Question", text)


def explained(question: PendingQuestion) -> PendingQuestion:
    """The question with a description on each choice that came without one."""
    if question.kind is not QuestionKind.UNKNOWN_EFFECT:
        return question
    items = tuple(_explained_item(item) for item in question.items)
    return dataclasses.replace(question, items=items)


def _explained_item(item: QuestionItem) -> QuestionItem:
    words = {
        EFFECT_RUN_AGAIN: _tr(
            "Do it once more from its beginning. It may then have happened twice."
        ),
        EFFECT_SKIP: _tr("Leave it as it is. The agent is told that nobody knows what came of it."),
        EFFECT_WORKED: _tr("You looked: it is done. The agent goes on from there."),
    }

    def described(option: Option) -> Option:
        text = option.description or words.get(option.id, "")
        return dataclasses.replace(option, description=text)

    return dataclasses.replace(item, options=tuple(described(option) for option in item.options))
