"""Killed at any point, the program goes on where it was: nothing lost, nothing done twice."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.faults.story import Place
from tests.faults.verdict import Verdict, judged
from tests.faults.victim import Case, Death, Outcome, lived

POINTS = (
    "run.before", "run.after", "message.before", "message.after", "intent.before", "intent.after",
    "effect.after", "result.before", "result.after", "question.before", "question.after",
    "answer.before", "answer.after", "end.before", "end.after", "write.before_commit",
    "write.after_commit", "migration.step", "backup.before_rename",
)  # fmt: skip
LANES = 2
REPEATS = 10


async def all_lived(cases: Sequence[Case]) -> list[Outcome]:
    """Play the cases in as many processes as there are lanes."""
    lanes = [cases[lane::LANES] for lane in range(LANES)]
    told = await asyncio.gather(*(asyncio.to_thread(lived, lane) for lane in lanes))
    found: list[Outcome] = [Outcome(0, {}, [])] * len(cases)
    for lane, outcomes in enumerate(told):
        found[lane::LANES] = outcomes
    return found


async def _counted(path: Path, seeds: Sequence[int]) -> dict[int, dict[str, int]]:
    """How often each point is reached in a life that nobody ends."""
    cases = [Case(str(path / f"whole-{seed}"), seed) for seed in seeds]
    outcomes = await all_lived(cases)
    assert [outcome.complaints for outcome in outcomes] == [[] for _ in seeds]
    return {seed: outcome.reached for seed, outcome in zip(seeds, outcomes, strict=True)}


async def _survived(cases: Sequence[Case], *, least_kills: int) -> None:
    outcomes = await all_lived(cases)
    verdicts = [await judged(Place(Path(case.path)), case.seed) for case in cases]
    told = [
        (case, outcome.complaints, verdict)
        for case, outcome, verdict in zip(cases, outcomes, verdicts, strict=True)
        if outcome.complaints or not verdict.is_good
    ]
    kills = sum(outcome.kills for outcome in outcomes)
    print(_figures(len(cases), kills, verdicts))  # noqa: T201 - the figures are what a reader wants
    assert told == []
    assert kills >= least_kills


def _figures(cases: int, kills: int, verdicts: Sequence[Verdict]) -> str:
    return (
        f"\n{cases} stories, {kills} kills: "
        f"{sum(len(one.lost_answers) for one in verdicts)} lost answers, "
        f"{sum(len(one.lost_messages) for one in verdicts)} lost or doubled messages, "
        f"{sum(len(one.effects_not_once) for one in verdicts)} lost or doubled effects, "
        f"{sum(len(one.live_runs) for one in verdicts)} runs left live, "
        f"{sum(len(one.broken) for one in verdicts)} broken rules"
    )


async def test_killed_once_at_each_point_nothing_is_lost_and_nothing_happens_twice(
    tmp_path: Path,
) -> None:
    dice = random.Random(20260302)
    reached = (await _counted(tmp_path, [0]))[0]
    assert set(POINTS) <= set(reached)
    cases = [
        Case(str(tmp_path / point), 0, (Death(point, dice.randint(1, reached[point])),))
        for point in POINTS
    ]
    await _survived(cases, least_kills=len(POINTS) - 2)


@pytest.mark.long
async def test_killed_ten_times_at_each_point_in_stories_of_every_order(tmp_path: Path) -> None:
    seeds = range(REPEATS)
    reached = await _counted(tmp_path, seeds)
    cases = [
        Case(str(tmp_path / f"{point}-{seed}"), seed, _spread(point, reached[seed][point], seed))
        for point in POINTS
        for seed in seeds
    ]
    await _survived(cases, least_kills=len(cases) * 9 // 10)


def _spread(point: str, times: int, seed: int) -> tuple[Death, ...]:
    return (Death(point, 1 + seed * max(times - 1, 0) // (REPEATS - 1)),)


@pytest.mark.long
async def test_killed_again_while_it_recovers(tmp_path: Path) -> None:
    dice = random.Random(7)
    cases = [
        Case(
            str(tmp_path / str(seed)),
            seed,
            tuple(Death(dice.choice(POINTS), dice.randint(1, 4)) for _ in range(4)),
        )
        for seed in range(40)
    ]
    await _survived(cases, least_kills=60)
