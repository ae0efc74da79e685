"""What a history given to a model has to look like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bamboo_desktop.domain.message import Message, Role, ToolResultPart


def unanswered(told: Sequence[Message]) -> list[str]:
    """Where a history does not have exactly one result for each call, right behind it."""
    found = []
    waiting: Counter[str] = Counter()
    for message in told:
        results = Counter(
            part.call_id for part in message.parts if isinstance(part, ToolResultPart)
        )
        if message.role is Role.TOOL:
            found += [f"results {dict(results)} for {dict(waiting)}"] if results != waiting else []
            waiting = Counter()
            continue
        if waiting:
            found.append(f"no results for {dict(waiting)}")
        waiting = Counter(part.call_id for part in message.tool_calls)
    return found + ([f"no results for {dict(waiting)}"] if waiting else [])
