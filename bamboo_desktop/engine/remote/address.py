"""Address: where the owner of a data folder listens, written down in the folder itself."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import socket
import tempfile
from dataclasses import dataclass
from pathlib import Path

FILE_NAME = "control.json"
LONGEST_SOCKET_PATH = 100
"""The kernel takes 107 bytes; some room is left for the temporary name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """A Unix socket, or a loopback port where there are none, and the token that opens it."""

    token: str
    path: str = ""
    port: int = 0

    @classmethod
    def fresh(cls, data_dir: Path) -> Address:
        """A new address for the owner of the folder."""
        token = secrets.token_urlsafe(32)
        if hasattr(socket, "AF_UNIX"):
            return cls(token=token, path=str(_socket_path(data_dir)))
        return cls(token=token)

    @classmethod
    def read(cls, data_dir: Path) -> Address | None:
        """The address its owner has written, or None."""
        try:
            raw = json.loads((data_dir / FILE_NAME).read_text("utf-8"))
            return cls(token=str(raw["token"]), path=str(raw["path"]), port=int(raw["port"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, data_dir: Path) -> None:
        """Write the address for others of the same user to find: a file of mode 0600."""
        target = data_dir / FILE_NAME
        new = target.with_suffix(".new")
        with contextlib.suppress(FileNotFoundError):
            new.unlink()
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"token": self.token, "path": self.path, "port": self.port}, file)
        new.replace(target)


def _socket_path(data_dir: Path) -> Path:
    """Beside the data; in a private folder of its own when that path is too long for a socket."""
    beside = data_dir / "control.sock"
    if len(os.fsencode(beside)) <= LONGEST_SOCKET_PATH:
        return beside
    name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"bamboo-desktop-{os.getuid()}-{name}"
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    if status.st_uid != os.getuid() or status.st_mode & 0o077 or folder.is_symlink():
        folder = Path(tempfile.mkdtemp(prefix="bamboo-desktop-"))
    return folder / "control.sock"
