"""What the last end of a run means now: may the person go on from it, does it still wait?"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from bamboo_desktop.domain.question import QuestionRecord
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.transcript import TranscriptEntry

_ASKED_BEFORE = 20
"""So many rows before the end of a run may hold a question that outlived it."""
_ASKS = frozenset(
    {AgentStatus.WAITING_ANSWER, AgentStatus.WAITING_APPROVAL, AgentStatus.WAITING_BUDGET}
)


class EndMark(StrEnum):
    """What the end of a run is besides history."""

    PAST = "past"
    CONTINUABLE = "continuable"
    WAITING = "waiting"


def last_end(
    entry_at: Callable[[int], TranscriptEntry | None], length: int
) -> tuple[int, EndMark] | None:
    """The row that means something now; None when every end is history.

    Looks from the end back, as far as rows are loaded. Only the last run end counts, and there is
    nothing to go on from while a question around it is open.

    Args:
        entry_at: the entry of a row, None while it is not loaded.
        length: how many rows there are; no run is live.
    """
    end, asks = _look_back(entry_at, length)
    if end is None or end.run_end is None:
        return None
    status = end.run_end.status
    if status.is_waiting:
        return (end.position, EndMark.WAITING) if asks or status not in _ASKS else None
    return (end.position, EndMark.CONTINUABLE) if status.can_continue and not asks else None


def _look_back(
    entry_at: Callable[[int], TranscriptEntry | None], length: int
) -> tuple[TranscriptEntry | None, bool]:
    """The last run end, and whether a question around it is open."""
    end: TranscriptEntry | None = None
    for number in reversed(range(length)):
        entry = entry_at(number)
        if entry is None or (end is not None and end.position - number > _ASKED_BEFORE):
            break
        if entry.question is not None and _waits(entry.question):
            return end, True
        if entry.run_end is not None:
            if end is not None:
                break
            end = entry
    return end, False


def _waits(record: QuestionRecord) -> bool:
    return record.answer is None and record.withdrawn_at is None
