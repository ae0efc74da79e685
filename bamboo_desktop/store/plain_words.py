"""What was stored, as a person reads it: for the piece of text beside a search hit."""

from __future__ import annotations

import json
import re

from bamboo_desktop.domain.transcript import EntryKind

_LONGEST = 50_000
"""Longer texts are cut into a snippet as they are: a search must not wait for them."""
_MARKS = re.compile(r"\*\*|`+|^ {0,3}#{1,6} +|^ {0,3}> ?", re.MULTILINE)
_WRITTEN_BY_AGENTS = frozenset({EntryKind.ASSISTANT, EntryKind.THINKING, EntryKind.QUESTION})


def plain_words(kind: EntryKind, text: str) -> str:
    """The text of an entry without the signs of JSON and Markdown around its words."""
    if len(text) > _LONGEST:
        return text
    if kind is EntryKind.TOOL:
        return _call(text)
    return _MARKS.sub("", text) if kind in _WRITTEN_BY_AGENTS else text


def _call(text: str) -> str:
    """A call: its tool, then its arguments as `name: value`."""
    tool, _, arguments = text.partition(" ")
    try:
        found = json.loads(arguments)
    except (ValueError, RecursionError):
        return text
    return f"{tool} {_value(found)}" if isinstance(found, dict) else text


def _value(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_value(part)}" for name, part in value.items())
    if isinstance(value, list):
        return ", ".join(_value(part) for part in value)
    return json.dumps(value)
