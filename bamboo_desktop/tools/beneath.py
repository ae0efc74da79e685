"""Opening files so that the file that is opened is the one whose name was judged.

A name is judged first (is it in the workspace? is it protected?), then opened. Between the two,
anybody may swap a folder for a symlink. So nothing here ever follows a symlink: the kernel resolves
the whole name with `openat2`, or it is walked component by component, and a swapped name fails.
"""

from __future__ import annotations

import ctypes
import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

_SYS_OPENAT2 = 437
_RESOLVE_NO_MAGICLINKS = 0x02
_RESOLVE_NO_SYMLINKS = 0x04
_RESOLVE_BENEATH = 0x08
_TRIES = 20

_CLOEXEC = getattr(os, "O_CLOEXEC", 0)
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
_DIRECTORY = getattr(os, "O_DIRECTORY", 0)
_BINARY = getattr(os, "O_BINARY", 0)
NONBLOCK = getattr(os, "O_NONBLOCK", 0)
LOOK = getattr(os, "O_PATH", os.O_RDONLY)
HAS_DESCRIPTORS = os.open in os.supports_dir_fd


class _OpenHow(ctypes.Structure):
    _fields_ = (
        ("flags", ctypes.c_uint64),
        ("mode", ctypes.c_uint64),
        ("resolve", ctypes.c_uint64),
    )


@contextmanager
def anchored(folder: str) -> Iterator[int]:
    """A descriptor of a folder given by its canonical absolute name; symlinks are refused.

    Raises:
        OSError: it is missing, no folder, or a part of its name has become a symlink.
    """
    top = os.open("/", LOOK | _DIRECTORY | _CLOEXEC)
    try:
        descriptor = open_beneath(top, folder.strip("/"), LOOK | _DIRECTORY)
    finally:
        os.close(top)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def open_beneath(anchor: int, relative: str, flags: int, mode: int = 0) -> int:
    """Open a name beneath an anchor without following one symlink.

    Raises:
        OSError: ELOOP when a part is a symlink, EXDEV when the name leads out, or the usual ones.
    """
    name = relative or "."
    flags |= _CLOEXEC | _NOFOLLOW | _BINARY
    if _has_openat2():
        return _openat2(anchor, name, flags, mode)
    return _walk(anchor, name, flags, mode)


def open_plain(path: str, flags: int, mode: int = 0) -> int:
    """Where the system has no directory descriptors: open the name, then check what it is now.

    Raises:
        OSError: the name leads elsewhere by the time it is open, or the usual ones.
    """
    descriptor = os.open(path, flags | _BINARY, mode)
    now = os.path.realpath(path)
    if os.path.normcase(now) != os.path.normcase(path):
        os.close(descriptor)
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
    return descriptor


@cache
def _has_openat2() -> bool:
    if not sys.platform.startswith("linux"):
        return False
    try:
        os.close(_openat2(os.open("/", LOOK | _CLOEXEC), ".", LOOK | _CLOEXEC, 0, is_probe=True))
    except OSError:
        return False
    return True


def _openat2(anchor: int, name: str, flags: int, mode: int, *, is_probe: bool = False) -> int:
    how = _OpenHow(flags, mode, _RESOLVE_BENEATH | _RESOLVE_NO_SYMLINKS | _RESOLVE_NO_MAGICLINKS)
    library = ctypes.CDLL(None, use_errno=True)
    code = errno.EAGAIN
    try:
        for _ in range(_TRIES):
            found: int = library.syscall(
                _SYS_OPENAT2, anchor, os.fsencode(name), ctypes.byref(how), ctypes.sizeof(how)
            )
            code = ctypes.get_errno()
            if found >= 0:
                return found
            # The kernel asks to try again when something was renamed while it looked.
            if code not in (errno.EAGAIN, errno.EINTR):
                break
    finally:
        if is_probe:
            os.close(anchor)
    raise OSError(code, os.strerror(code), name)


def _walk(anchor: int, name: str, flags: int, mode: int) -> int:
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if ".." in parts or name.startswith("/"):
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), name)
    if not parts:
        return os.open(".", flags, mode, dir_fd=anchor)
    folder = os.dup(anchor)
    try:
        for part in parts[:-1]:
            step = _into(folder, part)
            os.close(folder)
            folder = step
        return _last_step(folder, parts[-1], flags, mode)
    finally:
        os.close(folder)


def _into(folder: int, part: str) -> int:
    try:
        return os.open(part, LOOK | _DIRECTORY | _NOFOLLOW | _CLOEXEC, dir_fd=folder)
    except NotADirectoryError as error:
        # A symlink that must not be followed is reported as no folder; tell the two apart.
        if stat.S_ISLNK(os.stat(part, dir_fd=folder, follow_symlinks=False).st_mode):
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), part) from error
        raise


def _last_step(folder: int, part: str, flags: int, mode: int) -> int:
    opened = os.open(part, flags, mode, dir_fd=folder)
    # O_PATH with O_NOFOLLOW opens the symlink itself instead of failing.
    if stat.S_ISLNK(os.fstat(opened).st_mode):
        os.close(opened)
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), part)
    return opened
