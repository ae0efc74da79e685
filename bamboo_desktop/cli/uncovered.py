"""Calls that wait although rules were given: which rule would have covered them."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bamboo_desktop.cli.plain import one_line

_YES = "allow_once"


def not_covered(questions: Sequence[Mapping[str, Any]], data_dir: Path | None) -> Iterator[str]:
    """A sentence for each call that waits for consent, with the line that gives it.

    Args:
        questions: what waits, as the engine shapes it.
        data_dir: the folder that was named on the command line, which the line has to name too.
    """
    for question in questions:
        if question["consent"] is None:
            continue
        rule = question["covering_rule"]
        covered = (
            f"--allow {shlex.quote(rule)} would have covered it"
            if rule
            else "it is of a kind that always asks, whatever the rules"
        )
        yield (
            f"No --allow rule covers the call that waits, {one_line(question['title'])}; {covered}."
            f" Allow it once with: {_line(question, data_dir)}"
        )


def _line(question: Mapping[str, Any], data_dir: Path | None) -> str:
    (item,) = question["items"]
    words = ["bambooctl", "answer", question["id"][:8], "--item", f"{item['id']}={_YES}"]
    if data_dir is not None:
        words += ["--data-dir", str(data_dir)]
    return shlex.join(words)
