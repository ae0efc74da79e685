"""A process that lives through a story, and is killed at the n-th time it reaches a named point."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from typing_extensions import override

from bamboo_desktop.store.faults import FaultPoints
from tests.faults import timetable_story
from tests.faults.person import Person
from tests.faults.story import Place, Teller, opened

ROOT = Path(__file__).resolve().parents[2]
PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Death:
    """The n-th arrival at which point is the last thing a life does."""

    point: str
    times: int


@dataclass(frozen=True)
class Case:
    """A story with its seed, and how each of its lives ends; after those it lives to the end."""

    path: str
    seed: int
    deaths: tuple[Death, ...] = ()
    is_timetable: bool = False


@dataclass(frozen=True)
class Outcome:
    """What came of a case: kills that took place, points reached in the last life, complaints."""

    kills: int
    reached: dict[str, int]
    complaints: list[str]


class KillAt(FaultPoints):
    """Counts arrivals, and kills this very process as the kernel would."""

    def __init__(self, death: Death | None) -> None:
        self._death = death
        self.reached_points: Counter[str] = Counter()

    @override
    def reached(self, name: str) -> None:
        self.reached_points[name] += 1
        if self._death and self._death == Death(name, self.reached_points[name]):
            os.kill(os.getpid(), signal.SIGKILL)


def lived(cases: Sequence[Case]) -> list[Outcome]:
    """Play each case, each life in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.victim"],
        cwd=ROOT,
        input="\n".join(json.dumps(asdict(case)) for case in cases),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [Outcome(**json.loads(line)) for line in done.stdout.splitlines()]


def _case(line: str) -> Case:
    raw = json.loads(line)
    deaths = tuple(Death(**death) for death in raw["deaths"])
    return Case(**{**raw, "deaths": deaths})


def _live(case: Case, death: Death | None, report: Path) -> None:
    """One life, from the start of the program to its end."""
    place, faults = Place(Path(case.path)), KillAt(death)
    bugs: list[str] = []
    life = _of_schedules if case.is_timetable else _of_a_session
    try:
        asyncio.run(life(case, place, faults, bugs))
    except BaseException as error:  # noqa: BLE001 - told to the parent, whatever it is
        bugs.append(repr(error))
    report.write_text(json.dumps({"reached": faults.reached_points, "complaints": bugs}))


async def _of_a_session(case: Case, place: Place, faults: FaultPoints, bugs: list[str]) -> None:
    teller = Teller(case.seed)
    engine = await opened(place, teller, faults, bugs)
    try:
        await Person(engine, place).play()
    finally:
        await engine.close()
        bugs += teller.complaints


async def _of_schedules(_case: Case, place: Place, faults: FaultPoints, bugs: list[str]) -> None:
    await timetable_story.live(place, faults, bugs)


def _fork(case: Case, death: Death | None, report: Path) -> bool:
    """Let one life pass, with all processes it leaves behind; True when it was killed."""
    report.unlink(missing_ok=True)
    child = os.fork()
    if child == 0:
        _live(case, death, report)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    with contextlib.suppress(ChildProcessError):
        while True:  # commands that outlived the program come to their end, one way or another
            os.waitpid(-1, 0)
    return os.WIFSIGNALED(status)


def _play(case: Case) -> Outcome:
    place = Place(Path(case.path))
    place.prepare()
    report = place.path / "report.json"
    kills, complaints = 0, []
    for death in (*case.deaths, None):
        if _fork(case, death, report):
            kills += 1
            continue
        told = json.loads(report.read_text())
        complaints += told["complaints"]
        if death is None:
            return Outcome(kills, told["reached"], complaints)
    raise AssertionError("the last life was killed by somebody else")


def main() -> None:
    """Import once, fork for each life: it is the import that takes the time."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    for line in sys.stdin.read().splitlines():
        sys.stdout.write(json.dumps(asdict(_play(_case(line)))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
