"""What can be wrong with a playbook, with the place where it is wrong."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path

from typing_extensions import override

from bamboo_desktop.domain.codec import clean_text
from bamboo_desktop.domain.errors import UserError


class PlaybookError(UserError):
    """A playbook that cannot be loaded: the sentence names the file, the place and the remedy.

    Args:
        sentence: what is wrong and what to write instead.
        path: the file.
        line: the line, counted from 1; 0 when the whole file is meant.
        column: the column, counted from 1; 0 when the whole line is meant.
    """

    def __init__(self, sentence: str, *, path: Path, line: int = 0, column: int = 0) -> None:
        super().__init__(clean_text(f"{place(path, line, column)}: {sentence}"))
        self.path = path
        self.line = line
        self.column = column


class FlawError(Exception):
    """A flaw in the text of a playbook, before the file's name is known to the finder."""

    def __init__(self, sentence: str, line: int, column: int) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.line = line
        self.column = column

    @override
    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.sentence}"


class PlayError(Exception):
    """A play that cannot go on, at a line of its playbook."""

    def __init__(self, sentence: str, line: int) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.line = line


def place(path: Path, line: int, column: int = 0) -> str:
    """A place in a file, for people: `report.yaml, line 3, column 5`."""
    words = [clean_text(path.name or str(path))]
    if line:
        words.append(f"line {line}")
    if column:
        words.append(f"column {column}")
    return ", ".join(words)


def suggestion(word: str, known: Iterable[str]) -> str:
    """` Did you mean 'x'?` when a known word is close, otherwise nothing."""
    close = difflib.get_close_matches(word[:80], list(known), n=1, cutoff=0.6)
    return f" Did you mean '{close[0]}'?" if close else ""


def listed(words: Iterable[str]) -> str:
    """Words in quotes, separated by commas."""
    return ", ".join(f"'{word}'" for word in words)


def shown(text: str) -> str:
    """A piece of the file as it can be quoted in a sentence: one line, not too long."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:57] + "..."
