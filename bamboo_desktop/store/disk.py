"""What the disk of the data folder is like: room left, and whether its locks can be trusted."""

from __future__ import annotations

import shutil
from pathlib import Path

from bamboo_desktop.domain.storage import LowSpace, StorageNotice, UnsafeFolder

LOW_BYTES = 200 * 1024 * 1024
FULL_BYTES = 1024 * 1024
"""With less than this SQLite cannot even make the files it keeps beside the database."""
_MOUNTS = Path("/proc/self/mountinfo")
_UNSAFE = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "fuse.sshfs",
     "fuse.rclone", "fuse.s3fs", "davfs", "ncpfs", "vboxsf"}
)  # fmt: skip


def notices(path: Path) -> tuple[StorageNotice, ...]:
    """What a person should know about the disk before trusting it with work."""
    found: list[StorageNotice] = []
    free = shutil.disk_usage(path).free
    if free < LOW_BYTES:
        found.append(LowSpace(free_bytes=free))
    kind = file_system(path)
    if kind in _UNSAFE:
        found.append(UnsafeFolder(path=str(path), file_system=kind))
    return tuple(found)


def is_full(path: Path) -> bool:
    """Whether hardly anything fits on the disk any more; a disk that cannot be asked is not."""
    try:
        return shutil.disk_usage(path).free < FULL_BYTES
    except OSError:
        return False


def file_system(path: Path) -> str:
    """The file system type of the path on Linux, empty where it cannot be told."""
    try:
        lines = _MOUNTS.read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    place = str(path.resolve())
    best, kind = "", ""
    for line in lines:
        left, _, right = line.partition(" - ")
        point = left.split()[4].replace("\\040", " ")
        is_above = place == point or place.startswith(point.rstrip("/") + "/")
        if is_above and len(point) >= len(best):
            best, kind = point, right.split()[0]
    return kind
