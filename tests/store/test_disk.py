"""What the store says about the disk it is put on."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from types import SimpleNamespace

import pytest

from bamboo_desktop.domain.errors import StorageError
from bamboo_desktop.domain.storage import LowSpace, UnsafeFolder
from bamboo_desktop.store import disk
from bamboo_desktop.store.failures import translated

_REAL = disk.notices
MOUNTS = """22 1 0:20 / / rw shared:1 - ext4 /dev/root rw
30 22 0:30 / /mnt rw shared:2 - nfs4 server:/x rw
31 22 0:31 / /mnt/inner\\040disk rw shared:3 - xfs /dev/sdb rw
32 22 0:32 / /mnther rw - tmpfs none rw
"""


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS)
    monkeypatch.setattr(disk, "notices", _REAL)
    monkeypatch.setattr(disk, "_MOUNTS", mounts)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=disk.LOW_BYTES))


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/me", "ext4"),
        ("/mnt/share/data", "nfs4"),
        ("/mnt", "nfs4"),
        ("/mnt/inner disk/data", "xfs"),
        ("/mnther/x", "tmpfs"),
    ],
)
def test_the_file_system_of_a_path_is_that_of_its_nearest_mount(path: str, kind: str) -> None:
    assert disk.file_system(Path(path)) == kind


def test_an_ordinary_disk_is_nothing_to_speak_of() -> None:
    assert disk.notices(Path("/home/me")) == ()


def test_a_network_folder_and_little_room_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    little = SimpleNamespace(free=disk.LOW_BYTES - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: little)
    assert disk.notices(Path("/mnt/share")) == (
        LowSpace(free_bytes=disk.LOW_BYTES - 1),
        UnsafeFolder(path="/mnt/share", file_system="nfs4"),
    )


@pytest.mark.parametrize("code", [sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_CANTOPEN])
def test_on_a_full_disk_every_failure_to_make_a_file_is_called_by_its_cause(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: int
) -> None:
    error = sqlite3.OperationalError("made up")
    error.sqlite_errorcode = code
    assert "full" not in str(translated(error, folder=tmp_path))
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=4096))
    found = translated(error, folder=tmp_path)
    assert isinstance(found, StorageError)
    assert found.sentence.startswith("The disk is full.")


def test_without_a_list_of_mounts_nothing_is_claimed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(disk, "_MOUNTS", tmp_path / "none")
    assert disk.file_system(Path("/mnt")) == ""
