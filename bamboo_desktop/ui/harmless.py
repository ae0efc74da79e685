"""Words of others, shown so that nothing in them can hide or turn the order of what is read."""

from __future__ import annotations

import re
from functools import cache

from bamboo_desktop.domain.codec import clean_text

_LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")
_WIDE_BLANKS = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3164\uffa0]")
_SEEN = "\u00ae-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\ufdff\ufe0f-\ufefe\uff01-\U0001ffff"
_HIDDEN = (
    # Some scripts and many pictures need a joiner between two parts that are seen.
    f"(?P<joiner>(?<=[{_SEEN}])(?:\ufe0e|[\u200c\u200d](?=[{_SEEN}])))|"
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0e\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e0fff]"
)


def harmless(text: str) -> str:
    """Text of several lines; direction and zero-width characters are written out by name."""
    return text if _is_plain(text) else _hidden().sub(_mark, _common_blanks(text))


def harmless_line(text: str) -> str:
    """A title on one line; what cannot be seen in it is left out."""
    if not _is_plain(text):
        text = _hidden().sub(_leave_out, _common_blanks(text))
    return " ".join(text.split())


@cache
def _hidden() -> re.Pattern[str]:
    return re.compile(_HIDDEN)  # not before a text needs it: most are plain, and a start is short


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _common_blanks(text: str) -> str:
    return _WIDE_BLANKS.sub(" ", _LINE_ENDS.sub("\n", clean_text(text)))


def _mark(found: re.Match[str]) -> str:
    if found["joiner"]:
        return found.group()
    from bamboo_desktop.ui.visible_text import hidden_name

    return f"\u2039{hidden_name(found.group()) or f'U+{ord(found.group()):04X}'}\u203a"


def _leave_out(found: re.Match[str]) -> str:
    return found["joiner"] or ""
