"""Imports that take seconds, made in a background thread at the first use."""

from __future__ import annotations

import asyncio
import gc
import importlib
import threading
from types import ModuleType

_LOCK = threading.Lock()


async def late_import(name: str) -> ModuleType:
    """Import a module without holding up the loop.

    The collector is off meanwhile: its passes over the growing heap stop every thread.
    """
    return await asyncio.to_thread(_import, name)


def _import(name: str) -> ModuleType:
    with _LOCK:
        was_on = gc.isenabled()
        gc.disable()
        try:
            return importlib.import_module(name)
        finally:
            if was_on:
                gc.enable()
