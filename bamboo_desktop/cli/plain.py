"""Text of models, tools and files made harmless for a terminal."""

from __future__ import annotations

_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0))}
_DIRECTIONS = {code: f"\\u{code:04x}" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}
_TABLE: dict[int, str | int | None] = {**_CONTROLS, **_DIRECTIONS, 0x0D: None, 0x0A: 0x0A, 9: 9}


def plain(text: str) -> str:
    """The text with every control character written out: none of it can steer the terminal.

    Line breaks and tabs stay. Marks that turn the direction of text are written out too; letters
    that run from right to left stay as they are.
    """
    return text.translate(_TABLE)


def one_line(text: str, *, longest: int = 120) -> str:
    """The text on one line of a list."""
    line = plain(" ".join(text.split()))
    return line if len(line) <= longest else f"{line[:longest]}..."
