"""Exit codes of bambooctl."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Any


class Exit(IntEnum):
    """What a script may rely on."""

    COMPLETED = 0
    FAILED = 1
    USAGE = 2
    WAITING = 3
    CANCELLED = 4


_OF_STATUS: Mapping[str, Exit] = {
    "completed": Exit.COMPLETED,
    "cancelled": Exit.CANCELLED,
    "waiting_answer": Exit.WAITING,
    "waiting_approval": Exit.WAITING,
    "waiting_children": Exit.WAITING,
    "waiting_budget": Exit.WAITING,
}
"""By the status a run ended with; every other status is a failure."""


def of_end(end: Mapping[str, Any]) -> Exit:
    """The code of a run's end; whatever still has a question open waits."""
    if end["questions"]:
        return Exit.WAITING
    return _OF_STATUS.get(end["status"], Exit.FAILED)
