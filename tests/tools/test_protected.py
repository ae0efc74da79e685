"""Places no tool may touch, and reads that ask."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bamboo_desktop.tools.port import ToolCallError
from tests.tools.desk import Desk


async def test_a_folder_removed_during_a_run_gets_a_sentence(desk: Desk) -> None:
    await desk.run("Write", file_path="a.txt", content="x")
    (desk.folder / "a.txt").unlink()
    desk.folder.rmdir()
    for name, arguments in (
        ("Read", {"file_path": "a.txt"}),
        ("Write", {"file_path": "a.txt", "content": "x"}),
        ("Bash", {"command": "ls"}),
        ("Glob", {"pattern": "*"}),
    ):
        with pytest.raises(ToolCallError, match="does not exist"):
            await desk.run(name, **arguments)
    desk.folder.mkdir()


async def test_the_programs_own_data_can_be_neither_read_nor_written(desk: Desk) -> None:
    secret = desk.secret
    (desk.folder / "link").symlink_to(secret)
    shapes = [
        str(secret / "bamboo.sqlite"),
        str(secret),
        str(secret).upper() + "/x",
        str(secret) + "./x",
        "../bamboo-data/x",
        "link/x",
        f"{desk.folder}/../bamboo-data/x",
    ]

    async def refused(name: str, **arguments: str) -> None:
        for work in (desk.consent, desk.run):
            with pytest.raises(ToolCallError, match="belongs to Bamboo"):
                await work(name, **arguments)

    for made in (False, True):
        if made:
            secret.mkdir()
            (secret / "bamboo.sqlite").write_text("secret", encoding="utf-8")
        for shape in shapes:
            await refused("Read", file_path=shape)
            await refused("Write", file_path=shape, content="x")
            await refused("Edit", file_path=shape, old_string="s", new_string="x")
            await refused("GetFileInfo", path=shape)
            await refused("Glob", pattern="*", path=shape)
            await refused("Grep", pattern="s", path=shape)
    assert (secret / "bamboo.sqlite").read_text() == "secret"


async def test_a_second_name_of_a_protected_file_is_refused(desk: Desk) -> None:
    desk.secret.mkdir()
    (desk.secret / "keys").write_text("canary", encoding="utf-8")
    os.link(desk.secret / "keys", desk.folder / "innocent.txt")
    os.link(desk.secret / "keys", desk.folder / "second.txt")
    for name, arguments in (
        ("Read", {"file_path": "innocent.txt"}),
        ("Write", {"file_path": "innocent.txt", "content": "x"}),
        ("GetFileInfo", {"path": "innocent.txt"}),
    ):
        with pytest.raises(ToolCallError, match="second name"):
            await desk.run(name, **arguments)
    found = await desk.run("Grep", pattern="canary", output_mode="content")
    assert "No match" in found.content


async def test_a_search_from_above_does_not_enter_the_programs_own_data(desk: Desk) -> None:
    desk.secret.mkdir()
    (desk.secret / "notes.txt").write_text("canary", encoding="utf-8")
    (desk.folder / "notes.txt").write_text("canary", encoding="utf-8")
    above = str(desk.secret.parent)
    grep = await desk.run("Grep", pattern="canary", path=above)
    assert "work/notes.txt" in grep.content
    assert "bamboo-data/notes.txt" not in grep.content
    glob = await desk.run("Glob", pattern="**/*.txt", path=above)
    assert "bamboo-data/notes.txt" not in glob.content


async def test_reading_outside_asks_and_reading_inside_does_not(desk: Desk, outside: Path) -> None:
    (desk.folder / "a.txt").write_text("x", encoding="utf-8")
    (desk.folder / "out").symlink_to(outside)
    assert await desk.consent("Read", file_path="a.txt") is None
    assert await desk.consent("Grep", pattern="x") is None
    for given in (str(outside / "secret.txt"), "out/secret.txt", "../work-evil/secret.txt"):
        request = await desk.asked("Read", file_path=given)
        assert request.where == str(outside / "secret.txt")
        assert request.rule == f"Read({outside}/secret.txt)"
        assert request.is_unusual
    assert (await desk.asked("Glob", pattern="*", path="out")).rule == f"Read({outside}/**)"
    assert (await desk.asked("GetFileInfo", path="out")).where == str(outside)
