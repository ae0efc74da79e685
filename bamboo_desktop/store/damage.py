"""Damage: a stored value that means nothing any more costs itself, and not the page it stands on.

What is taken in its place is the most careful reading: a call may have had its effect, a title was
given by hand, a run that has not ended is still live. Each case is told to the log.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from enum import Enum
from typing import TypeVar

from bamboo_desktop.domain.errors import StorageError
from bamboo_desktop.store.revive import revive, revive_tuple

E = TypeVar("E", bound=Enum)
T = TypeVar("T")

log = logging.getLogger(__name__)


def word_of(kind: type[E], stored: object, otherwise: E) -> E:
    """The member of an enumeration that a stored word stands for, or another where it is none."""
    found = known_word(kind, stored)
    return otherwise if found is None else found


def known_word(kind: type[E], stored: object) -> E | None:
    """The member of an enumeration that a stored word stands for, or None where it is none."""
    try:
        return kind(stored)
    except ValueError:
        log.warning("a stored %s is damaged: %.80r", kind.__name__, stored)
        return None


def number_of(stored: object) -> int:
    """A stored whole number, 0 where it is none."""
    if isinstance(stored, int):
        return stored
    log.warning("a stored number is damaged: %.80r", stored)
    return 0


def text_of(stored: object) -> str:
    """A stored text, empty where it is none."""
    if isinstance(stored, str):
        return stored
    log.warning("a stored text is damaged: %.80r", stored)
    return ""


def value_of(kind: type[T], stored: str, otherwise: Callable[[], T]) -> T:
    """The dataclass that a stored JSON object stands for, or another where it cannot be read."""
    return _read(lambda: revive(kind, stored), otherwise)


def values_of(
    kind: type[T], stored: str, otherwise: Callable[[], tuple[T, ...]] = tuple
) -> tuple[T, ...]:
    """The dataclasses that a stored JSON array stands for, or others where it cannot be read."""
    return _read(lambda: revive_tuple(kind, stored), otherwise)


def _read(read: Callable[[], T], otherwise: Callable[[], T]) -> T:
    try:
        return read()
    except StorageError as error:
        log.warning("a stored value is damaged: %s", error.details)
        return otherwise()
