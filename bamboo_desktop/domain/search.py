"""What full-text search found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.transcript import EntryKind


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchHit:
    """One place where the words were found.

    `position` and `kind` name the transcript entry; both are None when the session's title was
    found. `ranges` are the found words as (start, end) character offsets into `snippet`.
    """

    session_id: SessionId
    session_title: str
    position: int | None
    kind: EntryKind | None
    at: datetime
    snippet: str
    ranges: tuple[tuple[int, int], ...] = ()
