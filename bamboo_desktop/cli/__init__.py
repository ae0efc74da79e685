"""bambooctl: the program without a window, on the command line."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from bamboo_desktop.cli import outlet
from bamboo_desktop.cli.arguments import parse
from bamboo_desktop.cli.exits import Exit


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    options = parse(sys.argv[1:] if argv is None else argv)
    _prepare(is_json=options.as_json or bool(options.values.get("batch")))
    # Everything heavy comes after the arguments were found to be sound.
    from bamboo_desktop.cli.running import run_command

    try:
        return run_command(options)
    except BrokenPipeError:
        outlet.forget()
        return Exit.FAILED


def _prepare(*, is_json: bool) -> None:
    """Let every text be written, whatever the terminal's encoding; JSON is UTF-8."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is None:
            continue
        if is_json and stream is sys.stdout:
            reconfigure(encoding="utf-8", errors="backslashreplace")
        else:
            reconfigure(errors="backslashreplace")
