"""Frozen values back from their JSON, by the types of their fields.

Fields that the text does not have take their default and names it does not know are ignored, so
that rows written by an older version of the program stay readable.
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from enum import Enum
from functools import cache
from typing import Any, TypeVar, cast

from bamboo_desktop.domain.codec import parse_instant
from bamboo_desktop.domain.errors import StorageError

T = TypeVar("T")
_Reader = Callable[[Any], Any]
_PLAIN: dict[Any, _Reader] = {
    datetime: parse_instant,
    time: time.fromisoformat,
    timedelta: lambda seconds: timedelta(seconds=seconds),
}


def revive(kind: type[T], text: str) -> T:
    """The dataclass that the JSON object in `text` stands for.

    Raises:
        StorageError: the text is damaged.
    """
    with unreadable():
        return cast("T", _reader(kind)(json.loads(text)))


def revive_tuple(kind: type[T], text: str) -> tuple[T, ...]:
    """The dataclasses that the JSON array in `text` stands for.

    Raises:
        StorageError: the text is damaged.
    """
    with unreadable():
        read = _reader(kind)
        return tuple(read(item) for item in json.loads(text))


@contextmanager
def unreadable() -> Iterator[None]:
    """A stored value that cannot be made sense of is the disk's fault, and is said so."""
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StorageError(
            "A stored value is damaged and cannot be shown. If it matters, restore a backup from "
            "the data folder.",
            details=repr(error),
        ) from error


def _reader(hint: Any) -> _Reader:
    return _made_reader(hint)


@cache
def _made_reader(hint: Any) -> _Reader:
    hint = getattr(hint, "__supertype__", hint)
    if dataclasses.is_dataclass(hint):
        return _dataclass_reader(cast("type[Any]", hint))
    origin = typing.get_origin(hint)
    if origin in {typing.Union, types.UnionType}:
        return _optional_reader(hint)
    if origin in {tuple, frozenset}:
        item = _reader(typing.get_args(hint)[0])
        return lambda value: origin(item(each) for each in value)
    if hint in _PLAIN:
        return _PLAIN[hint]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    return _checked(hint) if hint in {str, int, bool} else lambda value: value


def _checked(kind: type[Any]) -> _Reader:
    """A number where a text stands is damage too, and is found here and not where it is used."""

    def read(value: Any) -> Any:
        if not isinstance(value, kind):
            raise TypeError(f"{value!r:.80} is no {kind.__name__}")
        return value

    return read


def _optional_reader(hint: Any) -> _Reader:
    kinds = [kind for kind in typing.get_args(hint) if kind is not type(None)]
    if len(kinds) != 1:
        raise TypeError(f"{hint} is not one type or None")
    read = _reader(kinds[0])
    return lambda value: None if value is None else read(value)


def _dataclass_reader(kind: type[Any]) -> _Reader:
    hints = typing.get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name]) for field in dataclasses.fields(kind)}

    def read(value: dict[str, Any]) -> Any:
        known = {name: readers[name](item) for name, item in value.items() if name in readers}
        return kind(**known)

    return read
