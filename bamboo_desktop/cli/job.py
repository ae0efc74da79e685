"""Job: one command of bambooctl on its way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bamboo_desktop.cli.arguments import Options
from bamboo_desktop.cli.interrupts import Interrupts
from bamboo_desktop.paths import AppPaths


@dataclass(kw_only=True)
class Job:
    """The command line, the folders, and the signals."""

    options: Options
    paths: AppPaths
    interrupts: Interrupts
    is_given_up: bool = False

    @property
    def values(self) -> dict[str, Any]:
        """The command's own arguments."""
        return self.options.values

    @property
    def as_json(self) -> bool:
        """Whether a script reads the output."""
        return self.options.as_json

    def give_up(self) -> None:
        """Another program asks for the data folder: end in order, runs become interrupted."""
        self.is_given_up = True
        self.interrupts.cancel()
