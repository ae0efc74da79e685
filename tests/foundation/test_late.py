"""Late imports: in a thread, with the collector off, and frozen afterwards."""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bamboo_desktop.late import (
    ENOUGH_YOUNG,
    FAR_TOO_MANY,
    collect_at_rest,
    freeze_garbage,
    import_quietly,
    late_import,
)
from tests.waiting import until


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]
    gc.unfreeze()


async def test_modules_arrive_from_another_thread_with_the_collector_off(folder: Path) -> None:
    (folder / "heavy_one.py").write_text(
        "import gc, threading\nis_on = gc.isenabled()\nthread = threading.current_thread().name\n"
    )
    (heavy,) = await late_import("heavy_one")
    assert heavy.is_on is False
    assert heavy.thread != threading.current_thread().name
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0


async def test_a_missing_module_raises_and_the_collector_is_back(folder: Path) -> None:
    with pytest.raises(ImportError):
        await late_import("no_such_module_anywhere")
    assert gc.isenabled()


async def test_the_collector_comes_back_with_the_last_of_several(folder: Path) -> None:
    (folder / "slow_one.py").write_text(
        "import builtins\nbuiltins.slow_go.wait()\nimport gc\nis_on = gc.isenabled()\n"
    )
    (folder / "quick_one.py").write_text("")
    go = sys.modules["builtins"].__dict__["slow_go"] = threading.Event()
    slow = asyncio.ensure_future(late_import("slow_one"))
    await late_import("quick_one")
    go.set()
    ((module,),) = (await slow,)
    assert module.is_on is False
    assert gc.isenabled()
    del sys.modules["builtins"].__dict__["slow_go"]


def test_a_collector_that_was_off_stays_off(folder: Path) -> None:
    gc.disable()
    try:
        import_quietly("json")
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_freezing_takes_what_is_there_out_of_sight(folder: Path) -> None:
    kept = [[number] for number in range(5_000)]
    freeze_garbage()
    assert gc.get_freeze_count() >= len(kept)


@asynccontextmanager
async def resting(at_work: Callable[[], list[str]]) -> AsyncIterator[list[int]]:
    """The collector's new habit, with the generations it collected meanwhile."""
    collected: list[int] = []

    def note(phase: str, info: dict[str, int]) -> None:
        if phase == "stop":
            collected.append(info["generation"])

    before = gc.get_threshold()
    rest = asyncio.ensure_future(collect_at_rest(at_work, look_seconds=0.001))
    await asyncio.sleep(0)
    gc.callbacks.append(note)
    yield collected
    gc.callbacks.remove(note)
    rest.cancel()
    await asyncio.wait([rest])
    assert gc.get_threshold() == before
    gc.unfreeze()


def age(collections: int) -> None:
    """Let so many collections of the middle generation go by."""
    for _ in range(collections):
        gc.collect(1)


async def test_nothing_is_collected_fully_while_something_is_at_work() -> None:
    work, looks = ["a run"], list[int]()

    def at_work() -> list[str]:
        looks.append(1)
        return work

    async with resting(at_work) as collected:
        age(ENOUGH_YOUNG * 3)
        seen = len(looks)
        await until(lambda: len(looks) > seen + 3)
        assert 2 not in collected
        work.clear()
        await until(lambda: 2 in collected)


async def test_a_full_collection_that_is_long_overdue_is_made_anyway() -> None:
    async with resting(lambda: ["a run"]) as collected:
        age(FAR_TOO_MANY)
        await until(lambda: 2 in collected)


async def test_what_is_at_rest_is_left_alone() -> None:
    looks: list[int] = []

    def at_work() -> list[str]:
        looks.append(1)
        return []

    async with resting(at_work) as collected:
        gc.collect()
        collected.clear()
        await until(lambda: len(looks) > 3)
        assert 2 not in collected
