"""Counts: how much is stored."""

from __future__ import annotations

from bamboo_desktop.domain.session import SessionScope
from bamboo_desktop.engine.archive import Stored
from bamboo_desktop.engine.remote.shapes import Json

PAGE = 1_000


async def counts(stored: Stored) -> Json:
    """How many sessions there are, in the list, the archive and the bin, and open questions."""
    return {
        "sessions": sum([await _count(stored, scope) for scope in SessionScope]),
        "questions": len(await stored.questions.open()),
    }


async def _count(stored: Stored, scope: SessionScope) -> int:
    count, page = 0, PAGE
    while page == PAGE:
        rows = await stored.sessions.summaries(scope=scope, limit=PAGE, offset=count)
        page = len(rows)
        count += page
    return count
