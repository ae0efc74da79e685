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
_RUN = re.compile(r"[^\W_]+")


def document_words(text: str) -> str:
    """The text as the index is given it; a text of more than a million letters is cut there."""
    return _UNSPACED.sub(r" \1 ", text[:MAX_INDEXED])


def query_words(query: str) -> tuple[str, ...]:
    """The words of what somebody typed, in order; signs alone mean nothing."""
    pieces = unicodedata.normalize("NFC", query).split()
    return tuple(piece for piece in pieces if any(map(str.isalnum, piece)))[:MAX_WORDS]


def match_expression(words: tuple[str, ...], *, session_id: str | None) -> str:
    """The index's own query, in which all words stand quoted; the last may be a beginning."""
    parts = [_quoted(document_words(word)) for word in words]
    if is_beginning(words[-1]):
        parts[-1] += " *"
    wanted = "body : (" + " AND ".join(parts) + ")"
    return wanted if session_id is None else f"{wanted} AND session : {_quoted(session_id)}"


def is_beginning(word: str) -> bool:
    """Whether a last word stands for all that begin with it; a single letter stands for itself.

    The index keeps the beginnings of two to five letters, so that even those of common words cost
    no more than a word. Nobody looks for everything that begins with one letter.
    """
    runs = _RUN.findall(word)
    return bool(runs) and len(runs[-1]) > 1


def _quoted(text: str) -> str:
    return '"' + text.replace('"', " ") + '"'
