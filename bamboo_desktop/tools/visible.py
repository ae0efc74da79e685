"""Making what hides in text visible: control, direction and zero-width characters."""

from __future__ import annotations

import unicodedata

_OPEN = "\u2039"
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Letters by category, blank on every screen: Hangul fillers, the Braille blank, variation
# selectors, the combining grapheme joiner.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5") | frozenset(
    chr(point) for point in (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
)


def visible(text: str, *, keep: str = "") -> str:
    """The text with every hidden character written as its code point in angle quotes.

    Two different texts never come out the same: the mark itself is escaped too. That is what lets
    an approval be compared by what was shown.

    Args:
        text: anything a model or a file gave.
        keep: control characters that stay as they are (line breaks in a command).
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(letter, keep) for letter in text)


def hides_something(text: str) -> bool:
    """True when the text holds characters a person cannot see; line breaks and tabs count not."""
    return any(_is_hidden(letter) for letter in text if letter not in "\n\t")


def has_marks(text: str) -> bool:
    """True when a text that went through `visible` held something hidden (or the mark itself)."""
    return _OPEN in text


def one_line(text: str, *, limit: int = 200) -> str:
    """The first line's worth of a text for a row: visible, blanks folded, cut with an ellipsis."""
    folded = visible(" ".join(text[: limit * 8].split()))
    return folded if len(folded) <= limit else folded[: limit - 1] + "\u2026"


def _shown(letter: str, keep: str) -> str:
    if letter in keep:
        return letter
    if letter == _OPEN or _is_hidden(letter):
        return f"{_OPEN}U+{ord(letter):04X}\u203a"
    return letter


def _is_hidden(letter: str) -> bool:
    category = unicodedata.category(letter)
    if category == "Zs":
        return letter != " "
    return category in _HIDDEN_CATEGORIES or letter in _BLANK
