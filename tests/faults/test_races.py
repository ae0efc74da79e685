"""Four programs claim from one file at the same moments: each instant is won by one of them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _raced(folder: Path, steps: int, *more: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.racing", str(folder), str(steps), *more],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("steps", [6, pytest.param(50, marks=pytest.mark.long)])
def test_each_instant_is_claimed_by_one_of_four(tmp_path: Path, steps: int) -> None:
    found = _raced(tmp_path / "data", steps)
    assert (found["double"], found["lost"], found["damaged"]) == (0, 0, 0)
    assert sum(found["won"]) == found["instants"]
    assert len(found["won"]) == 4


def test_the_race_is_one(tmp_path: Path) -> None:
    assert _raced(tmp_path / "data", 6, "--careless")["double"] > 0
