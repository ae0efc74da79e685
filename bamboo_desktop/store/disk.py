"""What the disk of the data folder is like: room left, and whether its locks can be trusted."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from pathlib import Path

from bamboo_desktop.domain.storage import LowSpace, StorageNotice, UnsafeFolder

LOW_BYTES = 200 * 1024 * 1024
FULL_BYTES = 1024 * 1024
"""With less than this SQLite cannot even make the files it keeps beside the database."""
PROBE_BYTES = 65_536
_REFUSALS = {
    errno.EROFS: "its disk is read-only",
    errno.EACCES: "this user may not write there",
    errno.EPERM: "this user may not write there",
    errno.ENOSPC: "its disk is full",
    errno.EDQUOT: "the disk quota is used up",
}
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


def refusal(path: Path) -> str:
    """Why nothing can be written into the folder, as part of a sentence; empty when it may be.

    Nothing is written to find out: a quota that is used up shows only to `tried_refusal`.
    """
    if is_full(path):
        return _REFUSALS[errno.ENOSPC]
    if os.access(path, os.W_OK):
        return ""
    return _REFUSALS[errno.EROFS if _is_read_only(path) else errno.EACCES]


def tried_refusal(path: Path) -> str:
    """The same, found out by writing a little."""
    try:
        with tempfile.TemporaryFile(dir=path, buffering=0) as probe:
            probe.write(bytes(PROBE_BYTES))
    except OSError as error:
        return _REFUSALS.get(error.errno or 0, (error.strerror or "the system refuses").lower())
    return refusal(path)


def _is_read_only(path: Path) -> bool:
    try:
        return hasattr(os, "statvfs") and bool(os.statvfs(path).f_flag & os.ST_RDONLY)
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
