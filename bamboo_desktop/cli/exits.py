"""Exit codes of bambooctl."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum


class Exit(IntEnum):
    """What a script may rely on."""

    COMPLETED = 0
    FAILED = 1
    USAGE = 2
    WAITING = 3
    CANCELLED = 4


OF_STATUS: Mapping[str, Exit] = {
    "completed": Exit.COMPLETED,
    "cancelled": Exit.CANCELLED,
    "waiting_answer": Exit.WAITING,
    "waiting_approval": Exit.WAITING,
    "waiting_children": Exit.WAITING,
    "waiting_budget": Exit.WAITING,
}
"""By the status a run ended with; every other status is a failure."""
