"""Places no tool may read or write: the program's own data, its settings, keyrings."""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path

from bamboo_desktop.tools.port import ToolCallError
from bamboo_desktop.tools.visible import visible

_OWN_PROCESS = re.compile(r"/proc/(\d+)(/|$)")
_DROPPED_ENDS = re.compile(r"[. ]+(?=[/\\]|$)")
_SEARCHED_FOR_LINKS = 20_000


class Protected:
    """The protected places, found again by name and by identity, whether they exist yet or not.

    Args:
        paths: folders or files; everything beneath a folder is protected with it.
    """

    def __init__(self, paths: tuple[Path, ...] = ()) -> None:
        self._paths = tuple(str(path.absolute()) for path in paths)

    def refuse(self, real: str) -> None:
        """Check a canonical name.

        Raises:
            ToolCallError: it is protected.
        """
        if self.covers(real):
            raise ToolCallError(
                f"{visible(real)} belongs to Bamboo itself or to a keyring; tools may neither read "
                "nor change it. Do without it, or ask the person."
            )

    def covers(self, real: str) -> bool:
        """True when the canonical name is a protected place or lies beneath one."""
        own = _OWN_PROCESS.match(real)
        if own and int(own[1]) == os.getpid():
            return True
        folded = _folded(real)
        if any(_is_beneath(folded, _folded(path)) for path in self._names()):
            return True
        return bool(self._identities() & _ancestry(real))

    def refuse_link(self, opened: os.stat_result, real: str) -> None:
        """Check an open file that has further names: one of them may be protected.

        Raises:
            ToolCallError: it is a hard link to a protected file.
        """
        if opened.st_nlink > 1 and self._holds((opened.st_dev, opened.st_ino)):
            raise ToolCallError(
                f"{visible(real)} is a second name of a file that belongs to Bamboo itself; tools "
                "may neither read nor change it."
            )

    def all_identities(self) -> frozenset[tuple[int, int]]:
        """Device and inode of every protected place and of the files beneath it."""
        found = set(self._identities())
        for path in self._paths:
            for folder, _, files in os.walk(path):
                found |= {key for name in files if (key := identity(f"{folder}/{name}"))}
                if len(found) > _SEARCHED_FOR_LINKS:
                    return frozenset(found)
        return frozenset(found)

    def _names(self) -> set[str]:
        return {*self._paths, *(os.path.realpath(path) for path in self._paths)}

    def _identities(self) -> set[tuple[int, int]]:
        return {found for path in self._paths if (found := identity(path))}

    def _holds(self, wanted: tuple[int, int]) -> bool:
        seen = 0
        for path in self._paths:
            if identity(path) == wanted:
                return True
            for folder, _, files in os.walk(path):
                seen += len(files)
                if seen > _SEARCHED_FOR_LINKS:
                    return True
                if any(identity(f"{folder}/{name}") == wanted for name in files):
                    return True
        return False


def identity(path: str) -> tuple[int, int] | None:
    """Device and inode of what the name means now, or None."""
    try:
        found = Path(path).stat()
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino


def _ancestry(real: str) -> set[tuple[int, int]]:
    path = Path(real)
    return {key for name in (path, *path.parents) if (key := identity(str(name)))}


def _is_beneath(name: str, folder: str) -> bool:
    return name == folder or name.startswith(folder.rstrip(os.sep) + os.sep)


def _folded(path: str) -> str:
    # A case variant, a decomposed letter or a trailing dot is the same file on some systems.
    folded = unicodedata.normalize("NFC", path).casefold()
    return _DROPPED_ENDS.sub("", folded)
