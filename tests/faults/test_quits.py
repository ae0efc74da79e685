"""Quit at any moment, the program writes down where it was and goes on from there."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from typing_extensions import override

from bamboo_desktop.engine import Engine
from bamboo_desktop.store.faults import FaultPoints
from tests.faults.person import Person
from tests.faults.story import Place, Teller, opened
from tests.faults.verdict import judged

ON_THE_LOOP = (
    "run.before", "run.after", "message.before", "message.after", "intent.before", "intent.after",
    "effect.after", "result.before", "result.after", "question.before", "question.after",
    "answer.before", "answer.after", "end.before", "end.after",
)  # fmt: skip


class Tells(FaultPoints):
    """Tells when a point is reached for the n-th time."""

    def __init__(self, name: str, times: int) -> None:
        self._name = name
        self._left = times
        self.is_reached = asyncio.Event()

    @override
    def reached(self, name: str) -> None:
        if name == self._name:
            self._left -= 1
            if self._left == 0:
                self.is_reached.set()


async def _live(engine: Engine, place: Place) -> BaseException | None:
    try:
        await Person(engine, place).play()
    except BaseException as error:  # noqa: BLE001 - it was quit under the person's hands
        return error
    return None


FIRST = [(point, 1) for point in ON_THE_LOOP[::2]]
LATER = [(point, times) for point in ON_THE_LOOP for times in (1, 2, 3, 5)]


@pytest.mark.parametrize(
    ("point", "times"), [*FIRST, *(pytest.param(*one, marks=pytest.mark.long) for one in LATER)]
)
async def test_quit_at_any_point_the_next_start_finds_everything_in_order(
    point: str, times: int, tmp_path: Path
) -> None:
    place, teller, bugs = Place(tmp_path), Teller(0), list[str]()
    place.prepare()
    tells = Tells(point, times)
    engine = await opened(place, teller, tells, bugs)
    life = asyncio.create_task(_live(engine, place))
    await tells.is_reached.wait()
    await engine.close()
    life.cancel()
    await life
    engine = await opened(place, teller, FaultPoints(), bugs)
    assert engine.runs.active() == () or engine.recovered.going_on
    assert await _live(engine, place) is None
    await engine.close()
    verdict = await judged(place, 0)
    assert [*bugs, *teller.complaints, *verdict.broken] == []
    assert (verdict.lost_answers, verdict.lost_messages, verdict.live_runs) == ([], [], [])
    # A command that was running is stopped with the program: it may not have happened.
    assert [name for name, count in place.effects().items() if count > 1] == []
