"""Comparing: what is different between two runs of a schedule, and what counts as a change."""

from __future__ import annotations

import difflib

from bamboo_desktop.domain.schedule_view import Comparison, OccurrenceDetail

BASIS = (
    "The agent's last answer is compared, without regard to space and line breaks; time, cost and "
    "files do not count as a change."
)
_MOST_LINES = 20_000
"""Answers with more lines than this together are not compared line by line."""


def is_changed(before: str, after: str) -> bool:
    """True when two answers differ in more than space."""
    return before.split() != after.split()


def compared(first: OccurrenceDetail, second: OccurrenceDetail) -> Comparison:
    """Two occurrences side by side, the earlier one first."""
    old, new = ({touch.path for touch in each.files} for each in (first, second))
    return Comparison(
        first=first,
        second=second,
        is_changed=is_changed(first.answer, second.answer),
        basis=BASIS,
        diff=_diff(first, second),
        only_first=tuple(sorted(old - new)),
        only_second=tuple(sorted(new - old)),
        both=tuple(sorted(old & new)),
        longer=None
        if first.duration is None or second.duration is None
        else second.duration - first.duration,
        more_tokens=second.usage.total_tokens - first.usage.total_tokens,
        cost_micros=None
        if first.usage.cost_micros is None or second.usage.cost_micros is None
        else second.usage.cost_micros - first.usage.cost_micros,
    )


def _diff(first: OccurrenceDetail, second: OccurrenceDetail) -> str:
    if not is_changed(first.answer, second.answer):
        return ""
    old, new = first.answer.splitlines(), second.answer.splitlines()
    if len(old) + len(new) > _MOST_LINES:
        return f"@@ {len(old):,} lines become {len(new):,} lines @@\n"
    before, after = (f"{each.occurrence.planned_at:%Y-%m-%dT%H:%M:%SZ}" for each in (first, second))
    lines = difflib.unified_diff(old, new, before, after, lineterm="")
    return "".join(f"{line}\n" for line in lines)
