"""SystemNetwork: whether this machine has a way to others, told without sending anything."""

from __future__ import annotations

import sys
from pathlib import Path

_ROUTES = Path("/proc/net/route")
_ROUTES_6 = Path("/proc/net/ipv6_route")
_UP = 0x1


class SystemNetwork:
    """Looks for a default route on Linux; elsewhere the network counts as up."""

    def is_up(self) -> bool:
        """True when there is a way, or when nobody can tell."""
        if sys.platform != "linux":
            return True
        try:
            return _has_default(_ROUTES) or _has_default_6(_ROUTES_6)
        except (OSError, ValueError, IndexError):
            return True


def _has_default(path: Path) -> bool:
    lines = path.read_text(encoding="ascii").splitlines()[1:]
    fields = (line.split() for line in lines)
    return any(each[1] == "00000000" and int(each[3], 16) & _UP for each in fields)


def _has_default_6(path: Path) -> bool:
    if not path.exists():
        return False
    fields = (line.split() for line in path.read_text(encoding="ascii").splitlines())
    return any(set(each[0]) == {"0"} and each[1] == "00" and each[9] != "lo" for each in fields)
