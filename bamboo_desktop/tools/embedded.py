"""How the two small programs beside the main one are started, from source and when packaged."""

from __future__ import annotations

import sys
from pathlib import Path

_OPTION = "--embedded"
_NAMES = frozenset({"supervisor", "searcher"})


def command_of(name: str) -> tuple[str, ...]:
    """The start of the command line; a packaged program has no interpreter and starts itself."""
    if getattr(sys, "frozen", False):
        return (sys.executable, _OPTION, name)
    return (sys.executable, "-I", "-S", str(Path(__file__).with_name(f"{name}.py")))


def run_embedded(argv: list[str]) -> bool:
    """Run one of them when the command line asks for it; to be called before anything else.

    Returns:
        True when it has run and the process should end.
    """
    if len(argv) < 3 or argv[1] != _OPTION or argv[2] not in _NAMES:
        return False
    import runpy

    sys.argv = [argv[2], *argv[3:]]
    runpy.run_module(f"bamboo_desktop.tools.{argv[2]}", run_name="__main__")
    return True
