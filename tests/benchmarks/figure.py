"""A measured figure beside another one of the same run: only ratios travel between machines."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One row of the table.

    `value` is ours and `beside` the one it is compared with, both in `unit`. `at_most` and
    `at_least` bound the ratio, or the value itself where there is nothing to compare with.
    """

    what: str
    value: float
    unit: str
    beside: float | None = None
    beside_what: str = ""
    at_most: float | None = None
    at_least: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours divided by the other."""
        return self.value / self.beside if self.beside else None

    @property
    def is_reached(self) -> bool | None:
        """Whether the goal is reached; None where there is no goal."""
        judged = self.value if self.ratio is None else self.ratio
        if self.at_most is not None:
            return judged <= self.at_most
        if self.at_least is not None:
            return judged >= self.at_least
        return None

    @property
    def row(self) -> tuple[str, ...]:
        """The cells of the table."""
        goal = ""
        if self.at_most is not None:
            goal = f"≤ {self.at_most:g}"
        elif self.at_least is not None:
            goal = f"≥ {self.at_least:g}"
        verdict = {None: "", True: "yes", False: "NO"}[self.is_reached]
        return (
            self.what,
            f"{_short(self.value)} {self.unit}",
            f"{_short(self.beside)} {self.unit} {self.beside_what}".strip() if self.beside else "",
            f"{self.ratio:.2f}" if self.ratio is not None else "",
            goal,
            verdict,
            self.note,
        )


HEADS = ("figure", "ours", "beside", "ratio", "goal", "reached", "note")


def table(figures: list[Figure]) -> str:
    """The figures as a Markdown table that is also readable as it stands."""
    rows = [HEADS, *(figure.row for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
    lines = [_line(row, widths) for row in rows]
    lines.insert(1, "|".join(["", *("-" * (width + 2) for width in widths), ""]))
    return "\n".join(lines)


def best_of(measure: Callable[[], float], *, times: int = 5) -> float:
    """The least of several measurements: what else the machine did is not ours to count."""
    return min(measure() for _ in range(times))


def fresh_seconds(code: str, *, times: int = 5) -> float:
    """The median wall time of an interpreter that runs the code, compiled files in place."""
    _seconds(code)
    return median(_seconds(code) for _ in range(times))


def least_seconds(*codes: str, times: int = 9) -> tuple[float, ...]:
    """The least wall time of an interpreter for each of the codes, which take turns."""
    for code in codes:
        _seconds(code)
    rounds = [[_seconds(code) for code in codes] for _ in range(times)]
    return tuple(min(column) for column in zip(*rounds, strict=True))


def as_installed() -> dict[str, str]:
    """The environment of a started program: no display, and compiled files, as people have them."""
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["PYTHONPYCACHEPREFIX"] = str(ROOT / ".venv" / "benchmark-caches")
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    return environment


def _seconds(code: str) -> float:
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        cwd=ROOT,
        env=as_installed(),
        stderr=subprocess.DEVNULL,
    )
    return time.perf_counter() - started


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    cells = (f" {cell:<{width}} " for cell, width in zip(row, widths, strict=True))
    return "|".join(["", *cells, ""])


def _short(number: float) -> str:
    return f"{number:.3g}" if abs(number) < 1_000 else f"{number:,.0f}"
