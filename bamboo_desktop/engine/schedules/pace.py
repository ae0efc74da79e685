"""Pace: what was missed is not caught up all at once when the program starts or the machine wakes.

Reports of other desktops: everything overdue fires in the same instant at launch; a wake-up has no
network yet. So late starts wait a minute, then for the network, then go one by one.
"""

from __future__ import annotations

from typing import Protocol

from bamboo_desktop.clock import Clock
from bamboo_desktop.domain.occurrence import Occurrence, Timing

SETTLING_SECONDS = 60.0
NETWORK_SECONDS = 300.0
BETWEEN_SECONDS = 15.0


class Network(Protocol):
    """Whether the machine has a way to other machines."""

    def is_up(self) -> bool:
        """True when it has, or when nobody can tell."""
        ...


class Pace:
    """Says how long a late start still has to wait. Times are monotonic seconds."""

    def __init__(self, clock: Clock, network: Network) -> None:
        self._clock = clock
        self._network = network
        self._began = clock.monotonic()
        self._last_start: float | None = None

    def jumped(self) -> None:
        """The machine slept or the clock was set: settle again."""
        self._began = self._clock.monotonic()

    def wait(self, occurrence: Occurrence, *, needs_network: bool) -> float:
        """Seconds until it may be started; 0 for what is in time."""
        if occurrence.timing is not Timing.CAUGHT_UP:
            return 0.0
        now = self._clock.monotonic()
        waits = [self._began + SETTLING_SECONDS - now]
        if self._last_start is not None:
            waits.append(self._last_start + BETWEEN_SECONDS - now)
        if needs_network and not self._network.is_up():
            left = self._began + NETWORK_SECONDS - now
            waits.append(min(left, BETWEEN_SECONDS))
        return max(0.0, *waits)

    def started(self, occurrence: Occurrence) -> None:
        """One has been started."""
        if occurrence.timing is Timing.CAUGHT_UP:
            self._last_start = self._clock.monotonic()
