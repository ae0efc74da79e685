"""AppPaths: the argument, then the environment, then the system's own places."""

from __future__ import annotations

from pathlib import Path

import pytest

from bamboo_desktop.domain.errors import InvalidInputError, StorageError
from bamboo_desktop.paths import AppPaths, resources


def test_the_argument_wins_over_the_environment(tmp_path: Path) -> None:
    paths = AppPaths.resolve(tmp_path / "a", {"BAMBOO_DATA_DIR": str(tmp_path / "b")})
    assert paths.data == tmp_path / "a"


def test_the_environment_wins_over_the_system(tmp_path: Path) -> None:
    assert AppPaths.resolve(None, {"BAMBOO_DATA_DIR": str(tmp_path)}).data == tmp_path


def test_a_chosen_folder_holds_everything(tmp_path: Path) -> None:
    paths = AppPaths.resolve(tmp_path, {})
    assert paths.logs.is_relative_to(tmp_path)
    assert paths.settings_file.is_relative_to(tmp_path)


def test_without_a_choice_the_systems_places_are_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("DATA", "STATE", "CONFIG"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    paths = AppPaths.resolve(None, {"BAMBOO_DATA_DIR": ""})
    assert paths.data == tmp_path / "DATA" / "bamboo-desktop"
    assert paths.config == tmp_path / "CONFIG" / "bamboo-desktop"
    assert paths.logs.is_relative_to(tmp_path / "STATE")


def test_nothing_is_made_by_choosing(tmp_path: Path) -> None:
    AppPaths.resolve(tmp_path / "new", {})
    assert list(tmp_path.iterdir()) == []


def test_a_relative_folder_becomes_absolute(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert AppPaths.resolve(Path("here"), {}).data == tmp_path / "here"
    monkeypatch.setenv("HOME", str(tmp_path))
    assert AppPaths.resolve(None, {"BAMBOO_DATA_DIR": "~/x"}).data == tmp_path / "x"


@pytest.mark.parametrize("name", ["a\0b", "~nobody-of-that-name/x", "n" * 5_000])
def test_an_impossible_folder_gets_a_clear_sentence(name: str) -> None:
    with pytest.raises(InvalidInputError, match="data folder"):
        AppPaths.resolve(None, {"BAMBOO_DATA_DIR": name})


def test_the_resources_are_found() -> None:
    assert resources().is_dir()


def test_a_new_account_has_none_of_the_usual_folders_and_gets_them(tmp_path: Path) -> None:
    share = tmp_path / "home" / ".local" / "share"
    paths = AppPaths(data=share / "bamboo", logs=tmp_path / "logs", config=tmp_path / "config")
    paths.make_way()
    assert share.is_dir()
    assert not (share / "bamboo").exists()


def test_a_chosen_folder_is_not_guessed_at(tmp_path: Path) -> None:
    paths = AppPaths.resolve(tmp_path / "missing" / "data", {})
    with pytest.raises(StorageError, match="create that first"):
        paths.make_way()
    assert not (tmp_path / "missing").exists()
