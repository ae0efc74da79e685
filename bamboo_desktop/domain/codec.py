"""Values to and from JSON: one way for the store, the feed, the socket and exports.

Instants are RFC 3339 in UTC with a `Z`, times of day `HH:MM:SS`, lengths of time seconds; enums are
their value; tuples and sets are lists.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from enum import Enum
from typing import Any

_UNCARRIABLE = re.compile("[\x00\ud800-\udfff]")

JsonValue = None | bool | int | float | str | list[Any] | dict[str, Any]


def instant_text(at: datetime) -> str:
    """An aware instant as `YYYY-MM-DDTHH:MM:SS.mmmZ`.

    Raises:
        ValueError: the instant is naive.
    """
    if at.tzinfo is None:
        raise ValueError("a naive instant has no place here")
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def second_text(at: datetime) -> str:
    """An aware instant as `YYYY-MM-DDTHH:MM:SSZ`, the shape of all output for people's scripts."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_instant(text: str) -> datetime:
    """Read an instant with a zone.

    Raises:
        ValueError: not an instant, or one without a zone.
    """
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"the instant {text!r} names no zone; write it with a Z")
    return at.astimezone(UTC)


def to_jsonable(value: object) -> JsonValue:
    """A frozen value as plain JSON types; field names are kept.

    Raises:
        TypeError: something in it is not a value (a function, a live object).
    """
    if isinstance(value, Enum):
        return str(value.value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, time):
        return value.isoformat(timespec="seconds")
    if isinstance(value, timedelta):
        return value.total_seconds()
    return _composite(value)


def _composite(value: object) -> JsonValue:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(value)
        return {field.name: to_jsonable(getattr(value, field.name)) for field in fields}
    if isinstance(value, Mapping):
        return {str(key): to_jsonable(item) for key, item in value.items()}
    if isinstance(value, frozenset | set):
        return sorted((to_jsonable(item) for item in value), key=str)
    if isinstance(value, list | tuple):
        return [to_jsonable(item) for item in value]
    raise TypeError(f"{type(value).__name__} is not a value")


def to_json(value: object) -> str:
    """Compact JSON text of a value; keeps letters as they are, escapes lone surrogates."""
    text = json.dumps(to_jsonable(value), ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(to_jsonable(value), ensure_ascii=True, separators=(",", ":"))
    return text


def clean_text(text: str) -> str:
    """Text that SQLite, JSON and Qt can all carry: lone surrogates and NUL become U+FFFD."""
    return _UNCARRIABLE.sub("\ufffd", text)
