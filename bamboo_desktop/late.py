"""Heavy imports after the first paint, and a garbage collector that does not freeze the window.

A full collection walks every object the imports left behind and stops all threads for up to some
hundred milliseconds. Objects that live as long as the program are therefore frozen: taken out of
the collector's sight, once after the start and again after each late import.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import threading
from types import ModuleType

_lock = threading.Lock()
_imports_under_way = 0
_was_enabled = True


def freeze_garbage() -> None:
    """Collect once, then keep what is left out of all later collections; for the end of a start."""
    gc.collect()
    gc.freeze()


async def late_import(*names: str) -> tuple[ModuleType, ...]:
    """Import modules in a background thread while the loop and the window go on.

    Modules that are there already cost nothing. Cancelling the caller does not stop the import.

    Raises:
        ImportError: one of them cannot be imported.
    """
    return await asyncio.to_thread(import_quietly, *names)


def import_quietly(*names: str) -> tuple[ModuleType, ...]:
    """Import modules in this thread with the collector off, then freeze what they made.

    There is no collection before the freeze: it would stop the window, and what little garbage an
    import leaves is cheaper kept.
    """
    _collector_off()
    try:
        return tuple(importlib.import_module(name) for name in names)
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
