"""Deadlines: after the time a person has set, a question is answered with its own defaults.

Off unless the person sets it: a question waits for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bamboo_desktop.domain.question import ItemAnswer, PendingQuestion, QuestionItem
from bamboo_desktop.store import preferences
from bamboo_desktop.store.transaction import Tx

DEADLINE_MINUTES = "question_deadline_minutes"
LONGEST_MINUTES = 60 * 24 * 366


def limit(tx: Tx) -> timedelta | None:
    """How long a question waits before its defaults are taken; None means for ever."""
    text = preferences.get(tx, DEADLINE_MINUTES) or ""
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        return None
    minutes = min(int(text), LONGEST_MINUTES)
    return timedelta(minutes=minutes) if minutes else None


def has_defaults(items: Sequence[QuestionItem]) -> bool:
    """True when every item names what to take when nobody answers."""
    return bool(items) and all(item.default for item in items)


def default_answers(question: PendingQuestion) -> tuple[ItemAnswer, ...] | None:
    """The defaults of all items, or None when an item has none."""
    if not has_defaults(question.items):
        return None
    return tuple(ItemAnswer(item_id=item.id, option_ids=item.default) for item in question.items)
