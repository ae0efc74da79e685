"""Killed anywhere between claim and end, a schedule goes on: nothing lost, nothing run twice."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.faults.story import Place
from tests.faults.test_kills import all_lived
from tests.faults.timetable_story import damage
from tests.faults.victim import Case, Death

POINTS = (
    "claim.before", "claim.between", "claim.after", "dispatch.before", "dispatch.between",
    "dispatch.after", "message.before", "message.after", "end.before", "end.after",
    "write.before_commit", "write.after_commit",
)  # fmt: skip
REPEATS = 10


def _case(path: Path, *deaths: Death) -> Case:
    return Case(str(path), 0, deaths, is_timetable=True)


async def _reached(path: Path) -> dict[str, int]:
    """How often each point is reached in a life that nobody ends."""
    (outcome,) = await all_lived([_case(path)])
    assert outcome.complaints == []
    assert damage(Place(path)) == []
    assert set(POINTS) <= set(outcome.reached)
    return outcome.reached


async def _survived(cases: Sequence[Case], *, least_kills: int) -> None:
    outcomes = await all_lived(cases)
    told = [
        (case, outcome.complaints, damage(Place(Path(case.path))))
        for case, outcome in zip(cases, outcomes, strict=True)
    ]
    kills = sum(outcome.kills for outcome in outcomes)
    print(f"\n{len(cases)} stories, {kills} kills")  # noqa: T201 - what a reader wants to know
    assert [one for one in told if one[1] or one[2]] == []
    assert kills >= least_kills


async def test_killed_once_at_each_step_of_an_occurrence_it_runs_once(tmp_path: Path) -> None:
    dice = random.Random(20260302)
    reached = await _reached(tmp_path / "whole")
    cases = [
        _case(tmp_path / point, Death(point, dice.randint(1, reached[point]))) for point in POINTS
    ]
    await _survived(cases, least_kills=len(POINTS) - 1)


@pytest.mark.long
async def test_killed_ten_times_at_each_step(tmp_path: Path) -> None:
    reached = await _reached(tmp_path / "whole")
    cases = [
        _case(tmp_path / f"{point}-{turn}", Death(point, _spread(reached[point], turn)))
        for point in POINTS
        for turn in range(REPEATS)
    ]
    await _survived(cases, least_kills=len(cases) * 9 // 10)


@pytest.mark.long
async def test_killed_four_times_in_a_row(tmp_path: Path) -> None:
    dice = random.Random(11)
    cases = [
        _case(
            tmp_path / str(turn), *(Death(dice.choice(POINTS), dice.randint(1, 3)) for _ in "four")
        )
        for turn in range(30)
    ]
    await _survived(cases, least_kills=60)


def _spread(times: int, turn: int) -> int:
    return 1 + turn * max(times - 1, 0) // (REPEATS - 1)
