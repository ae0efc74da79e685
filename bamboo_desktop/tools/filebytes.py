"""Reading and replacing whole files at a judged place."""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bamboo_desktop.tools import beneath
from bamboo_desktop.tools.port import ToolCallError
from bamboo_desktop.tools.protected import Protected
from bamboo_desktop.tools.workspace import Place, open_place, trouble

LARGEST_FILE = 32 * 1024 * 1024
_NEW_FILE_MODE = 0o666
_NEW_FOLDER_MODE = 0o777


@dataclass(frozen=True, kw_only=True, slots=True)
class FileBytes:
    """The whole content of a file and its permission bits."""

    content: bytes
    mode: int


def read_file(place: Place, protected: Protected) -> FileBytes:
    """The whole content of a regular file.

    Raises:
        ToolCallError: missing, a folder, a device, too large, not permitted.
    """
    try:
        descriptor = open_place(place, os.O_RDONLY | beneath.NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            found = os.fstat(file.fileno())
            _require_regular(place, found)
            protected.refuse_link(found, place.real)
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise trouble(place, error) from error
    if len(content) > LARGEST_FILE:
        raise _too_large(place)
    return FileBytes(content=content, mode=stat.S_IMODE(found.st_mode))


def read_if_there(place: Place, protected: Protected) -> FileBytes | None:
    """The content, or None when there is no such file (and perhaps no such folder).

    Raises:
        ToolCallError: something else is there, or it is not permitted.
    """
    if not os.path.lexists(place.real):
        return None
    return read_file(place, protected)


def replace_file(place: Place, content: bytes, protected: Protected, *, mode: int | None) -> None:
    """Put new content in place of the old in one step; missing folders are made.

    The new file is written beside the old one under a random name, then renamed over it: a crash
    leaves the old or the new content, and a symlink put in its place is replaced, not followed.

    Raises:
        ToolCallError: the system refused; the old content is intact.
    """
    protected.refuse(place.real)
    try:
        if beneath.HAS_DESCRIPTORS:
            _replace_beneath(place, content, mode)
        else:
            _replace_plain(place, content)
    except OSError as error:
        raise trouble(place, error) from error


def _replace_beneath(place: Place, content: bytes, mode: int | None) -> None:
    root = place.root or "/"
    parts = os.path.relpath(place.real, root).split("/")
    with beneath.anchored(root) as anchor:
        folder = _folder_for(anchor, parts[:-1])
        try:
            _swap_in(folder, parts[-1], content, mode)
        finally:
            os.close(folder)


def _folder_for(anchor: int, parts: list[str]) -> int:
    folder = os.dup(anchor)
    for part in parts:
        step = -1
        try:
            with suppress(FileExistsError):
                os.mkdir(part, _NEW_FOLDER_MODE, dir_fd=folder)
            step = beneath.open_beneath(folder, part, beneath.LOOK | os.O_DIRECTORY)
        except OSError as error:
            step = _existing(folder, part, error)
        finally:
            os.close(folder)
        folder = step
    return folder


def _existing(folder: int, part: str, error: OSError) -> int:
    # On a read-only system the refusal to make a folder may come before the news that it exists.
    try:
        return beneath.open_beneath(folder, part, beneath.LOOK | os.O_DIRECTORY)
    except OSError:
        raise error from None


def _swap_in(folder: int, name: str, content: bytes, mode: int | None) -> None:
    fresh = f".{name[:80]}.{secrets.token_hex(6)}.new"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    descriptor = beneath.open_beneath(folder, fresh, flags, _NEW_FILE_MODE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if mode is not None:
                os.fchmod(file.fileno(), mode)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with suppress(OSError):
            os.unlink(fresh, dir_fd=folder)
        raise


def _replace_plain(place: Place, content: bytes) -> None:
    Path(place.real).parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(f"{place.real}.{secrets.token_hex(6)}.new")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    descriptor = beneath.open_plain(str(fresh), flags, _NEW_FILE_MODE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        fresh.replace(place.real)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def _require_regular(place: Place, found: os.stat_result) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise ToolCallError(f"{place.shown} is a folder; name a file, or list it with Glob.")
    if not stat.S_ISREG(found.st_mode):
        raise ToolCallError(f"{place.shown} is a pipe, a socket or a device, not a file.")
    if found.st_size > LARGEST_FILE:
        raise _too_large(place)


def _too_large(place: Place) -> ToolCallError:
    return ToolCallError(
        f"{place.shown} is larger than {LARGEST_FILE // 1024**2} MiB; look at parts of it with "
        "Grep or with a Bash command such as head or tail."
    )
