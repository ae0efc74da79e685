"""Where the socket lies: beside the data, or in a private folder when that path is too long."""

from __future__ import annotations

import contextlib
import hashlib
import os
import socket
import stat
import tempfile
from pathlib import Path

LONGEST_SOCKET_PATH = 100
"""The kernel takes 107 bytes, others 103."""
SOCKET_NAME = "control.sock"


def socket_path(data_dir: Path) -> Path | None:
    """A path only its user can reach; None when the system has no such sockets or places."""
    if not hasattr(socket, "AF_UNIX"):
        return None
    beside = data_dir / SOCKET_NAME
    if _fits(beside):
        return beside
    name = f"bamboo-desktop-{hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]}"
    bases = (os.environ.get("XDG_RUNTIME_DIR", ""), tempfile.gettempdir(), "/tmp")
    for base in dict.fromkeys(base for base in bases if base):
        path = Path(base) / name / SOCKET_NAME
        if _fits(path) and _is_private(path.parent):
            return path
    return None


def bind_private(path: Path) -> socket.socket:
    """A listening socket that was never open to others, not for a moment.

    Whatever lies at the path is taken away first: a socket of a dead owner, or a link (the link
    itself, never what it leads to).

    Raises:
        OSError: the system refuses.
    """
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        # Before the bind, so that the file is born with this mode; not every system can do that.
        with contextlib.suppress(OSError):
            os.fchmod(listening.fileno(), 0o600)
        listening.bind(os.fspath(path))
        path.chmod(0o600)
        listening.setblocking(False)  # noqa: FBT003 - the library's own
    except BaseException:
        listening.close()
        raise
    return listening


def take_away(path: Path, data_dir: Path) -> None:
    """Remove the socket, and the private folder that was made for it."""
    with contextlib.suppress(OSError):
        path.unlink()
    if path.parent != data_dir:
        with contextlib.suppress(OSError):
            path.parent.rmdir()


def _fits(path: Path) -> bool:
    return len(os.fsencode(path)) <= LONGEST_SOCKET_PATH


def _is_private(folder: Path) -> bool:
    """Make the folder where needed; one that others planted or may enter is not used."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        pass
    except OSError:
        return False
    status = folder.lstat()
    is_mine = status.st_uid == os.getuid() and not status.st_mode & 0o077
    return is_mine and stat.S_ISDIR(status.st_mode)
