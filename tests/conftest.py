"""What every test gets: the right loop, guards, and a data folder of its own."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.guards import LeftTasks, LogGuard

if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

LoopFactory = Callable[[], asyncio.AbstractEventLoop]

_GUARD = pytest.StashKey[LogGuard]()
_LEFT_TASKS = LeftTasks()
_LEFT_TASKS.watch()


def _qt_loop(kind: str) -> LoopFactory:
    def make() -> asyncio.AbstractEventLoop:
        from PySide6.QtWidgets import QApplication

        from bamboo_desktop.loop import new_loop
        from bamboo_desktop.settings import LoopKind

        app = QApplication.instance() or QApplication([])
        return new_loop(app, kind=LoopKind(kind))

    return make


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the whole storms and kill loops too")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long tests out of a run that did not ask for them."""
    if config.getoption("--long"):
        return
    long = [item for item in items if item.get_closest_marker("long")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "every_loop: runs on asyncio's, qasync's and our own loop")


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, LoopFactory]:
    """Tests with Qt in hand run on the window's loop, all others on asyncio's own."""
    if item.get_closest_marker("every_loop"):
        return {
            "asyncio": asyncio.new_event_loop,
            "qasync": _qt_loop("qasync"),
            "bamboo": _qt_loop("bamboo"),
        }
    fixtures: list[str] = getattr(item, "fixturenames", [])
    if "qapp" in fixtures or "qtbot" in fixtures:
        return {"bamboo": _qt_loop("bamboo")}
    return {"asyncio": asyncio.new_event_loop}


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    guard = item.stash[_GUARD] = LogGuard()
    guard.attach()
    return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    result = yield
    if item.get_closest_marker("every_loop"):
        # A closed Qt loop is a cycle that holds timers; collected in whichever thread allocates
        # next, they take the process down with them.
        gc.collect()
    guard = item.stash[_GUARD]
    guard.detach()
    if left := _LEFT_TASKS.taken():
        pytest.fail("tasks left alive:\n" + "\n".join(left), pytrace=False)
    if guard.complaints:
        lines = "\n".join(guard.complaints)
        pytest.fail(f"unexpected log (ask for it with expects_log):\n{lines}", pytrace=False)
    return result


@pytest.fixture
def expects_log(request: pytest.FixtureRequest) -> list[Any]:
    """Allow warnings and errors in the log of this test; the value is the list of records."""
    guard: LogGuard = request.node.stash[_GUARD]
    guard.is_expected = True
    return guard.records


@pytest.fixture
def leaves_tasks() -> Iterator[None]:
    """Allow tasks that are still alive when the loop of this test is taken down."""
    yield
    _LEFT_TASKS.taken()


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data folder that does not exist yet."""
    return tmp_path / "data"
