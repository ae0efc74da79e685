"""Short words of agents (titles, labels) without the signs of Markdown around them."""

from __future__ import annotations

import re

_SIGNS = re.compile(
    r"(?P<ticks>`+)(?P<code>[^`\n]+)(?P=ticks)"
    r"|\*\*(?P<strong>\S(?:[^*\n]*\S)?)\*\*"
    r"|(?<![\w*])\*(?P<emphasis>\w(?:[\w ,'-]*\w)?)\*(?![\w*])"
)
_HEAD = re.compile(r"^ {0,3}#{1,6} +")


def bare_words(text: str) -> str:
    """The text without emphasis and code signs that come in pairs; all else stays as it is.

    Where words are painted as they stand (a button, a row) the signs would only be noise. Links
    keep their address: it says where they lead.
    """
    return _SIGNS.sub(_inner, _HEAD.sub("", text)) if _may_have_signs(text) else text


def _may_have_signs(text: str) -> bool:
    return "`" in text or "*" in text or "#" in text[:4]


def _inner(found: re.Match[str]) -> str:
    if found["code"] is not None:
        return found["code"]
    inner = found["strong"] or found["emphasis"]
    return _SIGNS.sub(_inner, inner)
