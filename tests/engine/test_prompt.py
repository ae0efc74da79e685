"""The notes of a workspace are read where they can be, and harm nothing where they cannot."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bamboo_desktop.engine.runs.prompt import read_instructions


def test_notes_are_read_from_the_root_of_the_repository_down(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "AGENTS.md").write_text("outer")
    (inner / "CLAUDE.md").write_text("inner")
    assert [text for _, text in read_instructions(str(inner)).files] == ["outer", "inner"]


@pytest.mark.parametrize(
    "kind", ["missing", "a file", "a loop", "too long", "a link", "a folder", "a pipe"]
)
def test_a_workspace_that_cannot_be_read_has_no_notes(tmp_path: Path, kind: str) -> None:
    place = tmp_path / "place"
    if kind == "a file":
        place.write_text("x")
    elif kind == "a loop":
        place.symlink_to(place)
    elif kind == "too long":
        place = tmp_path / ("x" * 300)
    elif kind == "a link":
        place.mkdir()
        (tmp_path / "secret").write_text("secret")
        (place / "AGENTS.md").symlink_to(tmp_path / "secret")
    elif kind == "a folder":
        (place / "AGENTS.md").mkdir(parents=True)
    elif kind == "a pipe":
        place.mkdir()
        os.mkfifo(place / "AGENTS.md")
    assert read_instructions(str(place)).files == ()
