"""The time zone the person is in, as the system names it."""

from __future__ import annotations

import os
from pathlib import Path

_LINK = Path("/etc/localtime")
_NAME = Path("/etc/timezone")
_FOLDER = "zoneinfo/"
_UTC = "UTC"
_ALSO_UTC = frozenset({"", "Etc/UTC", "UCT", "Zulu"})


def local_zone() -> str:
    """Its IANA name; UTC where the system does not say."""
    name = os.environ.get("TZ", "").removeprefix(":") or _of_link() or _of_file()
    return _UTC if name in _ALSO_UTC or name.startswith("/") else name


def _of_link() -> str:
    try:
        _, _, name = str(_LINK.resolve()).partition(_FOLDER)
    except (OSError, RuntimeError):
        return ""
    return name.removeprefix("posix/").removeprefix("right/")


def _of_file() -> str:
    try:
        return _NAME.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
