"""Full-text search: the words of every entry, and of everything stored before this step.

The index keeps words only (`content=''`): texts stay where they are and are read from there.
Document 2n is the text of entry n, document 2n+1 the output of the tool call it shows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

_TABLE = (
    "CREATE VIRTUAL TABLE entry_words USING fts5("
    "body, session, content='', prefix='2 3 4 5', tokenize='unicode61 remove_diacritics 2')"
)
_TEXTS = "SELECT 2 * id, session_id, text FROM entry WHERE text <> ''"
_OUTPUTS = (
    "SELECT 2 * entry.id + 1, entry.session_id, tool_call.content FROM entry JOIN tool_call "
    "ON tool_call.session_id = entry.session_id AND tool_call.call_id = entry.ref "
    "WHERE entry.kind = 'tool' AND tool_call.content <> ''"
)
_ADD = "INSERT INTO entry_words (rowid, session, body) VALUES (?, ?, ?)"


def apply(execute: Callable[[str], sqlite3.Cursor]) -> None:
    """Make the index and put in what is stored."""
    from bamboo_desktop.store.words import document_words  # a start does without, as a rule

    raw = execute(_TABLE).connection
    for query in (_TEXTS, _OUTPUTS):
        for document, session_id, text in execute(query):
            raw.execute(_ADD, (document, session_id, document_words(text)))
