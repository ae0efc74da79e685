"""Address: where the owner of a data folder listens, written down in the folder itself."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

FILE_NAME = "control.json"
FORMER_NAME = "control.former.json"
"""The address of the last owner that left in order; nobody listens there any more."""
LARGEST_FILE = 4_096


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """A Unix socket, or a loopback port where there are none, and the token that opens it."""

    token: str
    path: str = ""
    port: int = 0

    @classmethod
    def read(cls, data_dir: Path) -> Address | None:
        """The address its owner has written, or None."""
        try:
            raw = json.loads(_read_own(data_dir / FILE_NAME))
            return cls(token=str(raw["token"]), path=str(raw["path"]), port=int(raw["port"]))
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
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


def fresh_token() -> str:
    """A token that nobody guesses; it lasts as long as its owner."""
    return secrets.token_urlsafe(32)


def _read_own(path: Path) -> bytes:
    """A small regular file: no link is followed, and no pipe is waited for."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(path, flags)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError("not a regular file")
        return file.read(LARGEST_FILE)
