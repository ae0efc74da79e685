"""Text that hides nothing: characters without a shape of their own are written out."""

from __future__ import annotations

import json
import unicodedata

from bamboo_desktop.domain.codec import clean_text

_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"})
_SHOWN = frozenset("\n\t")
_WIDE_BLANKS = frozenset("\u00a0\u115f\u1160\u2800\u3164\uffa0")


def visible(text: str) -> str:
    """The text with control, direction and zero-width characters written as `[U+202E]`."""
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return text
    return "".join(_written(character) for character in text.replace("\r\n", "\n"))


def _written(character: str) -> str:
    if character in _SHOWN or (character.isprintable() and character not in _WIDE_BLANKS):
        return character
    if unicodedata.category(character) in _HIDDEN or character in _WIDE_BLANKS:
        return f"[U+{ord(character):04X}]"
    return character


def pretty_arguments(arguments: str) -> str:
    """The arguments of a call as indented JSON, or as they came when they are not JSON."""
    try:
        value = json.loads(arguments)
    except ValueError:
        return visible(arguments)
    lines = json.dumps(value, indent=2, ensure_ascii=False)
    return visible(clean_text(lines))


def one_line(text: str) -> str:
    """The text on one line, with nothing hidden in it."""
    return visible(" ".join(text.split()))
