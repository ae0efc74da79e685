"""Numbers on the command line."""

from __future__ import annotations

import argparse

_MOST = 10**15 - 1


def positive(text: str) -> int:
    """A whole number from 1 up."""
    return _number(text, least=1)


def count(text: str) -> int:
    """A whole number from 0 up."""
    return _number(text, least=0)


def _number(text: str, *, least: int) -> int:
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()):
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a whole number")
    if text.startswith("-"):
        raise argparse.ArgumentTypeError(f"has to be {least} or more")
    # Looked at by its length first: Python refuses to read thousands of digits.
    if len(digits) > len(str(_MOST)):
        raise argparse.ArgumentTypeError(f"has to be {_MOST:,} or less")
    if int(digits) < least:
        raise argparse.ArgumentTypeError(f"has to be {least} or more")
    return int(digits)
