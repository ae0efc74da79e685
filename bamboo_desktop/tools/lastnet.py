"""Ending processes by the process table, where no supervisor can do it any more."""

from __future__ import annotations

import threading
from contextlib import suppress

import psutil

_JOB = "BAMBOO_JOB"
_MOST_LOOKS = 100
_CLEAN_LOOKS = 3
_BETWEEN_LOOKS = 0.03


def kill_below(pid: int) -> None:
    """Kill a process and everything that descends from it now."""
    with suppress(psutil.Error):
        top = psutil.Process(pid)
        for process in (*top.children(recursive=True), top):
            with suppress(psutil.Error):
                process.kill()


def kill_marked(token: str) -> None:
    """Kill what still carries the job's mark: the last net below supervisor and subreaper.

    One look is not enough: a process may fork behind it, or be between two programs.
    """
    pause = threading.Event()
    clean = 0
    for _ in range(_MOST_LOOKS):
        clean = 0 if _found_marked(token) else clean + 1
        if clean == _CLEAN_LOOKS:
            return
        pause.wait(_BETWEEN_LOOKS)


def _found_marked(token: str) -> bool:
    found = False
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.environ().get(_JOB) == token:
                found = True
                process.kill()
    return found
