"""Finding sessions and questions by what a person types: an id, or the beginning of one."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence

from bamboo_desktop.domain.errors import InvalidInputError, NotFoundError
from bamboo_desktop.domain.ids import QuestionId, SessionId
from bamboo_desktop.domain.session import SessionScope
from bamboo_desktop.engine.archive import Stored

PAGE = 1_000
LONGEST_SHOWN = 40
LATE_EVENTS = 20_000
"""How far back somebody who answers a little too late is told what became of the question."""
_CLOSED = frozenset({"question_answered", "question_withdrawn"})


async def full_session_id(stored: Stored, text: str) -> SessionId:
    """A session by its id or by a beginning of it that fits only one.

    Raises:
        NotFoundError: none fits.
        InvalidInputError: several fit.
    """
    exact = await stored.sessions.summary(SessionId(text))
    if exact is not None:
        return exact.session.id
    found: list[str] = []
    for scope in SessionScope:
        offset, page = 0, PAGE
        while text and page == PAGE:
            rows = await stored.sessions.summaries(scope=scope, limit=PAGE, offset=offset)
            found += [row.session.id for row in rows if row.session.id.startswith(text)]
            offset, page = offset + PAGE, len(rows)
    if not found:
        raise NotFoundError(
            f"There is no session {_short(text)}; list them with: bambooctl sessions"
        )
    return SessionId(_only(found, "session", text))


async def full_question_id(stored: Stored, text: str) -> QuestionId:
    """A question by its id or by a beginning of it; one that was open until lately is found too.

    Raises:
        NotFoundError: none fits.
        InvalidInputError: several fit.
    """
    records = await stored.questions.open()
    found = [item.question.id for item in records if text and item.question.id.startswith(text)]
    if found:
        return QuestionId(_only(found, "question", text))
    with contextlib.suppress(NotFoundError):
        return (await stored.questions.get(QuestionId(text))).question.id
    closed = await _lately_closed(stored, text) if text else None
    if closed is None:
        raise NotFoundError(
            f"No question that waits begins with {_short(text)}; list them with: bambooctl answer"
        )
    return closed


async def _lately_closed(stored: Stored, text: str) -> QuestionId | None:
    last = await stored.feed.last()
    after = max(last - LATE_EVENTS, 0)
    found = None
    while events := await stored.feed.since(after, limit=PAGE):
        for event in events:
            if event.type in _CLOSED:
                question_id = str(json.loads(event.data).get("question_id", ""))
                if question_id.startswith(text):
                    found = QuestionId(question_id)
        after = events[-1].account_sequence
    return found


def _only(found: Sequence[str], noun: str, text: str) -> str:
    if len(found) > 1:
        raise InvalidInputError(f"{_short(text)} fits {len(found)} {noun}s; give more of the id.")
    return found[0]


def _short(text: str) -> str:
    """What was typed, as a sentence shows it."""
    return repr(text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}...")
