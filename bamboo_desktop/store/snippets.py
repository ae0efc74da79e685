"""The piece of a text around the words that were looked for."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LENGTH = 160
_BEFORE = 50
_BARE_LIMIT = 20_000
_SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Snippet:
    """A piece of text on one line, and where in it the words are."""

    text: str
    ranges: tuple[tuple[int, int], ...]


class Highlighter:
    """Finds the words of one query in many texts."""

    def __init__(self, words: tuple[str, ...]) -> None:
        *whole, last = [part for word in words for part in _SIGNS.split(word) if part] or [""]
        parts = [rf"\b{re.escape(part)}\b" for part in whole]
        if last:
            rest = r"\w*" if len(last) > 1 else r"\b"
            parts.append(rf"\b{re.escape(last)}{rest}")
        # Scripts without spaces have no boundaries between words.
        loose = [re.escape(part) for part in (*whole, last) if part and ord(part[0]) > 0xDFF]
        self._pattern = re.compile("|".join(parts + loose) or r"(?!)", re.IGNORECASE)
        self._bare = re.compile("|".join(_bare(part) for part in parts) or r"(?!)", re.IGNORECASE)

    def snippet(self, text: str) -> Snippet:
        """The piece around the first word found, or the beginning of the text."""
        match = self._pattern.search(text)
        if match is None and len(text) <= _BARE_LIMIT:
            bare = _bare(text)
            match = self._bare.search(bare) if len(bare) == len(text) else None
        start = max(0, match.start() - _BEFORE) if match else 0
        piece = text[start : start + LENGTH]
        if start:
            piece = piece[_first_space(piece) :]
        line = " ".join(piece.split())
        return Snippet(text=line, ranges=self._ranges(line))

    def _ranges(self, line: str) -> tuple[tuple[int, int], ...]:
        found = [match.span() for match in self._pattern.finditer(line)]
        if not found and len(bare := _bare(line)) == len(line):
            found = [match.span() for match in self._bare.finditer(bare)]
        return tuple(span for span in found if span[0] < span[1])


def _first_space(piece: str) -> int:
    """Where the first whole word of a piece cut in the middle begins."""
    space = piece.find(" ", 0, _BEFORE // 2)
    return space + 1 if space >= 0 else 0


def _bare(text: str) -> str:
    """The text without accents; letters that have none stay as they are."""
    split = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in split if not unicodedata.combining(letter))
