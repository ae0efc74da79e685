"""What the window remembers of itself; read before the store is open, so it is a small file.

The look is a preference of the store; its copy here only colours the first frame.
"""

from __future__ import annotations

import json
import logging
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path

_LOG = logging.getLogger(__name__)
_NAME = "window.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class WindowState:
    """Where and how the window was when it was left."""

    geometry: str = ""
    splits: str = ""
    page: str = "sessions"
    session_id: str = ""
    theme: str = "system"
    has_list: bool = True
    has_inspector: bool = True
    inspector_tab: int = 0


class WindowMemory:
    """Reads and writes the state of the window beside the database; a lost file costs nothing."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / _NAME

    def read(self) -> WindowState:
        """The state that was left, or the first one."""
        try:
            stored = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return WindowState()
        if not isinstance(stored, dict):
            return WindowState()
        fresh = asdict(WindowState())
        known = {field.name for field in fields(WindowState)}
        fresh |= {
            name: value
            for name, value in stored.items()
            if name in known and type(value) is type(fresh[name])
        }
        return WindowState(**fresh)

    def write(self, state: WindowState) -> None:
        """Keep the state; a disk that refuses is logged and forgotten."""
        aside = self._path.with_suffix(".new")
        try:
            aside.write_text(json.dumps(asdict(state), indent=1), encoding="utf-8")
            aside.chmod(0o600)
            os.replace(aside, self._path)  # noqa: PTH105 - Path.replace hides the atomicity
        except OSError as error:
            _LOG.info("the window's state was not kept: %s", error)
