"""A process that opens a data folder, and is killed at the n-th time it reaches a named point."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from typing_extensions import override

from bamboo_desktop.clock import SystemClock
from bamboo_desktop.identifiers import RandomIds
from bamboo_desktop.store import preferences
from bamboo_desktop.store.database import Database
from bamboo_desktop.store.faults import FaultPoints
from bamboo_desktop.store.folder import DataFolder

ROOT = Path(__file__).resolve().parents[2]


class KillAt(FaultPoints):
    """Kills this very process, as the kernel would."""

    def __init__(self, name: str, times: int) -> None:
        self._name = name
        self._left = times

    @override
    def reached(self, name: str) -> None:
        if name == self._name:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """Which folder to use, and the n-th arrival at which point to be killed at."""

    path: Path
    point: str
    times: int = 1


def run_until_killed(*cases: Case) -> list[bool]:
    """Open, write and back up, each case in a process of its own; True where it was killed.

    The first case that lives to the end is the last one.
    """
    lines = "\n".join(f"{case.point} {case.times} {case.path}" for case in cases)
    done = subprocess.run(
        [sys.executable, "-m", "tests.store.killed"],
        cwd=ROOT,
        input=lines,
        capture_output=True,
        text=True,
        check=False,
    )
    ends = [int(line) for line in done.stdout.split()]
    assert done.returncode == 0, done.stderr
    assert set(ends) <= {0, signal.SIGKILL}, done.stderr
    return [end != 0 for end in ends]


async def _use(db: Database) -> None:
    for number in range(3):
        await db.write(lambda tx, n=number: preferences.put(tx, f"k{n}", "kept"))  # type: ignore[misc]
    await db.backup_now()
    await db.close()


def _one(case: Case) -> None:
    folder = DataFolder.claim(case.path)
    db = Database.open(
        folder,
        clock=SystemClock(),
        ids=RandomIds(),
        on_committed=lambda _envelopes: None,
        faults=KillAt(case.point, case.times),
    )
    asyncio.run(_use(db))


def main() -> None:
    """Import once, fork for each case: it is the import that takes the time."""
    for line in sys.stdin.read().splitlines():
        point, times, path = line.split(" ", 2)
        child = os.fork()
        if child == 0:
            _one(Case(path=Path(path), point=point, times=int(times)))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{status}\n")
        if status == 0:
            return


if __name__ == "__main__":
    main()
