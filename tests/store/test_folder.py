"""The data folder: private, owned by one process, and plain about what is wrong with it."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bamboo_desktop.domain.errors import InstanceRunningError, StorageError
from bamboo_desktop.store.folder import DataFolder
from tests.store.making import opened

CLAIM = "import pathlib, sys; from bamboo_desktop.store.folder import DataFolder; "
HOLD = CLAIM + "f = DataFolder.claim(pathlib.Path(sys.argv[1])); print('held', flush=True); input()"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o277])
async def test_folder_and_files_are_private_whatever_the_umask(data_dir: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        async with opened(data_dir) as world:
            await world.db.write(lambda tx: tx.connection.exec_driver_sql("SELECT 1").scalar())
            await world.db.backup_now()
            assert mode(data_dir) == mode(data_dir / "backups") == 0o700
            files = [path for path in data_dir.rglob("*") if path.is_file()]
            assert {path.name for path in files} >= {"lock", "bamboo.db", "bamboo.db-wal"}
            assert {path.name: oct(mode(path)) for path in files} == {
                path.name: oct(0o600) for path in files
            }
    finally:
        os.umask(before)


def test_a_folder_open_to_others_is_closed_to_them(data_dir: Path) -> None:
    data_dir.mkdir(mode=0o755)
    data_dir.chmod(0o755)
    DataFolder.claim(data_dir).release()
    assert mode(data_dir) == 0o700


def test_a_second_claim_is_told_which_process_has_it(data_dir: Path) -> None:
    first = DataFolder.claim(data_dir)
    with pytest.raises(InstanceRunningError, match=rf"process {os.getpid()}\)"):
        DataFolder.claim(data_dir)
    first.release()
    DataFolder.claim(data_dir).release()


def test_another_process_cannot_take_a_claimed_folder(data_dir: Path) -> None:
    folder = DataFolder.claim(data_dir)
    done = subprocess.run(
        [sys.executable, "-c", CLAIM + "DataFolder.claim(pathlib.Path(sys.argv[1]))", data_dir],
        capture_output=True,
        text=True,
        check=False,
    )
    folder.release()
    assert done.returncode == 1
    assert "InstanceRunningError" in done.stderr


def test_a_child_started_meanwhile_does_not_keep_the_folder(data_dir: Path) -> None:
    folder = DataFolder.claim(data_dir)
    with subprocess.Popen(
        [sys.executable, "-c", "print('up', flush=True); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        close_fds=False,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"up\n"
        folder.release()
        DataFolder.claim(data_dir).release()
        child.communicate(b"\n")


def test_a_killed_owner_leaves_the_folder_free(data_dir: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, data_dir], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == b"held\n"
        with pytest.raises(InstanceRunningError, match=f"process {owner.pid}"):
            DataFolder.claim(data_dir)
        owner.kill()
        owner.wait()
    DataFolder.claim(data_dir).release()


def test_nonsense_in_the_lock_file_is_no_obstacle(data_dir: Path) -> None:
    data_dir.mkdir()
    (data_dir / "lock").write_bytes(b"\xff\xfe not a number")
    DataFolder.claim(data_dir).release()


def test_a_missing_parent_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="the folder above it does not exist"):
        DataFolder.claim(tmp_path / "no" / "such" / "folder")


def test_a_file_in_the_way_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("mine")
    with pytest.raises(StorageError, match="a file has that name"):
        DataFolder.claim(tmp_path / "data")
    with pytest.raises(StorageError, match="a part of its path is a file"):
        DataFolder.claim(tmp_path / "data" / "below")
    assert (tmp_path / "data").read_text() == "mine"


def test_a_loop_of_links_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "data").symlink_to(tmp_path / "data")
    with pytest.raises(StorageError, match=r"a file has that name|symbolic links"):
        DataFolder.claim(tmp_path / "data")


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (errno.EROFS, "read-only disk"),
        (errno.EACCES, "may not write there"),
        (errno.ENOSPC, "the disk is full"),
        (errno.EIO, "the disk reported an error"),
        (errno.EMFILE, "the system refused"),
    ],
)
def test_what_the_system_refuses_is_one_sentence(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, code: int, sentence: str
) -> None:
    real = os.open

    def refuse(path: Any, *arguments: Any, **more: Any) -> int:
        if str(path).endswith("lock"):
            raise OSError(code, os.strerror(code), str(path))
        return real(path, *arguments, **more)

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(StorageError, match=sentence) as caught:
        DataFolder.claim(data_dir)
    assert str(data_dir) in caught.value.sentence
    assert "\n" not in caught.value.sentence


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_said_so(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(StorageError, match="may not write there"):
            DataFolder.claim(tmp_path / "data")
    finally:
        tmp_path.chmod(0o700)
