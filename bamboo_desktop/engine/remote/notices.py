"""Notices of the store as sentences for people at a terminal."""

from __future__ import annotations

from typing import assert_never

from bamboo_desktop.domain.codec import second_text
from bamboo_desktop.domain.storage import (
    BackupFailed,
    LowSpace,
    Restored,
    StartedFresh,
    StorageNotice,
    UnsafeFolder,
)


def sentence(notice: StorageNotice) -> str:
    """What happened to the data, and what can be done about it."""
    match notice:
        case Restored():
            return (
                "The database was damaged and its newest good backup took its place: everything "
                f"from {second_text(notice.lost_from)} to {second_text(notice.lost_until)} is "
                f"gone. The damaged files are kept in {notice.set_aside}."
            )
        case StartedFresh():
            return (
                "The database was damaged and there was no good backup: everything up to "
                f"{second_text(notice.lost_until)} is gone and an empty database took its place. "
                f"The damaged files are kept in {notice.set_aside}."
            )
        case BackupFailed():
            return notice.sentence
        case LowSpace():
            return (
                f"The disk of the data folder has only {notice.free_bytes // 1_000_000} MB left; "
                "make room before it is full."
            )
        case UnsafeFolder():
            return (
                f"The data folder {notice.path} is on {notice.file_system}, whose locks cannot be "
                "trusted; move it to a local disk, or open it from one machine only."
            )
        case _:
            assert_never(notice)
