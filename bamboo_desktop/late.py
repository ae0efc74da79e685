"""Imports when they are needed, and a garbage collector that does not freeze the window.

A full collection walks every object the imports left behind and stops all threads for up to some
hundred milliseconds. Objects that live as long as the program are therefore frozen: taken out of
the collector's sight, once after the start and again after each late import. What is left is
looked through while nothing runs.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import ModuleType

LOOK_SECONDS = 20.0
ENOUGH_YOUNG = 10
"""So many collections of young objects make a full one worth while; Python's own measure."""
FAR_TOO_MANY = 500
"""So many make it necessary, whatever runs: minutes of many answers at once."""
_NEVER = 1_000_000
_lock = threading.Lock()
_imports_under_way = 0
_was_enabled = True


def freeze_garbage() -> None:
    """Collect once, then keep what is left out of all later collections; for the end of a start."""
    gc.collect()
    gc.freeze()


async def collect_at_rest(
    at_work: Callable[[], Collection[object]], *, look_seconds: float = LOOK_SECONDS
) -> None:
    """End a start with `freeze_garbage`, then make full collections while nothing is at work.

    Left to itself the collector makes one when many objects were made: while answers stream in.
    With something at work it is made only when it is long overdue. Runs until it is cancelled;
    then the collector is left to itself again.
    """
    freeze_garbage()
    young, middle, old = gc.get_threshold()
    gc.set_threshold(young, middle, _NEVER)
    try:
        while True:
            await asyncio.sleep(look_seconds)
            if gc.get_count()[2] >= (FAR_TOO_MANY if at_work() else ENOUGH_YOUNG):
                gc.collect()
    finally:
        gc.set_threshold(young, middle, old)


async def late_import(*names: str) -> tuple[ModuleType, ...]:
    """Import modules in a background thread while the loop and the window go on.

    Modules that are there already cost nothing. Cancelling the caller does not stop the import.

    Raises:
        ImportError: one of them cannot be imported.
    """
    return await asyncio.to_thread(import_quietly, *names)


def names_at(
    namespace: dict[str, object], homes: Mapping[str, Sequence[str]]
) -> Callable[[str], object]:
    """The `__getattr__` of a package whose names are imported when they are first asked for.

    Args:
        namespace: the package's `globals()`, where a name stays once it was imported.
        homes: the modules the names live in.
    """
    home_of = {name: home for home, names in homes.items() for name in names}

    def find(name: str) -> object:
        home = home_of.get(name)
        if home is None:
            package = namespace["__name__"]
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value: object = getattr(importlib.import_module(home), name)
        namespace[name] = value
        return value

    return find


def import_quietly(*names: str) -> tuple[ModuleType, ...]:
    """Import modules in this thread with the collector off, then freeze what they made.

    There is no collection before the freeze: it would stop the window, and what little garbage an
    import leaves is cheaper kept.
    """
    with made_to_stay():
        return tuple(importlib.import_module(name) for name in names)


@contextmanager
def made_to_stay() -> Iterator[None]:
    """Around what makes many objects that live as long as the program: no collection, then freeze.

    For a thread that is not the window's.
    """
    _collector_off()
    try:
        yield
    finally:
        _collector_on()


def _collector_off() -> None:
    global _imports_under_way, _was_enabled  # noqa: PLW0603 - the collector is the process's own
    with _lock:
        if _imports_under_way == 0:
            _was_enabled = gc.isenabled()
            gc.disable()
        _imports_under_way += 1


def _collector_on() -> None:
    global _imports_under_way  # noqa: PLW0603
    with _lock:
        _imports_under_way -= 1
        if _imports_under_way == 0:
            gc.freeze()
            if _was_enabled:
                gc.enable()
