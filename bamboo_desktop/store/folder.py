"""The data folder: private to its user, owned by one process at a time."""

from __future__ import annotations

import errno
import os
import stat
import sys
from pathlib import Path

from bamboo_desktop.domain.errors import InstanceRunningError, StorageError

_REASONS = {
    errno.EROFS: "it is on a read-only disk; choose another folder with --data-dir",
    errno.EACCES: "this user may not write there; change its permissions or choose another folder "
    "with --data-dir",
    errno.EPERM: "this user may not write there; change its permissions or choose another folder "
    "with --data-dir",
    errno.ENOSPC: "the disk is full; free some space",
    errno.EDQUOT: "the disk quota is used up; free some space",
    errno.ENOENT: "the folder above it does not exist; create that first or choose another folder "
    "with --data-dir",
    errno.ENOTDIR: "a part of its path is a file; choose another folder with --data-dir",
    errno.EEXIST: "a file has that name; move it away or choose another folder with --data-dir",
    errno.EISDIR: "a folder has the name of one of its files; move it away",
    errno.ELOOP: "its path is a loop of symbolic links; choose another folder with --data-dir",
    errno.ENAMETOOLONG: "its name is too long; choose another folder with --data-dir",
    errno.EIO: "the disk reported an error; check the disk",
}


class DataFolder:
    """A data folder this process owns until `release`, or until it dies in whatever way."""

    def __init__(self, *, path: Path, lock: int | None) -> None:
        self.path = path
        self._lock = lock

    @classmethod
    def claim(cls, path: Path) -> DataFolder:
        """Create the folder where needed and take its lock.

        Raises:
            InstanceRunningError: another process owns it.
            StorageError: it cannot be used, with the reason.
        """
        try:
            _private_folder(path)
            descriptor = _open_lock(path / "lock")
        except OSError as error:
            raise folder_error(path, error) from error
        try:
            _take(descriptor, path)
            _sign(descriptor)
        except BaseException as error:
            os.close(descriptor)
            if isinstance(error, OSError):
                raise folder_error(path, error) from error
            raise
        folder = cls(path=path, lock=descriptor)
        try:
            _private_folder(folder.backups)
            touch_private(folder.database_path)
        except OSError as error:
            folder.release()
            raise folder_error(path, error) from error
        return folder

    @classmethod
    def share(cls, path: Path) -> DataFolder:
        """Read the folder: nothing is made or changed, and an owner waits until `release`.

        A folder without a lock has no owner; it may be a copy on a disk that cannot be written.

        Raises:
            InstanceRunningError: another process owns it.
            OSError: it cannot be looked into.
        """
        try:
            descriptor = os.open(path / "lock", os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return cls(path=path, lock=None)
        try:
            _take(descriptor, path, is_shared=True)
        except BaseException:
            os.close(descriptor)
            raise
        return cls(path=path, lock=descriptor)

    @property
    def is_guarded(self) -> bool:
        """True while no other process can become the owner."""
        return self._lock is not None

    @property
    def database_path(self) -> Path:
        """The one database file."""
        return self.path / "bamboo.db"

    @property
    def backups(self) -> Path:
        """Where the daily copies are kept."""
        return self.path / "backups"

    @property
    def damaged(self) -> Path:
        """Where damaged files are set aside, in a folder each time."""
        return self.path / "damaged"

    @property
    def clean_mark(self) -> Path:
        """Written at a clean end and gone while the database is open."""
        return self.path / "clean.json"

    @property
    def restore_plan(self) -> Path:
        """Exists while a backup is being put in the place of damaged files."""
        return self.path / "restore.json"

    def release(self) -> None:
        """Give the folder up."""
        if self._lock is not None:
            descriptor, self._lock = self._lock, None
            os.close(descriptor)


def folder_error(path: Path, error: OSError) -> StorageError:
    """One sentence on why the folder cannot be used."""
    reason = _REASONS.get(error.errno or 0, "the system refused; see the details")
    return StorageError(f"The data folder {path} cannot be used: {reason}.", details=str(error))


def touch_private(path: Path) -> None:
    """Create the file if it is not there; only its user may read and write it, whatever umask."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _narrow(path, os.fstat(descriptor).st_mode, 0o600)
    finally:
        os.close(descriptor)


def write_private(path: Path, text: str) -> None:
    """Put a small file in place whole: written beside it, made durable, renamed."""
    beside = path.with_name(path.name + ".new")
    touch_private(beside)
    with beside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make renames and new names in a folder durable."""
    if sys.platform == "win32":
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _private_folder(path: Path) -> None:
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        if not path.is_dir():
            raise
    _narrow(path, path.stat().st_mode, 0o700)


def _narrow(path: Path, mode: int, wanted: int) -> None:
    if sys.platform != "win32" and stat.S_IMODE(mode) != wanted:
        path.chmod(wanted)


def _open_lock(path: Path) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    _narrow(path, os.fstat(descriptor).st_mode, 0o600)
    return descriptor


def _take(descriptor: int, path: Path, *, is_shared: bool = False) -> None:
    try:
        _lock_now(descriptor, is_shared=is_shared)
    except OSError as error:
        if error.errno not in {errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES}:
            raise
        owner = _owner(descriptor)
        who = f" (process {owner})" if owner else ""
        raise InstanceRunningError(
            f"Bamboo Desktop is already running on {path}{who}. Use that window, quit it, or "
            "choose another folder with --data-dir."
        ) from error


def _lock_now(descriptor: int, *, is_shared: bool) -> None:
    if sys.platform == "win32":
        import msvcrt

        os.lseek(descriptor, 1 << 20, os.SEEK_SET)  # a byte beyond the text, which stays readable
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, (fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)


def _sign(descriptor: int) -> None:
    """Write down who we are, for the sentence a second instance shows; no decision rests on it."""
    import psutil  # who only reads does not sign

    pid = os.getpid()
    line = f"{pid} {psutil.Process(pid).create_time():.2f}\n".encode()
    os.ftruncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.write(descriptor, line)


def _owner(descriptor: int) -> int | None:
    os.lseek(descriptor, 0, os.SEEK_SET)
    words = os.read(descriptor, 100).split()
    return int(words[0]) if words and words[0].isdigit() else None
