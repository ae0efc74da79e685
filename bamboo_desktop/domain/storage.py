"""What the store has to tell the person about the data folder when the program starts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Restored:
    """The database was damaged; the newest good backup took its place.

    What happened after `lost_from` (the backup) and until `lost_until` (the last write to the
    damaged file) is gone. The damaged files are kept in the folder `set_aside`.
    """

    backup_at: datetime
    lost_from: datetime
    lost_until: datetime
    set_aside: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StartedFresh:
    """The database was damaged and no good backup exists; an empty one took its place."""

    set_aside: str
    lost_until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class BackupFailed:
    """The daily backup could not be made; `sentence` says why and what to do."""

    sentence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LowSpace:
    """The disk of the data folder is nearly full."""

    free_bytes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class UnsafeFolder:
    """The data folder is on a file system whose locks cannot be trusted (network, sync)."""

    path: str
    file_system: str


StorageNotice = Restored | StartedFresh | BackupFailed | LowSpace | UnsafeFolder
