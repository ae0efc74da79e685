"""Reads: a database as those see it who only read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from bamboo_desktop.store.transaction import Tx

T = TypeVar("T")


class Reads(Protocol):
    """Answers questions about what is stored."""

    async def read(self, work: Callable[[Tx], T]) -> T:
        """Run `work` on a snapshot, on a connection that cannot write.

        Raises:
            StorageError: the disk refused, or it took too long.
        """
        ...
