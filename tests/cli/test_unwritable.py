"""Reading where nothing can be written: a full disk, a read-only one, one that was cut off."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.ctl import Ctl, playbook

pytestmark = pytest.mark.usefixtures("expects_log")
TELLS = "cannot be written"
SPOIL = """
import os, sqlite3, sys
raw = sqlite3.connect(sys.argv[1], isolation_level=None)
raw.execute("UPDATE session SET title = 'Only in the log'")
raw.execute("UPDATE run SET status = 'running', completed_at = NULL")
os._exit(0)
"""


class Disk:
    """A small disk of its own that can be filled and made read-only."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def fill(self) -> None:
        with (self.place / "fill").open("wb", buffering=0) as file:
            while True:
                try:
                    file.write(bytes(4096))
                except OSError:
                    return

    def protect(self) -> None:
        _mount("-o", "remount,ro", str(self.place))

    def open_again(self) -> None:
        _mount("-o", "remount,rw", str(self.place))


@pytest.fixture
def disk(data_dir: Path) -> Iterator[Disk]:
    """The disk the data folder lies on."""
    data_dir.mkdir()
    if sys.platform != "linux" or not _mount("-t", "tmpfs", "-o", "size=4m", "tmpfs", data_dir):
        pytest.skip("this user may not mount a disk")
    try:
        yield Disk(data_dir)
    finally:
        subprocess.run(["umount", "--lazy", str(data_dir)], check=True)


def _mount(*arguments: str | Path) -> bool:
    try:
        done = subprocess.run(["mount", *arguments], capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


def files(place: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(place)): path.read_bytes()
        for path in place.rglob("*")
        if path.is_file() and path.name != "fill"
    }


def reads(row: str) -> list[list[str]]:
    """Every command that reads."""
    return [
        ["sessions", "--json"],
        ["show", row[:6], "--json"],
        ["export", row],
        ["events", "--json"],
        ["answer", "--json"],
    ]


@pytest.mark.parametrize("how", [Disk.fill, Disk.protect])
def test_what_is_stored_is_read_where_nothing_can_be_written(
    ctl: Ctl, disk: Disk, tmp_path: Path, how: Callable[[Disk], None]
) -> None:
    assert ctl("run", playbook(tmp_path / "a.yaml", "say: One.")).code == 0
    (row,) = ctl("sessions", "--json").lines
    before = [ctl(*read) for read in reads(row["id"])]
    how(disk)
    lying = files(disk.place)
    for read, was in zip(reads(row["id"]), before, strict=True):
        done = ctl(*read)
        assert (done.code, done.out) == (0, was.out), read
        assert TELLS in done.sentence
    assert files(disk.place) == lying
    for change in (["stop", row["id"]], ["run", "x", "--session", row["id"]]):
        refused = ctl(*change)
        assert refused.code == 1
        assert "disk" in refused.sentence


@pytest.mark.parametrize("has_index", [True, False])
def test_what_stands_only_in_the_log_of_a_killed_program_is_read_too(
    ctl: Ctl, disk: Disk, tmp_path: Path, *, has_index: bool
) -> None:
    assert ctl("run", playbook(tmp_path / "a.yaml", "say: One.")).code == 0
    database = disk.place / "bamboo.db"
    subprocess.run([sys.executable, "-c", SPOIL, str(database)], check=True)
    if not has_index:
        database.with_name("bamboo.db-shm").unlink()
    disk.protect()
    lying = files(disk.place)
    done = ctl("sessions", "--json")
    assert done.code == 0
    assert TELLS in done.sentence
    (row,) = done.lines
    assert (row["title"], row["status"]) == ("Only in the log", "interrupted")
    assert ctl("doctor", "--json").code in {0, 1}
    assert files(disk.place) == lying
    disk.open_again()
    (row,) = ctl("sessions", "--json").lines
    assert (row["title"], row["status"]) == ("Only in the log", "interrupted")


def test_the_doctor_looks_into_a_read_only_folder(ctl: Ctl, disk: Disk, tmp_path: Path) -> None:
    assert ctl("run", playbook(tmp_path / "a.yaml", "say: One.")).code == 0
    disk.protect()
    found = {line["what"]: line for line in ctl("doctor", "--json").lines}
    assert found["database"]["level"] == "ok"
    assert found["database"]["sentence"].startswith("1 sessions")
    assert found["storage"]["level"] == "warning"
    assert "not written: its disk is read-only" in found["storage"]["sentence"]


def test_a_newer_or_damaged_database_is_not_read_as_if_it_were_ours(
    ctl: Ctl, disk: Disk, tmp_path: Path
) -> None:
    assert ctl("run", playbook(tmp_path / "a.yaml", "say: One.")).code == 0
    with sqlite3.connect(disk.place / "bamboo.db") as raw:
        raw.execute("PRAGMA user_version=99")
    raw.close()
    disk.protect()
    newer = ctl("sessions")
    assert (newer.code, newer.out) == (1, "")
    assert "newer version" in newer.sentence
    disk.open_again()
    (disk.place / "bamboo.db").write_bytes(os.urandom(8192))
    disk.protect()
    damaged = ctl("sessions")
    assert (damaged.code, damaged.out) == (1, "")
    assert damaged.sentence
