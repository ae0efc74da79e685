"""What importing the program's parts costs, beside Qt's widgets alone."""

from __future__ import annotations

from collections.abc import Iterator

from tests.benchmarks.figure import ROOT, Figure, fresh_seconds

PARTS = (
    "bamboo_desktop.loop",
    "bamboo_desktop.engine.door",
    "bamboo_desktop.cli",
    "sqlmodel",
    "pydantic_ai",
)


def figures() -> Iterator[Figure]:
    nothing = fresh_seconds("pass")
    widgets = fresh_seconds("import PySide6.QtWidgets") - nothing
    for part in PARTS:
        if part.startswith("bamboo_desktop") and not _exists(part):
            continue
        yield Figure(
            what=f"import {part}",
            value=(fresh_seconds(f"import {part}") - nothing) * 1_000,
            unit="ms",
            beside=widgets * 1_000,
            beside_what="PySide6.QtWidgets",
        )


def _exists(part: str) -> bool:
    path = ROOT / part.replace(".", "/")
    return path.is_dir() or path.with_suffix(".py").is_file()
