"""bambooctl: the program without a window, on the command line."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from bamboo_desktop.cli.arguments import parse
from bamboo_desktop.cli.exits import Exit


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    options = parse(sys.argv[1:] if argv is None else argv)
    # Everything heavy comes after the arguments were found to be sound.
    from bamboo_desktop.cli.running import run_command

    try:
        return run_command(options)
    except BrokenPipeError:
        return Exit.FAILED
