"""Column types: the border where Python values become what SQLite can hold.

Every text goes through `CleanText`, so that no lone surrogate and no NUL ever reaches the driver.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Integer, Table, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel
from typing_extensions import override

from bamboo_desktop.domain.codec import clean_text, to_json

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class CleanText(TypeDecorator[str]):
    """Text without lone surrogates and NUL."""

    impl = Text
    cache_ok = True

    @override
    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Clean the text on its way in."""
        return None if value is None else clean_text(value)


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant as whole microseconds since 1970, which sort and compare as numbers."""

    impl = Integer
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Refuse a naive instant, count microseconds."""
        return None if value is None else micros_of(value)

    @override
    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Back to an aware instant; one that is damaged is long ago."""
        if value is None:
            return None
        try:
            return instant_of(int(value))
        except (ValueError, OverflowError):
            return _EPOCH


def micros_of(at: datetime) -> int:
    """The number an aware instant is stored as.

    Raises:
        ValueError: the instant is naive.
    """
    if at.tzinfo is None:
        raise ValueError("a naive instant has no place in the store")
    return (at - _EPOCH) // _MICROSECOND


def instant_of(micros: int) -> datetime:
    """The aware instant of a stored number."""
    return _EPOCH + timedelta(microseconds=micros)


def table_of(row: type[SQLModel]) -> Table:
    """The table of a row class, for statements without objects."""
    return row.metadata.tables[str(row.__tablename__)]


def json_text(value: object) -> str:
    """A value as JSON text whose strings are clean, also where JSON would hide them in escapes."""
    text = to_json(value)
    if "\\u" not in text:
        return text
    return json.dumps(_cleaned(json.loads(text)), ensure_ascii=False, separators=(",", ":"))


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {clean_text(key): _cleaned(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    return value
