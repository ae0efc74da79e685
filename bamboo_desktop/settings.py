"""BootSettings: the little that must be known before the store is open, in one small file."""

from __future__ import annotations

import json
import logging
import os
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from bamboo_desktop.domain.errors import StorageError

log = logging.getLogger(__name__)


class LoopKind(StrEnum):
    """Which event loop carries the window program."""

    BAMBOO = "bamboo"
    """Our own scheduler."""
    QASYNC = "qasync"
    """qasync as it comes, to fall back to."""


class LogLevel(StrEnum):
    """How much the log tells."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, kw_only=True, slots=True)
class BootSettings:
    """What the start of the program depends on; everything else is in the store."""

    loop: LoopKind = LoopKind.BAMBOO
    log_level: LogLevel = LogLevel.INFO


def load(path: Path) -> BootSettings:
    """Read the settings; a missing file means the defaults.

    A file that cannot be understood is kept beside as `*.broken` and the defaults hold; a single
    value that is not understood is passed over.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return BootSettings()
    except OSError as error:
        log.warning("The settings file %s cannot be read (%s); the defaults hold.", path, error)
        return BootSettings()
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        _keep_aside(path)
        return BootSettings()
    return _from_json(content)


def save(path: Path, settings: BootSettings) -> None:
    """Write the settings so that a crash leaves either the old file or the new one.

    Raises:
        StorageError: the file cannot be written; the old one is as it was.
    """
    draft = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with draft.open("w", encoding="utf-8") as file:
            file.write(json.dumps(asdict(settings), indent=2) + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        raise StorageError(
            f"The settings could not be saved to {path}; check that the folder can be written.",
            details=str(error),
        ) from error


def _from_json(content: dict[str, Any]) -> BootSettings:
    known: dict[str, Any] = {}
    for field in fields(BootSettings):
        if field.name not in content:
            continue
        kind: type = type(field.default)
        try:
            known[field.name] = kind(content[field.name])
        except (ValueError, TypeError):
            log.warning("The setting %s is not understood; its default holds.", field.name)
    return BootSettings(**known)


def _keep_aside(path: Path) -> None:
    aside = path.with_name(path.name + ".broken")
    try:
        path.replace(aside)
    except OSError:
        log.warning("The settings file %s is broken; the defaults hold.", path)
    else:
        log.warning("The settings file was broken: kept as %s; the defaults hold.", aside)
