"""`python -m tests.benchmarks [NAMES...]`: measure, and print the table of ratios.

A benchmark is a module of this folder with a function `figures() -> Iterable[Figure]`. Each runs in
an interpreter of its own. Nothing here is part of the tests: figures depend on the machine.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib
import json
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.figure import ROOT, Figure, table

NOT_BENCHMARKS = {"__init__", "__main__", "figure"}


def names() -> list[str]:
    """Every benchmark of this folder."""
    found = (path.stem for path in Path(__file__).parent.glob("*.py"))
    return sorted(name for name in found if name not in NOT_BENCHMARKS)


def run_here(name: str) -> None:
    """Measure in this process; one figure a line, as JSON."""
    module = importlib.import_module(f"tests.benchmarks.{name}")
    for figure in module.figures():
        print(json.dumps(dataclasses.asdict(figure)), flush=True)


def run_apart(name: str) -> list[Figure]:
    """Measure in an interpreter of its own; one that fails ends it all."""
    print(f"measuring {name} ...", file=sys.stderr, flush=True)
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", "--here", name],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        cwd=ROOT,
    )
    if done.returncode:
        raise SystemExit(f"the benchmark {name} failed with {done.returncode}")
    return [Figure(**json.loads(line)) for line in done.stdout.splitlines() if line[:1] == "{"]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"some of: {', '.join(names())}")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(names()):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    if asked.here:
        for name in asked.names:
            run_here(name)
        return 0
    figures = [figure for name in asked.names or names() for figure in run_apart(name)]
    print(table(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
