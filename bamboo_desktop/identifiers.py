"""Where fresh ids come from, handed in so that tests can foretell them."""

from __future__ import annotations

import uuid
from typing import Protocol


class IdSource(Protocol):
    """Makes ids that were never made before."""

    def fresh(self) -> str:
        """A new id, unique for ever."""
        ...


class RandomIds:
    """Random version 4 UUIDs (RFC 9562) as 32 hexadecimal digits."""

    def fresh(self) -> str:
        """A new id of 122 random bits."""
        return uuid.uuid4().hex


class CountedIds:
    """Ids that count up, for tests and simulations."""

    def __init__(self, prefix: str = "id") -> None:
        self._prefix = prefix
        self._count = 0

    def fresh(self) -> str:
        """The next id of the row: `id-1`, `id-2`, ..."""
        self._count += 1
        return f"{self._prefix}-{self._count}"
