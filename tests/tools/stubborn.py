"""A command that does everything to survive, and who is left of it."""

from __future__ import annotations

from pathlib import Path

import psutil

# Leaves the shell, its session, and its parent; marks itself with its folder as an argument.
STUBBORN = (
    "trap '' TERM HUP; sleep 999 & setsid sleep 999 & (setsid sh -c 'sleep 999 & sleep 999' &) ;"
    " echo up; sleep 999"
)


def survivors(folder: Path) -> list[psutil.Process]:
    """Living processes that work in that folder."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.status() != psutil.STATUS_ZOMBIE and process.cwd() == str(folder):
                found.append(process)
        except psutil.Error:
            continue
    return found
