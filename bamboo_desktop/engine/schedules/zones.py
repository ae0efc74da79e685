"""Zones: IANA time zones by name, read from the shipped tz database.

The system's own files are left alone, so that one data folder gives the same fires on every
machine and an update of the rules is an update of the program, which can be noticed and told.
"""

from __future__ import annotations

from functools import cached_property
from importlib import resources
from importlib.metadata import version
from zoneinfo import ZoneInfo

import tzdata

from bamboo_desktop.domain.errors import InvalidInputError
from bamboo_desktop.engine.schedules.wall_clock import WallClock

UTC_NAME = "UTC"


class Zones:
    """The zones of the shipped tz database; each is read once."""

    def __init__(self) -> None:
        self._clocks: dict[str, WallClock] = {}

    @cached_property
    def version(self) -> str:
        """With what fires are computed: the tz database and croniter, by their releases."""
        return f"tzdata {tzdata.IANA_VERSION}, croniter {version('croniter')}"

    @cached_property
    def names(self) -> frozenset[str]:
        """Every zone name there is."""
        text = resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8")
        return frozenset(text.split())

    def clock(self, name: str) -> WallClock:
        """The wall clock of a zone.

        Raises:
            InvalidInputError: there is no zone of that name.
        """
        found = self._clocks.get(name)
        if found is None:
            found = self._clocks[name] = WallClock(self._read(name))
        return found

    def _read(self, name: str) -> ZoneInfo:
        if name not in self.names:
            raise InvalidInputError(
                f"There is no time zone {name!r}; write one like Europe/Berlin or UTC."
            )
        with resources.files("tzdata.zoneinfo").joinpath(*name.split("/")).open("rb") as file:
            return ZoneInfo.from_file(file, key=name)
