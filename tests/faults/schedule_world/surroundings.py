"""What a story has power over: the clocks, the next id, and what happens at a named point."""

from __future__ import annotations

from collections.abc import Callable

from typing_extensions import override

from bamboo_desktop.store.faults import FaultPoints
from tests.sim import SimClock


class Clock(SimClock):
    """Time that passes without sleepers."""

    def passes(self, seconds: float) -> None:
        self._pass(seconds)


class Hazards(FaultPoints):
    """Does something, once, when the program comes to a point."""

    def __init__(self) -> None:
        self._point = ""
        self._deed: Callable[[], None] | None = None

    def at(self, point: str, deed: Callable[[], None]) -> None:
        self._point, self._deed = point, deed

    @override
    def reached(self, name: str) -> None:
        if self._deed is not None and name == self._point:
            deed, self._deed = self._deed, None
            deed()


class Ids:
    """Ids in order."""

    def __init__(self) -> None:
        self._number = 0

    def fresh(self) -> str:
        self._number += 1
        return f"{self._number:032x}"
