"""Where a path given by a model leads: into the session's folder or out of it."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from pathlib import Path, PurePath

from bamboo_desktop.tools import beneath
from bamboo_desktop.tools.port import ToolCallError
from bamboo_desktop.tools.protected import Protected
from bamboo_desktop.tools.visible import visible

_LONGEST_PATH = 4096


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A judged name: `real` is canonical, without a symlink in it at the time of judging.

    `root` is the canonical session folder when the place lies in it, else None.
    """

    real: str
    root: str | None

    @property
    def is_inside(self) -> bool:
        """True when the place is the session's folder or beneath it."""
        return self.root is not None

    @property
    def shown(self) -> str:
        """The absolute name for people and for the model."""
        return visible(self.real)


class Workspace:
    """A session's folder, and the judgement of names against it.

    Args:
        path: the session's folder as stored, or empty when it has none.
        protected: what no tool may touch.
    """

    def __init__(self, path: str, protected: Protected) -> None:
        self._path = path
        self.protected = protected

    def root(self) -> str:
        """The canonical name of the folder.

        Raises:
            ToolCallError: there is none, or it is missing, a file, a loop, not readable.
        """
        if not self._path:
            raise ToolCallError(
                "This session has no folder. Give an absolute path, or ask the person to choose a "
                "folder for the session."
            )
        shown = visible(self._path)
        try:
            found = Path(self._path).stat()
        except (OSError, ValueError) as error:
            raise ToolCallError(_root_trouble(shown, error)) from error
        if not stat.S_ISDIR(found.st_mode):
            raise ToolCallError(
                f"The session's folder {shown} is a file. Ask the person to choose a folder."
            )
        return os.path.realpath(self._path)

    def locate(self, given: str) -> Place:
        """Judge a path: relative ones start at the session's folder, `~/` at the home folder.

        Raises:
            ToolCallError: it cannot be a path, it is protected, or there is no folder to start at.
        """
        if not given or "\0" in given or len(os.fsencode(given)) > _LONGEST_PATH:
            raise ToolCallError("The path is empty, too long or holds a NUL; give a usable path.")
        if given == "~" or given.startswith("~/"):
            given = str(Path.home()) + given[1:]
        is_absolute = Path(given).is_absolute()
        root = self.root() if not is_absolute else self._root_or_none()
        try:
            real = os.path.realpath(given if root is None else Path(root) / given)
        except OSError as error:
            raise trouble(Place(real=given, root=None), error) from error
        self.protected.refuse(real)
        inside = root is not None and PurePath(real).is_relative_to(root)
        return Place(real=real, root=root if inside else None)

    def _root_or_none(self) -> str | None:
        try:
            return self.root()
        except ToolCallError:
            return None


def open_place(place: Place, flags: int, mode: int = 0) -> int:
    """Open exactly the judged name, no symlink followed.

    Raises:
        OSError: it cannot be opened, or has become something else since it was judged.
    """
    if not beneath.HAS_DESCRIPTORS:
        return beneath.open_plain(place.real, flags, mode)
    root = place.root or "/"
    relative = os.path.relpath(place.real, root)
    with beneath.anchored(root) as anchor:
        return beneath.open_beneath(anchor, relative, flags, mode)


def trouble(place: Place, error: OSError) -> ToolCallError:
    """What the system refused, as a sentence the model can act on."""
    shown = place.shown
    sentences = {
        errno.ENOENT: f"{shown} does not exist.",
        errno.ENOTDIR: f"A part of {shown} is a file or a symlink, not a folder.",
        errno.EISDIR: f"{shown} is a folder; name a file.",
        errno.EACCES: f"No permission to open {shown}.",
        errno.EPERM: f"The system does not permit this with {shown}.",
        errno.EROFS: f"{shown} is on a read-only file system; nothing was changed.",
        errno.ENOSPC: f"The disk is full; {shown} was not changed.",
        errno.EDQUOT: f"The disk quota is used up; {shown} was not changed.",
        errno.ENAMETOOLONG: f"The name {shown[:80]}\u2026 is too long for the file system.",
        errno.ELOOP: f"{shown} is a symlink loop, or a symlink took its place just now.",
        errno.EINVAL: f"{shown} changed while it was looked at; try again.",
        errno.EXDEV: f"{shown} leads out of the folder it was found in.",
        errno.ENXIO: f"{shown} is a pipe or a device, not a file.",
    }
    known = sentences.get(error.errno or 0)
    return ToolCallError(known or f"{shown}: {error.strerror or type(error).__name__}.")


def _root_trouble(shown: str, error: OSError | ValueError) -> str:
    code = error.errno if isinstance(error, OSError) else None
    if code in (errno.ENOENT, errno.ENOTDIR):
        return f"The session's folder {shown} does not exist (any more)."
    if code == errno.ELOOP:
        return f"The session's folder {shown} is a symlink loop."
    if code in (errno.EACCES, errno.EPERM):
        return f"No permission to enter the session's folder {shown}."
    return f"The session's folder {shown} cannot be used."
