"""The exact text of a call, with everything a reader could not see turned into marks."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[PX^_]|[ -~])?")
_NOT_PLAIN = re.compile(r"[^\n\t -~]")
_NAMES = {
    0x00: "NUL",
    0x07: "BEL",
    0x08: "BACKSPACE",
    0x0D: "CR",
    0x1B: "ESC",
    0x7F: "DEL",
    0xA0: "NO-BREAK SPACE",
    0xAD: "SOFT HYPHEN",
    0x061C: "ARABIC LETTER MARK",
    0x200B: "ZERO WIDTH SPACE",
    0x200C: "ZERO WIDTH NON-JOINER",
    0x200D: "ZERO WIDTH JOINER",
    0x200E: "LEFT-TO-RIGHT MARK",
    0x200F: "RIGHT-TO-LEFT MARK",
    0x2028: "LINE SEPARATOR",
    0x2029: "PARAGRAPH SEPARATOR",
    0x202A: "LEFT-TO-RIGHT EMBEDDING",
    0x202B: "RIGHT-TO-LEFT EMBEDDING",
    0x202C: "END OF DIRECTION",
    0x202D: "LEFT-TO-RIGHT OVERRIDE",
    0x202E: "RIGHT-TO-LEFT OVERRIDE",
    0x2060: "WORD JOINER",
    0x2066: "LEFT-TO-RIGHT ISOLATE",
    0x2067: "RIGHT-TO-LEFT ISOLATE",
    0x2068: "FIRST STRONG ISOLATE",
    0x2069: "END OF ISOLATE",
    0xFEFF: "BYTE ORDER MARK",
}
# Blank on screen though they count as letters or as parts of one.
_BLANK_LETTERS = frozenset({0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D})
_BLANK_FILLERS = frozenset({0x2800, 0x3164, 0xFFA0})
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; `is_mark` when it stands for something that cannot be seen."""

    text: str
    is_mark: bool = False


@dataclass(frozen=True, slots=True)
class VisibleText:
    """A text in pieces, with the names of the hidden things in it, each once, in order."""

    pieces: tuple[Piece, ...]
    hidden: tuple[str, ...] = ()
    hidden_count: int = 0
    has_right_to_left: bool = False

    @property
    def plain(self) -> str:
        """The whole text with the marks in it."""
        return "".join(piece.text for piece in self.pieces)


def make_visible(text: str) -> VisibleText:
    """Turn control, direction and zero-width characters and terminal codes into visible marks."""
    pieces: list[Piece] = []
    names: list[str] = []
    seen = 0
    run_start = position = 0
    while candidate := _NOT_PLAIN.search(text, position):
        position = candidate.start()
        found = _hidden_at(text, position)
        if found is None:
            position += 1
            continue
        length, name, mark = found
        if position > run_start:
            pieces.append(Piece(text[run_start:position]))
        pieces.append(Piece(mark, is_mark=True))
        names.append(name)
        seen += 1
        position += length
        run_start = position
    if run_start < len(text):
        pieces.append(Piece(text[run_start:]))
    return VisibleText(
        pieces=tuple(pieces),
        hidden=tuple(dict.fromkeys(names)),
        hidden_count=seen,
        has_right_to_left=not text.isascii()
        and any(unicodedata.bidirectional(char) in {"R", "AL"} for char in text),
    )


def _hidden_at(text: str, position: int) -> tuple[int, str, str] | None:
    char = text[position]
    if char == "\r" and text[position + 1 : position + 2] == "\n":
        return 1, "carriage return", "\u240d"
    if char == "\x1b":
        code = _ANSI.match(text, position)
        shown = code.group()[1:] if code else ""
        length = len(code.group()) if code else 1
        return length, "terminal code", f"\u2039ESC{_safe(shown)}\u203a"
    name = hidden_name(char)
    if name is None:
        return None
    return 1, name.lower(), f"\u2039{name}\u203a"


def _safe(shown: str) -> str:
    return "".join(char if hidden_name(char) is None else f"U+{ord(char):04X}" for char in shown)


def hidden_name(char: str) -> str | None:
    """What to call a character that cannot be seen; None for one that can."""
    code = ord(char)
    if code in _NAMES:
        return _NAMES[code]
    if char in "\n\t ":
        return None
    category = unicodedata.category(char)
    if category in _HIDDEN_CATEGORIES or code in _BLANK_LETTERS or code in _BLANK_FILLERS:
        return f"U+{code:04X}"
    if category == "Zs" or 0xFE00 <= code <= 0xFE0E or 0xE0100 <= code <= 0xE01EF:
        return f"U+{code:04X}"
    return None
