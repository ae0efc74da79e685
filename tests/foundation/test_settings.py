"""BootSettings: a broken file never keeps the program from starting."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bamboo_desktop.domain.errors import StorageError
from bamboo_desktop.settings import BootSettings, LogLevel, LoopKind, load, save


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    settings = BootSettings(loop=LoopKind.QASYNC, log_level=LogLevel.DEBUG)
    save(tmp_path / "new" / "settings.json", settings)
    assert load(tmp_path / "new" / "settings.json") == settings


def test_no_file_means_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path / "settings.json") == BootSettings()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe", b"null", b"[" * 100_000])
def test_a_broken_file_gives_the_defaults_and_is_kept_aside(
    tmp_path: Path, content: bytes, expects_log: list[object]
) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    assert load(path) == BootSettings()
    assert (tmp_path / "settings.json.broken").read_bytes() == content
    assert not path.exists()


def test_one_bad_value_does_not_cost_the_others(tmp_path: Path, expects_log: list[object]) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"loop": "warp", "log_level": "debug", "of_a_later_version": [1]}')
    assert load(path) == BootSettings(log_level=LogLevel.DEBUG)
    assert path.exists()


def test_an_unreadable_file_gives_the_defaults(tmp_path: Path, expects_log: list[object]) -> None:
    path = tmp_path / "settings.json"
    path.mkdir()
    assert load(path) == BootSettings()
    assert path.is_dir()


def test_a_folder_that_cannot_be_written_gets_a_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="could not be saved"):
        save(tmp_path / "file" / "settings.json", BootSettings())


def test_who_reads_during_a_save_reads_the_old_file_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    save(path, BootSettings(loop=LoopKind.QASYNC))
    old = path.read_text()
    with path.open() as reader:
        save(path, BootSettings())
        assert reader.read() == old
    assert [entry.name for entry in tmp_path.iterdir()] == ["settings.json"]


def test_a_failed_save_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "settings.json"
    save(path, BootSettings(loop=LoopKind.QASYNC))

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError):
        save(path, BootSettings())
    assert load(path).loop is LoopKind.QASYNC
