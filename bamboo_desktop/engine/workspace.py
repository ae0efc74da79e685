"""The folder a session works in, checked when it is chosen."""

from __future__ import annotations

import os
from pathlib import Path

from bamboo_desktop.domain.errors import InvalidInputError


def checked_workspace(text: str) -> str:
    """The folder as an absolute path without symbolic links; empty stays empty.

    Raises:
        InvalidInputError: it is missing, a file, a loop of links, or not readable.
    """
    if not text.strip():
        return ""
    try:
        path = Path(text.strip()).expanduser().resolve(strict=True)
    except FileNotFoundError:
        raise InvalidInputError(
            f"The folder {text} does not exist; choose another one or create it first."
        ) from None
    except (OSError, RuntimeError, ValueError):
        raise InvalidInputError(
            f"The folder {text!r} cannot be opened: its path is broken or leads in a circle. "
            "Choose another one."
        ) from None
    if not path.is_dir():
        raise InvalidInputError(f"{path} is a file, not a folder; choose the folder it is in.")
    if not os.access(path, os.R_OK | os.X_OK):
        raise InvalidInputError(f"The folder {path} may not be read by you; choose another one.")
    return str(path)
