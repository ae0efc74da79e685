"""How text becomes words: the same way when it is indexed, looked for and taken out again."""

from __future__ import annotations

import re
import unicodedata

MAX_INDEXED = 1_000_000
MAX_WORDS = 32

# Scripts written without spaces: each letter is indexed as a word of its own, and a run of them
# is looked for as a phrase.
_UNSPACED = re.compile(
    "([\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])"
)


def document_words(text: str) -> str:
    """The text as the index is given it; a text of more than a million letters is cut there."""
    return _UNSPACED.sub(r" \1 ", text[:MAX_INDEXED])


def query_words(query: str) -> tuple[str, ...]:
    """The words of what somebody typed, in order; signs alone mean nothing."""
    pieces = unicodedata.normalize("NFC", query).split()
    return tuple(piece for piece in pieces if any(map(str.isalnum, piece)))[:MAX_WORDS]


def match_expression(words: tuple[str, ...], *, session_id: str | None) -> str:
    """The index's own query: every word, the last one as a beginning; only quoted text in it."""
    parts = [_quoted(document_words(word)) for word in words]
    parts[-1] += " *"
    wanted = "body : (" + " AND ".join(parts) + ")"
    return wanted if session_id is None else f"{wanted} AND session : {_quoted(session_id)}"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', " ") + '"'
