"""What all events have in common: a wire name, and whether they are stored."""

from __future__ import annotations

import re
from typing import ClassVar

_WORD = re.compile(r"(?<!^)(?=[A-Z])")


class Event:
    """Root of all events, stored before they are published; named by the class in snake_case."""

    durable: ClassVar[bool] = True

    @classmethod
    def type_name(cls) -> str:
        """The name used in the feed and in `--json` output."""
        return _WORD.sub("_", cls.__name__).lower()


class Transient(Event):
    """Root of the events that are never stored: lost in a crash, never read back."""

    durable: ClassVar[bool] = False
